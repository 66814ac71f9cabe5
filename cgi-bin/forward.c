/* forward.c: Weiterleitung of a mailbox. */
#include "lib/mailbox/forward.h"

#include "cgi-bin/address_lines.h"
#include "cgi-bin/conflict.h"
#include "cgi-bin/field.h"
#include "cgi-bin/mailbox_page.h"
#include "cgi-bin/office_setting.h"
#include "cgi-bin/page.h"
#include "cgi-bin/pages.h"
#include "cgi-bin/text.h"
#include "lib/base/error.h"

static const ConflictField forward_fields[] = {
        {"to", "field.to_forward", NULL},
        {"keep_copy", "field.keep_copy", CONFLICT_FLAG},
        {"until", "field.until", CONFLICT_DAY},
};

static void fill_forward_fields(Request *req, const Forward *forward)
{
	page_set_number(req, "f.version", forward->version);
	address_lines_fill(req, "to", forward->to);
	page_set_flag(req, "f.keep_copy", forward->keep_copy);
	page_set(req, "f.until", forward->ends_on);
	conflict_note_shown(req, forward_fields, G_N_ELEMENTS(forward_fields));
}

static gboolean show_forward_form(
        Request *req, int status, const Mailbox *mailbox, const char *title_key, GError **error)
{
	const Setting *setting = office_setting(req, error);

	if (setting == NULL)
		return FALSE;
	mailbox_page_begin(req, mailbox, title_key, text(req, "forward.crumb"));
	page_set(req, "label.to", text(req, "field.to_forward"));
	page_set_flag(req, "outside", setting->outside_forward);
	page_set_flag(req, "m.vip", mailbox->vip);
	return page_send(req, status, "forward.cst", error);
}

gboolean forward_show(Request *req, GError **error)
{
	g_autoptr(Mailbox) mailbox = mailbox_page_load(req, error);
	g_autoptr(Forward) forward =
	        mailbox != NULL ? forward_load(req->db, mailbox->id, error) : NULL;

	if (forward == NULL)
		return FALSE;
	fill_forward_fields(req, forward);
	return show_forward_form(req, 200, mailbox, "forward.title", error);
}

/* What is saved now beside what was typed, and the form to save the latter after all. */
static gboolean show_forward_conflict(Request *req, const Mailbox *mailbox, GError **error)
{
	g_autoptr(Forward) saved = forward_load(req->db, mailbox->id, error);

	if (saved == NULL || !conflict_who_of_mailbox(req, mailbox->id, "forward.changed", error))
		return FALSE;
	fill_forward_fields(req, saved);
	conflict_fill(req, forward_fields, G_N_ELEMENTS(forward_fields));
	return show_forward_form(req, 409, mailbox, "conflict.title", error);
}

static Forward *read_forward(Request *req)
{
	Forward *wanted = g_new0(Forward, 1);

	wanted->mailbox_id = req->ids[0];
	wanted->version = field_version(req);
	wanted->keep_copy = field_ticked(req, "keep_copy");
	wanted->ends_on = g_strdup(field_date(req, "until"));
	wanted->to = address_lines(req, "to");
	return wanted;
}

static gboolean save_typed_forward(Request *req, const Forward *wanted, GError **error)
{
	Actor actor = request_actor(req);
	g_autoptr(Setting) setting = setting_load(req->db, error);

	return setting != NULL &&
	       address_lines_check(req, "to", wanted->to, setting->outside_forward, error) &&
	       !field_has_errors(req) && forward_save(req->db, &actor, wanted, error);
}

gboolean forward_change(Request *req, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(Forward) wanted = read_forward(req);

	if (save_typed_forward(req, wanted, &failure))
		return page_redirect(
		        req, "forward_saved", "/mailboxes/%" G_GUINT64_FORMAT, req->ids[0]);
	if (!field_take_failure(req, &failure, error))
		return FALSE;
	g_autoptr(Mailbox) mailbox = mailbox_page_load(req, error);
	if (mailbox == NULL)
		return FALSE;
	if (failure != NULL)
		return show_forward_conflict(req, mailbox, error);
	page_keep_typed(req);
	return show_forward_form(req, 422, mailbox, "forward.title", error);
}
