/* argument.h: what the arguments of a command name, and how it is printed. */
#ifndef POSTSTELLE_CLI_ARGUMENT_H
#define POSTSTELLE_CLI_ARGUMENT_H

#include "lib/db/db.h"
#include "lib/mailbox/mailbox.h"
#include "lib/office/domain.h"
#include "lib/user/user.h"

/* By the address or name as typed, umlauts or A-labels. NULL and error: there is none. */
Mailbox *argument_mailbox(Db *db, const char *typed, GError **error);
Domain *argument_domain(Db *db, const char *typed, GError **error);

/* "yes" or "no". FALSE and PS_ERROR_INVALID: neither. NULL leaves *value as it is. */
gboolean argument_flag(const char *typed, const char *name, gboolean *value, GError **error);
/* A number up to a limit, likewise. */
gboolean argument_number(
        const char *typed, const char *name, guint64 most, guint64 *value, GError **error);
/* A text: typed, unless it is NULL, instead of *value (g_free()d). */
void argument_text(const char *typed, char **value);

/* An address or domain for people: as they write it, and in brackets with A-labels if that differs.
 * Free: g_free(). */
char *argument_shown(const char *stored);

#endif
