/* guard.h: who asks (session cookie or single sign-on), and whether a POST is meant.
 *
 * A signed-in user's CSRF token is derived from the session's secret. Before sign-in (and on the
 * pages of one-time links) it is derived from a signed random cookie, which sign-in replaces.
 */
#ifndef POSTSTELLE_CGI_GUARD_H
#define POSTSTELLE_CGI_GUARD_H

#include "cgi-bin/request.h"

/* Sets req->session, and with it req->csrf and req->language, by the session's cookie; with
 * follow_server by single sign-on, too, where the web server has checked who it is. FALSE: the
 * database can't say. */
gboolean guard_identify(Request *req, gboolean follow_server, GError **error);
/* For a page with a form that nobody needs to be signed in for: sets req->csrf from the signed
 * cookie, or from a new one. */
gboolean guard_form_token(Request *req, GError **error);
/* TRUE: the form's csrf field is right. Otherwise answers 403 with what was typed, or sets error.
 */
gboolean guard_check_csrf(Request *req, GError **error);
/* Begins a user's session with its cookie (the token as session.h made it), drops the form cookie,
 * and from now on the browser is known (device.h). */
gboolean guard_start_session(Request *req, const char *token, guint64 user_id, GError **error);
/* From here on the request is that session's. FALSE: the database can't say. */
gboolean guard_follow_session(Request *req, const char *token, GError **error);
/* After a password that could not be tried: logs it, sets Retry-After and the error of the field.
 */
void guard_say_wait(Request *req, const char *field, guint seconds);
/* After a wrong one: logs it and sets the error of the field. */
void guard_say_wrong(Request *req, const char *field);
/* Drops the session cookie. */
void guard_end_session(Request *req);

#endif
