/* access_bounce.h: finds out which mail with access data came back.
 *
 * Its envelope sender is mail_from with "+b" and a random token; a delivery report goes there, and
 * the journal's milter sees it whoever sends it. Nobody else knows the token.
 */
#ifndef POSTSTELLE_LIB_MAILBOX_ACCESS_BOUNCE_H
#define POSTSTELLE_LIB_MAILBOX_ACCESS_BOUNCE_H

#include "lib/db/db.h"

/* Gives what was noted as access_link number id a token, before its mail goes: the envelope sender.
 * NULL and error. Free: g_free(). */
char *access_bounce_sender(Db *db, guint64 id, const char *mail_from, GError **error);

/* A report that says so was sent to an address, in the transaction that journals it. An address
 * without a token that is known changes nothing. */
gboolean access_bounce_note(Db *db, const char *address, GError **error);

#endif
