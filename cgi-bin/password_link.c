/* password_link.c: makes and sends the link for a first or forgotten password; its page is the
 * user's, which shows the link until the user has signed in once. */
#include "lib/user/password_link_send.h"

#include "cgi-bin/field.h"
#include "cgi-bin/page.h"
#include "cgi-bin/pages.h"
#include "cgi-bin/text.h"
#include "cgi-bin/user_page.h"
#include "lib/base/address_readable.h"
#include "lib/base/error.h"

gboolean password_link_save(Request *req, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autofree char *link = NULL, *why = NULL;
	Actor actor = request_actor(req);
	gboolean done = password_link_send(
	        req->db, req->app->config, &actor, req->ids[0], &link, &why, &failure);
	int status = 200;

	if (!done && ps_error_field(failure) == NULL) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	/* Handing over takes time: who has signed in meanwhile isn't shown any more. */
	g_autoptr(User) user = user_load(req->db, req->ids[0], error);
	if (user == NULL)
		return FALSE;
	if (!done) {
		status = 422;
		field_error_text(req, "", text(req, "error.password_link.inactive"));
	} else if (link == NULL) {
		status = 503;
		request_log(req, "password_link_failed", why);
		field_error_text(req, "", text(req, "user.link_failed"));
	} else {
		g_autofree char *address = address_readable(user->contact_email);
		g_autofree char *sent = text_with(req, "user.link_sent", address, NULL);
		page_set(req, "link.sent", sent);
		page_set_flag(req, "page.done", TRUE);
		if (user->signed_in_at == 0)
			page_set(req, "link.address", link);
	}
	user_page_fields(req, user);
	return user_page_show(req, status, user, error);
}
