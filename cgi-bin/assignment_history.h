/* assignment_history.h: earlier assignments of a mailbox or a user
 * (templates/assignment_history.cst). */
#ifndef POSTSTELLE_CGI_ASSIGNMENT_HISTORY_H
#define POSTSTELLE_CGI_ASSIGNMENT_HISTORY_H

#include "cgi-bin/request.h"

/* One page of them, from ended_before= and with= of the query on. path: of the page, below the
 * prefix. */
gboolean assignment_history_of_mailbox(
        Request *req, guint64 mailbox_id, const char *path, GError **error);
gboolean assignment_history_of_user(
        Request *req, guint64 user_id, const char *path, GError **error);

#endif
