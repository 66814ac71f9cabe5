/* absence_page.h: how pages say where an absence note stands. */
#ifndef POSTSTELLE_CGI_ABSENCE_PAGE_H
#define POSTSTELLE_CGI_ABSENCE_PAGE_H

#include "cgi-bin/request.h"

/* "abwesend bis 06.01.2027", "abwesend ab ...", "abgelaufen"; NULL for a note that is switched off.
 * from and until as in Mailbox. Free: g_free(). */
char *absence_page_state(Request *req, gboolean active, guint64 from, guint64 until);

#endif
