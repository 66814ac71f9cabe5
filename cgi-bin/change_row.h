/* change_row.h: one change of the change log, as a page shows it. */
#ifndef POSTSTELLE_CGI_CHANGE_ROW_H
#define POSTSTELLE_CGI_CHANGE_ROW_H

#include "cgi-bin/request.h"
#include "lib/office/change_log.h"

/* Who did it, as the page's language says it. */
const char *change_row_actor(Request *req, const char *actor);

/* .t .u .m .w .o .n and .href, as in templates/changes.cst. */
void change_row_fill(Request *req, HDF *item, const Change *change);

#endif
