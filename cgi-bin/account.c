/* account.c: Eigenes Konto: own language and password; two forms with one address. */
#include <string.h>

#include "cgi-bin/device.h"
#include "cgi-bin/field.h"
#include "cgi-bin/guard.h"
#include "cgi-bin/page.h"
#include "cgi-bin/pages.h"
#include "cgi-bin/text.h"
#include "lib/base/error.h"
#include "lib/base/user_password.h"
#include "lib/user/account.h"

static gboolean show_account(Request *req, int status, GError **error)
{
	page_begin(req, AREA_ACCOUNT, text(req, "account.title"));
	page_set(req, "f.locale", req->session->locale);
	return page_send(req, status, "account.cst", error);
}

gboolean account_show(Request *req, GError **error)
{
	return show_account(req, 200, error);
}

static gboolean save_locale(Request *req, GError **error)
{
	static const char *const locales[] = {"", "de", "en", NULL};
	const char *locale = field_choice(req, "locale", locales);
	Actor actor = request_actor(req);

	if (field_has_errors(req))
		return show_account(req, 422, error);
	return account_set_locale(req->db, &actor, locale, error) &&
	       page_redirect(req, "locale_saved", "/account");
}

gboolean account_save(Request *req, GError **error)
{
	g_autoptr(GError) failure = NULL;

	if (form_find(req->form, "locale") != NULL)
		return save_locale(req, error);
	const char *old_password = field_secret(req, "old_password", USER_PASSWORD_MAX);
	const char *new_password = field_secret(req, "new_password", USER_PASSWORD_MAX);
	const char *again = field_secret(req, "new_password_again", USER_PASSWORD_MAX);
	Actor actor = request_actor(req);
	guint wait_s = 0;

	if (*old_password == '\0')
		field_error(req, "old_password", "empty");
	if (*new_password == '\0')
		field_error(req, "new_password", "empty");
	else if (!user_password_check(new_password, "new_password", &failure))
		field_take_error(req, &failure);
	if (strcmp(new_password, again) != 0)
		field_error(req, "new_password_again", "differs");
	if (field_has_errors(req))
		return show_account(req, 422, error);
	SignInBrowser browser = device_browser(req);
	if (account_change_password(req->db, &actor, &browser, old_password, new_password,
	            req->session->token, &wait_s, &failure))
		return page_redirect(req, "password_changed", "/account");
	if (wait_s > 0) {
		guard_say_wait(req, "old_password", wait_s);
		return show_account(req, 429, error);
	}
	if (g_strcmp0(ps_error_field(failure), "old_password") == 0) {
		guard_say_wrong(req, "old_password");
		return show_account(req, 422, error);
	}
	if (field_take_error(req, &failure))
		return show_account(req, 422, error);
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}
