/* conflict.c: says who saved first, puts theirs and yours side by side, and joins them. */
#include "cgi-bin/conflict.h"

#include <string.h>

#include "cgi-bin/change_row.h"
#include "cgi-bin/domain_options.h"
#include "cgi-bin/format.h"
#include "cgi-bin/page.h"
#include "cgi-bin/text.h"
#include "lib/office/change_log.h"

void conflict_who(Request *req, const char *login, guint64 at)
{
	g_autofree char *when = format_date_time(req, at);
	g_autofree char *message = login != NULL ? text_with(req, "conflict.text",
	                                                   change_row_actor(req, login), when, NULL)
	                                         : g_strdup(text(req, "conflict.somebody"));

	page_set(req, "conflict.text", message);
}

gboolean conflict_who_of_mailbox(
        Request *req, guint64 mailbox_id, const char *action, GError **error)
{
	g_autofree char *login = NULL;
	guint64 at = 0;

	if (!change_log_last(req->db, mailbox_id, action, &login, &at, error))
		return FALSE;
	conflict_who(req, login, at);
	return TRUE;
}

/* ---- fields ---- */

static const char *field_now(Request *req, const char *name)
{
	g_autofree char *node = g_strconcat("f.", name, NULL);

	return hdf_get_value(req->hdf, node, "");
}

static const char *field_typed(const Request *req, const char *name)
{
	const FormField *field = form_find(req->form, name);

	return field != NULL ? field->value : "";
}

#define MARK_LENGTH 12

/* What stands for a value in "shown". Free: g_free(). */
static char *mark_of(const char *name, const char *value)
{
	g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, value, -1);

	return g_strdup_printf("%s=%.*s", name, MARK_LENGTH, digest);
}

void conflict_note_shown(Request *req, const ConflictField *fields, gsize count)
{
	g_autoptr(GString) shown = g_string_new(NULL);

	for (gsize i = 0; i < count; i++) {
		g_autofree char *mark = mark_of(fields[i].name, field_now(req, fields[i].name));
		g_string_append_printf(shown, "%s%s", i > 0 ? " " : "", mark);
	}
	page_set(req, "f.shown", shown->str);
}

/* Whether the page that the form is from showed that value. */
static gboolean was_shown(char **shown, const char *name, const char *value)
{
	g_autofree char *mark = mark_of(name, value);

	return g_strv_contains((const char *const *)shown, mark);
}

/* NULL if there is none of that number. */
static const char *named_domain(Request *req, const char *value)
{
	guint64 id = 0;

	g_ascii_string_to_unsigned(value, 10, 1, G_MAXUINT32, &id, NULL);
	return domain_options_name(req, id);
}

/* As people read it. Free: g_free(). */
static char *value_text(Request *req, const ConflictField *field, const char *value)
{
	if (field->values == NULL)
		return g_strdup(value);
	if (strcmp(field->values, CONFLICT_DAY) == 0)
		return format_day(req, value);
	if (strcmp(field->values, CONFLICT_DOMAIN) == 0) {
		const char *name = named_domain(req, value);
		return g_strdup(name != NULL ? name : value);
	}
	g_autofree char *key =
	        g_strdup_printf("%s.%s", field->values, *value != '\0' ? value : "empty");
	return g_strdup(text_or_null(req, key) != NULL ? text(req, key) : value);
}

static void add_row(Request *req, const ConflictField *field, const char *theirs, const char *yours)
{
	HDF *list = page_node(req, "rows");
	guint count = 0;

	for (HDF *row = hdf_obj_child(list); row != NULL; row = hdf_obj_next(row))
		count++;
	HDF *item = page_item(list, count);
	page_item_set(item, "label", text(req, field->label_key));
	page_item_take(item, "theirs", value_text(req, field, theirs));
	page_item_take(item, "yours",
	        yours != NULL ? value_text(req, field, yours)
	                      : g_strdup(text(req, "conflict.follows")));
}

void conflict_fill(Request *req, const ConflictField *fields, gsize count)
{
	g_auto(GStrv) shown = g_strsplit(field_typed(req, "shown"), " ", -1);

	conflict_note_shown(req, fields, count);
	for (gsize i = 0; i < count; i++) {
		const char *name = fields[i].name, *saved = field_now(req, name);
		const char *typed = field_typed(req, name);
		if (strcmp(typed, saved) == 0)
			continue;
		gboolean touched = !was_shown(shown, name, typed);
		add_row(req, &fields[i], saved, touched ? typed : NULL);
		if (touched) {
			g_autofree char *node = g_strconcat("f.", name, NULL);
			page_set(req, node, typed);
		}
	}
}

/* ---- a yes to what was changed meanwhile ---- */

#define MEANWHILE_MAX 10
#define MEANWHILE_UNKNOWN 3 /* rows, if nobody knows since when */

void conflict_note_time(Request *req)
{
	page_setf(req, "f.shown", "%" G_GINT64_FORMAT, g_get_real_time());
}

/* Whether a change is about that user, not only made by him. */
static gboolean is_about(const Change *change, const char *login)
{
	return strcmp(change->subject, login) == 0 || g_strcmp0(change->old_value, login) == 0 ||
	       g_strcmp0(change->new_value, login) == 0;
}

gboolean conflict_meanwhile(Request *req, guint64 mailbox_id, const char *login, GError **error)
{
	g_autoptr(GArray) mailboxes = g_array_new(FALSE, FALSE, sizeof(guint64));
	const ChangeFilter filter = {
	        .q = login != NULL ? login : "", .mailboxes = mailboxes, .kind = ""};
	if (mailbox_id != 0)
		g_array_append_val(mailboxes, mailbox_id);
	g_autoptr(ChangePage) page = change_log_page(req->db, &filter, error);
	guint64 since = 0;
	guint count = 0;

	if (page == NULL)
		return FALSE;
	g_ascii_string_to_unsigned(field_typed(req, "shown"), 10, 1, G_MAXINT64, &since, NULL);
	HDF *list = page_node(req, "meanwhile");
	for (guint i = 0; i < page->changes->len; i++) {
		const Change *change = page->changes->pdata[i];
		if (change->at < since || count == (since > 0 ? MEANWHILE_MAX : MEANWHILE_UNKNOWN))
			break;
		if (login == NULL || is_about(change, login))
			change_row_fill(req, page_item(list, count++), change);
	}
	return TRUE;
}
