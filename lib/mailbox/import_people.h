/* import_people.h: the users whom the lines of an import name: those who are there, and those who
 * aren't and are made with the mailboxes, in the last step of all (import_finish.h).
 *
 * A user is made if one of the lines says name and e-mail address beside the log-in; who is there
 * stays as he is. He has no password: he gets the link for a first one as any new user.
 */
#ifndef POSTSTELLE_LIB_MAILBOX_IMPORT_PEOPLE_H
#define POSTSTELLE_LIB_MAILBOX_IMPORT_PEOPLE_H

#include "lib/db/db.h"
#include "lib/mailbox/import_line.h"
#include "lib/office/actor.h"

#define IMPORT_USERS_MAX 500 /* users that one import makes */

/* Puts names and e-mail addresses of a line, as its cells have them, beside its log-ins. */
void import_people_match(
        ImportLine *line, const char *names, const char *emails, GPtrArray *faults);

/* Finds the users of all lines, or what those to be made are called, and adds to faults what is
 * wrong with them. FALSE and error: nobody knows. */
gboolean import_people_check(Db *db, const GPtrArray *lines, GPtrArray *faults, GError **error);

/* How many users the lines make, once they have been checked. */
guint import_people_new(const GPtrArray *lines);

/* Keeps who of the lines is to be made; mailboxes: the line's one, each. Within the caller's
 * transaction. */
gboolean import_people_keep(
        Db *db, guint64 run_id, const GPtrArray *lines, const guint64 *mailboxes, GError **error);

/* Makes those who were kept and aren't there yet, and assigns them as the others of the run, within
 * the caller's transaction. */
gboolean import_people_make(Db *db, const Actor *actor, guint64 run_id, GError **error);

#endif
