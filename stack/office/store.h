/* store.h: the mail store of the office. */
#ifndef POSTSTELLE_STACK_OFFICE_STORE_H
#define POSTSTELLE_STACK_OFFICE_STORE_H

#include "stack/office/office.h"

/* Puts a message (lines ended by LF) into a mailbox's INBOX. */
gboolean store_add(
        Office *office, Box *box, const char *message, gsize size, gboolean read, GError **error);
/* Old mail that fills so many octets. */
gboolean store_fill(Office *office, Box *box, gsize size, GError **error);
/* Notes how full each mailbox is, as Dovecot would at the next delivery. */
gboolean store_note_usage(Office *office, GError **error);

#endif
