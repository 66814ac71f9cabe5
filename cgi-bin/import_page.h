/* import_page.h: what pages say of an import (lib/mailbox/import.h). */
#ifndef POSTSTELLE_CGI_IMPORT_PAGE_H
#define POSTSTELLE_CGI_IMPORT_PAGE_H

#include "cgi-bin/request.h"
#include "lib/mailbox/import.h"

/* What is wrong with a line, and what would be taken. Free: g_free(). */
char *import_page_fault(Request *req, const ImportFault *fault);

/* Shows how far a run is; as plain CGI goes on with it first. *found FALSE: it is none of an
 * import. */
gboolean import_page_run(Request *req, guint64 id, gboolean *found, GError **error);

#endif
