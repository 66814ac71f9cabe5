/* mailbox_new.c: Neues Postfach anlegen. */
#include "cgi-bin/domain_options.h"
#include "cgi-bin/field.h"
#include "cgi-bin/office_setting.h"
#include "cgi-bin/page.h"
#include "cgi-bin/pages.h"
#include "cgi-bin/text.h"
#include "cgi-bin/user_choices.h"
#include "lib/base/address.h"
#include "lib/mailbox/assignment.h"

#define MAX_TYPED 1000 /* what is longer isn't looked at; lib says how long a name may be */

static gboolean show_new_mailbox(Request *req, int status, guint64 domain_id, GError **error)
{
	const Setting *setting = office_setting(req, error);
	guint count = 0;

	if (setting == NULL || !domain_options_fill(req, "dom", domain_id, TRUE, &count, error) ||
	        !user_choices_fill(req, "user_id", NULL, error))
		return FALSE;
	page_begin(req, AREA_SETTINGS_EMAIL, text(req, "mailbox_new.title"));
	page_crumb(req, text(req, "mailbox_new.title"), NULL);
	if (*setting->contact != '\0')
		page_set(req, "contact", setting->contact);
	page_keep_typed(req);
	return page_send(req, status, "mailbox_new.cst", error);
}

gboolean mailbox_new_show(Request *req, GError **error)
{
	return show_new_mailbox(req, 200, 0, error);
}

gboolean mailbox_new_save(Request *req, GError **error)
{
	g_autoptr(GError) failure = NULL;
	const char *local_part = field_line(req, "local_part", MAX_TYPED);
	guint64 domain_id = field_number(req, "domain_id", 1, G_MAXUINT32);
	g_autoptr(GArray) users = field_numbers(req, "user_id");
	guint64 id = 0;

	if (user_choices_searched(req))
		return show_new_mailbox(req, user_choices_status(req), domain_id, error);
	g_autofree char *local = address_local_part(local_part, "local_part", &failure);
	if (local == NULL)
		field_take_error(req, &failure);
	if (field_has_errors(req))
		return show_new_mailbox(req, 422, domain_id, error);
	g_autoptr(KeyRing) ring = keyring_load(req->app->config->key_file, error);
	if (ring == NULL)
		return FALSE;
	Actor actor = request_actor(req);
	if (assignment_create_mailbox(
	            req->db, ring, &actor, local_part, domain_id, "", users, &id, &failure))
		return page_redirect(req, "mailbox_created", "/mailboxes/%" G_GUINT64_FORMAT, id);
	if (field_take_error(req, &failure))
		return show_new_mailbox(req, 422, domain_id, error);
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}
