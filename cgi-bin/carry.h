/* carry.h: a form that could not be taken is carried on: nothing that was typed is lost.
 *
 * A page that refuses a form shows what it held. Where it may be sent again the page holds it, too:
 * in fields of the same names, for the same address, or in the form of the sign-in, which sends it
 * when that is done (router_send()). Passwords and tokens are never carried; a form that had one
 * isn't sent again without it, and neither is one that didn't come from a page of ours
 * (own_form.h), one that is too large for a page, or one in which nothing was typed.
 */
#ifndef POSTSTELLE_CGI_CARRY_H
#define POSTSTELLE_CGI_CARRY_H

#include "cgi-bin/request.h"

typedef enum {
	CARRY_SHOW,    /* to be copied by hand */
	CARRY_AGAIN,   /* to the same address */
	CARRY_SIGN_IN, /* with the form of the sign-in */
} CarryWay;

/* Fills kept.* (templates/kept.cst) with the request's form, or with what that carries already. */
void carry_fill(Request *req, CarryWay way);
/* What the form of the sign-in carries, and to which path; NULL: nothing. Free: form_free() and
 * g_free(). */
Form *carry_take(const Request *req, char **path);

#endif
