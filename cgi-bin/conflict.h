/* conflict.h: the page (409) when somebody else saved first: who it was, and what differs
 * (templates/conflict_rows.cst). */
#ifndef POSTSTELLE_CGI_CONFLICT_H
#define POSTSTELLE_CGI_CONFLICT_H

#include "cgi-bin/request.h"

/* Says who saved and when. login NULL: nobody is known. */
void conflict_who(Request *req, const char *login, guint64 at);
/* The same by the change log of a mailbox; action: of the change, NULL for any. */
gboolean conflict_who_of_mailbox(
        Request *req, guint64 mailbox_id, const char *action, GError **error);

/* A row of what differs; none if both are the same. label_key: of a text. */
void conflict_row(Request *req, const char *label_key, const char *theirs, const char *yours);
void conflict_row_flag(Request *req, const char *label_key, gboolean theirs, gboolean yours);
void conflict_row_number(Request *req, const char *label_key, guint64 theirs, guint64 yours);

#endif
