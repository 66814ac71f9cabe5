/* mail_list.c: one Verteiler: its members, who may write to it, and its end. */
#include "lib/mailbox/mail_list.h"

#include "cgi-bin/address_lines.h"
#include "cgi-bin/conflict.h"
#include "cgi-bin/field.h"
#include "cgi-bin/list_place.h"
#include "cgi-bin/page.h"
#include "cgi-bin/pages.h"
#include "cgi-bin/text.h"
#include "lib/base/address_readable.h"
#include "lib/base/error.h"
#include "lib/mailbox/way.h"
#include "lib/office/change_log.h"
#include "lib/office/setting.h"

static const ConflictField list_fields[] = {
        {"member", "field.member", NULL},
        {"who", "field.who", "value.who"},
        {"active", "field.active", CONFLICT_FLAG},
};

static void fill_list_fields(Request *req, const MailList *list)
{
	page_set_number(req, "f.version", list->version);
	address_lines_fill(req, "member", list->members);
	page_set(req, "f.who", list->who);
	page_set_flag(req, "f.active", list->active);
	conflict_note_shown(req, list_fields, G_N_ELEMENTS(list_fields));
}

static gboolean show_one_list(
        Request *req, int status, const MailList *list, const char *title_key, GError **error)
{
	const WaySource source = {.list_id = list->id};
	g_autofree char *address = address_readable(list->address);
	g_autofree char *title = text_with(req, title_key, address, NULL);
	g_autofree char *left = list_place_path(req, "/lists");
	g_autoptr(GPtrArray) goes_to = way_now(req->db, &source, error);

	if (goes_to == NULL)
		return FALSE;
	page_begin(req, AREA_SETTINGS_EMAIL, title);
	page_crumb(req, text(req, "lists.title"), left);
	page_crumb(req, address, NULL);
	page_set_number(req, "l.id", list->id);
	page_set(req, "l.address", address);
	address_lines_show(req, "goes", goes_to);
	for (guint i = 0; mail_list_who[i] != NULL; i++) {
		HDF *item = page_item(page_node(req, "whos"), i);
		g_autofree char *key = g_strconcat("value.who.", mail_list_who[i], NULL);
		page_item_set(item, "id", mail_list_who[i]);
		page_item_set(item, "name", text(req, key));
	}
	return page_send(req, status, "list.cst", error);
}

gboolean mail_list_show(Request *req, GError **error)
{
	g_autoptr(MailList) list = mail_list_load(req->db, req->ids[0], error);

	if (list == NULL)
		return FALSE;
	fill_list_fields(req, list);
	return show_one_list(req, 200, list, "list_page.title", error);
}

/* What is saved now beside what was typed, and the form to save the latter after all. */
static gboolean show_list_conflict(Request *req, GError **error)
{
	g_autofree char *login = NULL;
	guint64 at = 0;
	g_autoptr(MailList) saved = mail_list_load(req->db, req->ids[0], error);

	if (saved == NULL ||
	        !change_log_last_of(req->db, saved->address, "list.changed", &login, &at, error))
		return FALSE;
	conflict_who(req, login, at);
	fill_list_fields(req, saved);
	conflict_fill(req, list_fields, G_N_ELEMENTS(list_fields));
	return show_one_list(req, 409, saved, "conflict.title", error);
}

static MailList *read_list(Request *req)
{
	MailList *wanted = g_new0(MailList, 1);

	wanted->id = req->ids[0];
	wanted->version = field_version(req);
	wanted->who = g_strdup(field_choice(req, "who", mail_list_who));
	wanted->active = field_ticked(req, "active");
	wanted->members = address_lines(req, "member");
	return wanted;
}

static gboolean save_typed_list(Request *req, const MailList *wanted, GError **error)
{
	Actor actor = request_actor(req);
	g_autoptr(Setting) setting = setting_load(req->db, error);

	return setting != NULL &&
	       address_lines_check(
	               req, "member", wanted->members, setting->outside_members, error) &&
	       !field_has_errors(req) && mail_list_save(req->db, &actor, wanted, error);
}

gboolean mail_list_change(Request *req, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(MailList) wanted = read_list(req);

	if (save_typed_list(req, wanted, &failure))
		return page_redirect(req, "list_saved", "/lists/%" G_GUINT64_FORMAT, wanted->id);
	if (!field_take_failure(req, &failure, error))
		return FALSE;
	if (failure != NULL)
		return show_list_conflict(req, error);
	g_autoptr(MailList) list = mail_list_load(req->db, wanted->id, error);
	if (list == NULL)
		return FALSE;
	page_keep_typed(req);
	return show_one_list(req, 422, list, "list_page.title", error);
}

gboolean mail_list_remove(Request *req, GError **error)
{
	g_autofree char *left = list_place_path(req, "/lists");
	g_autoptr(GError) failure = NULL;
	Actor actor = request_actor(req);

	if (mail_list_delete(req->db, &actor, req->ids[0], field_version(req), &failure))
		return page_redirect(req, "list_deleted", "%s", left);
	if (g_error_matches(failure, PS_ERROR, PS_ERROR_CONFLICT))
		return show_list_conflict(req, error);
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}
