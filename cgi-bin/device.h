/* device.h: the cookie by which a browser is known after its sessions have ended: an id of its own,
 * and the accounts that it has signed in to. Whoever knows a browser by it is sign_in_throttle.h,
 * and the router, which takes more from it than from nobody.
 */
#ifndef POSTSTELLE_CGI_DEVICE_H
#define POSTSTELLE_CGI_DEVICE_H

#include "cgi-bin/request.h"
#include "lib/user/sign_in_throttle.h"

#define DEVICE_USERS_MAX 8 /* the latest accounts */

/* Reads the cookie into the request, once. Without a database that could say whether it is the
 * office's there is none. */
void device_load(Request *req);
/* Whether this browser has signed in before. */
gboolean device_is_known(Request *req);
/* The request's browser, for sign_in.h. Borrowed from the request. */
SignInBrowser device_browser(Request *req);
/* It has just signed in: sets the cookie. */
gboolean device_remember(Request *req, guint64 user_id, GError **error);

#endif
