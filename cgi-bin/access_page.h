/* access_page.h: the page Zugangsdaten, which several handlers show. */
#ifndef POSTSTELLE_CGI_ACCESS_PAGE_H
#define POSTSTELLE_CGI_ACCESS_PAGE_H

#include "cgi-bin/request.h"
#include "lib/mailbox/access_link_list.h"
#include "lib/mailbox/mailbox.h"

/* password: shown if not NULL. */
gboolean access_page_show(
        Request *req, const Mailbox *mailbox, const char *password, GError **error);
/* Why its password can't be shown: "none" (no key file), "lost" (sealed with a key that isn't
 * there); NULL: it can. */
const char *access_page_key(const KeyRing *ring, const Mailbox *mailbox);
/* If that is why no new password was made (mailbox_password.h): the error is taken, and the page
 * says so. */
gboolean access_page_no_key(Request *req, GError **failure);
/* vip_notice: whether its users are told what the signed-in user does with the password. */
gboolean access_page_vip_notice(Request *req, const Mailbox *mailbox, GError **error);

/* What was sent, newest first: an administrator sees all, others their own. Free:
 * g_ptr_array_unref(). */
GPtrArray *access_page_sent(Request *req, const Mailbox *mailbox, GError **error);
/* What became of it, in words. Free: g_free(). */
char *access_page_state(Request *req, const AccessSent *sent);
/* once, link, qr.*: a one-time link and until when it holds (access_one_time.cst). */
void access_page_link(Request *req, guint64 expires_at, const char *token);

#endif
