/* user_find.h: the rows by which the list finds users (table user_find): one for each beginning (1
 * to 16 octets, and '') of each word of name and log-in, in the order of the names.
 */
#ifndef POSTSTELLE_LIB_USER_USER_FIND_H
#define POSTSTELLE_LIB_USER_USER_FIND_H

#include "lib/db/db.h"

/* Writes the rows of a user, new or changed, within the caller's transaction. */
gboolean user_find_update(
        Db *db, guint64 user_id, const char *login, const char *name, GError **error);
/* Writes the rows of users who have none (made by an earlier version). */
gboolean user_find_complete(Db *db, GError **error);

/* The words of a user, as stored. Free: g_ptr_array_unref(). */
GPtrArray *user_find_words(const char *login, const char *name);

#endif
