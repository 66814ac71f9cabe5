/* router.h: which handler answers which path, and who may call it.
 *
 * routes.c holds the one table. A route without a right denies everybody (RIGHT_DENY is 0).
 */
#ifndef POSTSTELLE_CGI_ROUTER_H
#define POSTSTELLE_CGI_ROUTER_H

#include "cgi-bin/request.h"

typedef enum {
	RIGHT_DENY = 0,
	RIGHT_PUBLIC, /* everybody, signed in or not; a POST needs the form cookie's CSRF token */
	RIGHT_OPEN_POST, /* everybody, and no CSRF token: for programs that can't have one */
	RIGHT_SIGNED_IN,
	RIGHT_MAILBOX, /* administrators, and users now assigned to mailbox {id} */
	RIGHT_ADMIN,   /* others get 404 */
} Right;

typedef gboolean (*Handler)(Request *req, GError **error);

typedef struct {
	const char *method;  /* GET or POST */
	const char *pattern; /* segments; {id} is a decimal number, {token} a token */
	Right right;
	Handler handler;
	gsize max_body; /* of a POST; 0 = ROUTE_MAX_BODY. Of a GET: 0 or ROUTE_OPENS_MAILBOX */
} Route;

/* No body, but mailbox {id} is read with the session (Request.opened). */
#define ROUTE_OPENS_MAILBOX 1
#define ROUTE_MAX_BODY (64 * 1024)        /* also the most that anybody may send who is not known */
#define ROUTE_LARGE_BODY (512 * 1024)     /* of a form with long texts */
#define ROUTE_FILE_BODY (8 * 1024 * 1024) /* of a form with a file (upload.h) */

extern const Route routes[];
extern const gsize routes_count;

/* Answers one request that request_open() has read. */
void router_dispatch(Request *req);

/* Goes on with a request of somebody who has just signed in as the form that was carried to there
 * (carry.h): the token of that request's own form was checked. Takes the form. */
gboolean router_send(Request *req, const char *path, Form *form, GError **error);

/* The route for method and path; sets ids and token in req. NULL: none; then allow (GString)
 * holds the methods that the path has with another method ("" if the path doesn't exist). */
const Route *router_find(Request *req, const char *method, const char *path, GString *allow);

#endif
