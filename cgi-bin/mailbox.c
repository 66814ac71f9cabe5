/* mailbox.c: Postfach bearbeiten: settings of one mailbox, and the page when two people edit it. */
#include "cgi-bin/carry.h"
#include "cgi-bin/conflict.h"
#include "cgi-bin/field.h"
#include "cgi-bin/mailbox_page.h"
#include "cgi-bin/page.h"
#include "cgi-bin/pages.h"
#include "cgi-bin/text.h"
#include "lib/base/error.h"
#include "lib/base/text_check.h"

#define MAX_NAME (4 * EMAIL_NAME_MAX)
#define MAX_DIGITS 20

gboolean mailbox_show(Request *req, GError **error)
{
	MailboxOpened *opened = req->opened;

	if (opened->mailbox == NULL) {
		g_set_error(error, PS_ERROR, PS_ERROR_NOT_FOUND, "no such mailbox");
		return FALSE;
	}
	mailbox_page_fields(req, opened->mailbox);
	return mailbox_page_show_opened(req, opened, error);
}

/* What is saved now beside what was typed, and the form to save the latter after all. */
static gboolean show_mailbox_conflict(Request *req, const Mailbox *saved, GError **error)
{
	if (!mailbox_page_sender(req, saved, error))
		return FALSE;
	mailbox_page_begin(req, saved, "conflict.title", text(req, "page.409.title"));
	if (!conflict_who_of_mailbox(req, saved->id, NULL, error))
		return FALSE;
	mailbox_page_conflict(req, saved);
	return page_send(req, 409, "mailbox_conflict.cst", error);
}

/* An empty field is the office's limit. */
static gint64 typed_limit(Request *req)
{
	return *field_line(req, "send_limit", MAX_DIGITS) == '\0'
	               ? SEND_LIMIT_OF_OFFICE
	               : (gint64)field_number(req, "send_limit", 0, SEND_LIMIT_MAX);
}

static Mailbox *typed_mailbox(Request *req)
{
	Mailbox *wanted = g_new0(Mailbox, 1);

	wanted->id = req->ids[0];
	wanted->version = field_version(req);
	wanted->active = field_ticked(req, "active");
	wanted->vip = field_ticked(req, "vip");
	wanted->may_send = field_ticked(req, "may_send");
	wanted->may_log_in = field_ticked(req, "may_log_in");
	wanted->own_only = field_ticked(req, "own_only");
	wanted->email_name = g_strdup(field_line(req, "email_name", MAX_NAME));
	wanted->note = g_strdup(field_line(req, "note", 4 * MAILBOX_NOTE_MAX));
	wanted->quota_mb = field_number(req, "quota_mb", 0, MAILBOX_QUOTA_MAX);
	wanted->send_limit = typed_limit(req);
	return wanted;
}

/* Whoever doesn't send the note, or none of the switches (a script that doesn't know them), leaves
 * them as they are; a page says by "switches" that what isn't ticked is off. */
static gboolean keep_unsent(Request *req, Mailbox *wanted, GError **error)
{
	static const char *const names[] = {"switches", "may_send", "may_log_in", "own_only"};
	gboolean has_note = form_find(req->form, "note") != NULL, has_switches = FALSE;

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
		has_switches = has_switches || form_find(req->form, names[i]) != NULL;
	if (has_note && has_switches)
		return TRUE;
	g_autoptr(Mailbox) saved = mailbox_load(req->db, wanted->id, error);
	if (saved == NULL)
		return FALSE;
	if (!has_note) {
		g_free(wanted->note);
		wanted->note = g_strdup(saved->note);
	}
	if (has_switches)
		return TRUE;
	wanted->may_send = saved->may_send;
	wanted->may_log_in = saved->may_log_in;
	wanted->own_only = saved->own_only;
	return TRUE;
}

gboolean mailbox_save(Request *req, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(Mailbox) wanted = typed_mailbox(req);
	Actor actor = request_actor(req);

	if (!keep_unsent(req, wanted, error))
		return FALSE;
	if (!field_has_errors(req)) {
		if (mailbox_update(req->db, &actor, wanted, &failure))
			return page_redirect(
			        req, "mailbox_saved", "/mailboxes/%" G_GUINT64_FORMAT, wanted->id);
		if (!field_take_failure(req, &failure, error))
			return FALSE;
	}
	g_autoptr(GError) more = NULL;
	g_autofree char *name = field_has_errors(req) ? mailbox_check(wanted, &more) : NULL;
	if (more != NULL)
		field_take_error(req, &more);
	g_autoptr(Mailbox) saved = mailbox_load(req->db, wanted->id, error);
	if (saved == NULL)
		return FALSE;
	if (failure != NULL && !saved->deleted)
		return show_mailbox_conflict(req, saved, error);
	page_keep_typed(req);
	if (saved->deleted)
		carry_fill(req, CARRY_SHOW);
	return mailbox_page_show(req, saved->deleted ? 409 : 422, saved, error);
}
