/* absence.c: Abwesenheitsnotiz of a mailbox: the form, a preview of the reply, whom it answered. */
#include "cgi-bin/absence_page.h"
#include "cgi-bin/conflict.h"
#include "cgi-bin/journal_page.h"
#include "cgi-bin/field.h"
#include "cgi-bin/format.h"
#include "cgi-bin/mailbox_page.h"
#include "cgi-bin/page.h"
#include "cgi-bin/pager.h"
#include "cgi-bin/pages.h"
#include "cgi-bin/text.h"
#include "lib/base/address_readable.h"
#include "lib/base/error.h"
#include "lib/mailbox/absence.h"
#include "lib/journal/absence_reply.h"
#include "lib/mailbox/absence_script.h"
#include "lib/mailbox/sender_name.h"

static const ConflictField note_fields[] = {
        {"active", "field.absence", CONFLICT_FLAG},
        {"subject", "field.subject", NULL},
        {"body", "field.body", NULL},
        {"internal", "field.internal", CONFLICT_FLAG},
        {"internal_body", "field.internal_body", NULL},
        {"starts_on", "field.starts_on", CONFLICT_DAY},
        {"ends_on", "field.ends_on", CONFLICT_DAY},
};

static void fill_note(Request *req, const Absence *note)
{
	page_set_number(req, "f.version", note->version);
	page_set_flag(req, "f.active", note->active);
	page_set(req, "f.subject", note->subject);
	page_set(req, "f.body", note->body);
	page_set_flag(req, "f.internal", note->internal);
	page_set(req, "f.internal_body", note->internal_body);
	page_set(req, "f.starts_on", note->starts_on);
	page_set(req, "f.ends_on", note->ends_on);
	conflict_note_shown(req, note_fields, G_N_ELEMENTS(note_fields));
}

static char *reply_cursor(gconstpointer row)
{
	return absence_reply_cursor(row);
}

static gboolean fill_replies(Request *req, guint64 mailbox_id, GError **error)
{
	ListAt at = pager_at(req, ABSENCE_REPLY_CURSOR_MAX);
	JournalViewer viewer = journal_page_viewer(req);
	g_autoptr(ListPage) page = absence_reply_list(req->db, &viewer, mailbox_id, &at, error);

	if (page == NULL)
		return FALSE;
	HDF *list = page_node(req, "r");
	for (guint i = 0; i < page->rows->len; i++) {
		const AbsenceReply *reply = page->rows->pdata[i];
		HDF *item = page_item(list, i);
		g_autofree char *time = format_date_time(req, reply->at);
		page_item_set(item, "t", time);
		page_item_set_address(item, "a", reply->address);
	}
	g_autofree char *path =
	        g_strdup_printf("/mailboxes/%" G_GUINT64_FORMAT "/absence", mailbox_id);
	pager_fill_page(req, path, page, &at, reply_cursor);
	return TRUE;
}

/* f.NAME have been set. */
static gboolean show_note(Request *req, int status, const Mailbox *mailbox, GError **error)
{
	g_autofree char *state = absence_page_state(
	        req, mailbox->absent, mailbox->absent_from, mailbox->absent_until);

	mailbox_page_begin(req, mailbox, "absence.title", text(req, "mailbox.absence"));
	page_set(req, "state", state != NULL ? state : text(req, "absence.off"));
	page_set_flag(req, "m.absent", mailbox->absent);
	page_set_flag(req, "m.inactive", !mailbox->active || !mailbox->domain_active);
	return fill_replies(req, mailbox->id, error) &&
	       page_send(req, status, "absence.cst", error);
}

gboolean absence_note_show(Request *req, GError **error)
{
	g_autoptr(Mailbox) mailbox = mailbox_page_load(req, error);
	g_autoptr(Absence) note =
	        mailbox != NULL ? absence_load(req->db, mailbox->id, error) : NULL;

	if (note == NULL)
		return FALSE;
	fill_note(req, note);
	return show_note(req, 200, mailbox, error);
}

/* From is as the milter makes it. */
static gboolean fill_preview(
        Request *req, const Mailbox *mailbox, const Absence *wanted, GError **error)
{
	g_autoptr(GPtrArray) users = mailbox_users(req->db, mailbox->id, error);
	g_autofree char *address = address_readable(mailbox->address);
	const char *name = NULL;

	if (users == NULL)
		return FALSE;
	if (sender_name_rule(mailbox->email_name, users, &name) == SENDER_NAME_FIXED)
		page_setf(req, "preview.from", "%s <%s>", name, address);
	else
		page_set(req, "preview.from", address);
	page_set(req, "preview.subject",
	        *wanted->subject != '\0' ? wanted->subject : text(req, "absence.no_subject"));
	page_set(req, "preview.body", wanted->body);
	if (wanted->internal)
		page_set(req, "preview.internal_body", wanted->internal_body);
	return TRUE;
}

/* What is saved now beside what was typed, and the form to save the latter after all. */
static gboolean show_note_conflict(Request *req, const Mailbox *mailbox, GError **error)
{
	g_autoptr(Absence) saved = absence_load(req->db, mailbox->id, error);

	if (saved == NULL)
		return FALSE;
	mailbox_page_begin(req, mailbox, "absence.conflict", text(req, "mailbox.absence"));
	if (!conflict_who_of_mailbox(req, mailbox->id, "absence.changed", error))
		return FALSE;
	fill_note(req, saved);
	conflict_fill(req, note_fields, G_N_ELEMENTS(note_fields));
	return page_send(req, 409, "absence_conflict.cst", error);
}

static Absence *read_note(Request *req, guint64 mailbox_id)
{
	Absence *wanted = g_new0(Absence, 1);

	wanted->mailbox_id = mailbox_id;
	wanted->version = field_version(req);
	wanted->active = field_ticked(req, "active");
	wanted->subject = g_strdup(field_line(req, "subject", 4 * ABSENCE_SUBJECT_MAX));
	wanted->body = g_strdup(field_text(req, "body", ABSENCE_BODY_MAX));
	wanted->internal = field_ticked(req, "internal");
	wanted->internal_body = g_strdup(field_text(req, "internal_body", ABSENCE_BODY_MAX));
	wanted->starts_on = g_strdup(field_date(req, "starts_on"));
	wanted->ends_on = g_strdup(field_date(req, "ends_on"));
	return wanted;
}

gboolean absence_note_save(Request *req, GError **error)
{
	g_autoptr(Mailbox) mailbox = mailbox_page_load(req, error);
	g_autoptr(GError) failure = NULL;

	if (mailbox == NULL)
		return FALSE;
	g_autoptr(Absence) wanted = read_note(req, mailbox->id);
	gboolean preview = field_ticked(req, "preview");
	Actor actor = request_actor(req);

	if (!field_has_errors(req) && preview && absence_check(wanted, &failure)) {
		page_keep_typed(req);
		return fill_preview(req, mailbox, wanted, error) &&
		       show_note(req, 200, mailbox, error);
	}
	if (!field_has_errors(req) && !preview && absence_save(req->db, &actor, wanted, &failure))
		return page_redirect(req, "absence_saved",
		        "/mailboxes/%" G_GUINT64_FORMAT "/absence", mailbox->id);
	if (!field_take_failure(req, &failure, error))
		return FALSE;
	if (failure != NULL)
		return show_note_conflict(req, mailbox, error);
	if (!absence_check(wanted, &failure))
		field_take_error(req, &failure);
	page_keep_typed(req);
	return show_note(req, 422, mailbox, error);
}
