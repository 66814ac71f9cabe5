/* signed_cookie.h: cookies whose value nobody but the office could have written. */
#ifndef POSTSTELLE_CGI_SIGNED_COOKIE_H
#define POSTSTELLE_CGI_SIGNED_COOKIE_H

#include "cgi-bin/request.h"

/* HMAC-SHA256 of label and value with the office's secret, as a text for a cookie or a form. NULL
 * and error: the database can't say the secret. Free: g_free(). */
char *signed_cookie_mac(Request *req, const char *label, const char *value, GError **error);
/* The same with another secret. */
char *signed_cookie_mac_of(const char *secret, const char *label, const char *value);
/* Whether two such texts are the same; takes as long whatever they are. */
gboolean signed_cookie_equal(const char *a, const char *b);

/* Sets the cookie to VALUE.SIGNATURE. value: of the characters that cookies hold. */
gboolean signed_cookie_set(
        Request *req, const char *name, const char *value, int max_age, GError **error);
/* *value: of the cookie, NULL if it isn't there or wasn't signed by the office. Free: g_free(). */
gboolean signed_cookie_get(Request *req, const char *name, char **value, GError **error);

#endif
