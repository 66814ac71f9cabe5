/* mailbox.c: Postfach bearbeiten: settings of one mailbox, and the page when two people edit it. */
#include <string.h>

#include "cgi-bin/mailbox_page.h"
#include "cgi-bin/page.h"
#include "cgi-bin/pages.h"
#include "lib/change_log.h"
#include "lib/error.h"

#define MAX_NAME (4 * MAILBOX_NAME_MAX)

gboolean mailbox_show(Request *req, GError **error)
{
	g_autoptr(Mailbox) mailbox = mailbox_load(req->db, req->ids[0], error);

	if (mailbox == NULL)
		return FALSE;
	mailbox_page_fields(req, mailbox);
	return mailbox_page_show(req, 200, mailbox, error);
}

static void add_difference(
        Request *req, HDF *list, guint *count, const char *key, const char *theirs, const char *own)
{
	if (strcmp(theirs, own) == 0)
		return;
	HDF *item = page_item(list, (*count)++);
	page_item_set(item, "label", text(req, key));
	page_item_set(item, "theirs", theirs);
	page_item_set(item, "yours", own);
}

static const char *yes_no(Request *req, gboolean value)
{
	return text(req, value ? "conflict.yes" : "conflict.no");
}

/* What is saved now beside what was typed, and the form to save the latter after all. */
static gboolean show_conflict(
        Request *req, const Mailbox *saved, const Mailbox *wanted, GError **error)
{
	g_autofree char *login = NULL;
	guint64 at = 0;
	guint count = 0;

	if (!change_log_last(req->db, saved->id, &login, &at, error) ||
	        !mailbox_page_sees(req, saved, error))
		return FALSE;
	mailbox_page_begin(req, saved, "conflict.title", text(req, "page.409.title"));
	g_autofree char *when = page_date_time(req, at);
	g_autofree char *message = login != NULL
	                                   ? text_with(req, "conflict.text", login, when, NULL)
	                                   : g_strdup(text(req, "conflict.somebody"));
	page_set(req, "conflict.text", message);
	HDF *list = page_node(req, "rows");
	g_autofree char *their_quota = g_strdup_printf("%" G_GUINT64_FORMAT, saved->quota_mb);
	g_autofree char *own_quota = g_strdup_printf("%" G_GUINT64_FORMAT, wanted->quota_mb);
	add_difference(req, list, &count, "mailbox.active", yes_no(req, saved->active),
	        yes_no(req, wanted->active));
	add_difference(
	        req, list, &count, "mailbox.email_name", saved->email_name, wanted->email_name);
	add_difference(req, list, &count, "mailbox.vip", yes_no(req, saved->vip),
	        yes_no(req, wanted->vip));
	add_difference(req, list, &count, "mailbox.quota_mb", their_quota, own_quota);
	page_keep_typed(req);
	page_set_number(req, "f.version", saved->version);
	return page_send(req, 409, "mailbox_conflict.cst", error);
}

gboolean mailbox_save(Request *req, GError **error)
{
	g_autoptr(GError) failure = NULL;
	Mailbox wanted = {
	        .id = req->ids[0],
	        .version = form_version(req),
	        .active = form_ticked(req, "active"),
	        .vip = form_ticked(req, "vip"),
	        .email_name = (char *)(guintptr)form_line(req, "email_name", MAX_NAME),
	        .quota_mb = form_number(req, "quota_mb", 0, MAILBOX_QUOTA_MAX),
	};
	Actor actor = request_actor(req);

	if (!form_has_errors(req)) {
		if (mailbox_update(req->db, &actor, &wanted, &failure))
			return page_redirect(
			        req, "mailbox_saved", "/mailboxes/%" G_GUINT64_FORMAT, wanted.id);
		if (!form_take_error(req, &failure) &&
		        !g_error_matches(failure, PS_ERROR, PS_ERROR_CONFLICT)) {
			g_propagate_error(error, g_steal_pointer(&failure));
			return FALSE;
		}
	}
	g_autoptr(Mailbox) saved = mailbox_load(req->db, wanted.id, error);
	if (saved == NULL)
		return FALSE;
	if (failure != NULL && !saved->deleted)
		return show_conflict(req, saved, &wanted, error);
	page_keep_typed(req);
	return mailbox_page_show(req, saved->deleted ? 409 : 422, saved, error);
}
