/* pages.h: the handlers of all pages, a file each (named after the first word). */
#ifndef POSTSTELLE_CGI_PAGES_H
#define POSTSTELLE_CGI_PAGES_H

#include "cgi-bin/request.h"

gboolean start_show(Request *req, GError **error);
gboolean extras_show(Request *req, GError **error);
gboolean settings_show(Request *req, GError **error);
gboolean healthz_show(Request *req, GError **error);

gboolean login_show(Request *req, GError **error);
gboolean login_save(Request *req, GError **error);
gboolean logout_save(Request *req, GError **error);

#endif
