/* user_page.c: fills what the pages about one user show of it. */
#include "cgi-bin/user_page.h"

#include "cgi-bin/conflict.h"
#include "cgi-bin/field.h"
#include "cgi-bin/format.h"
#include "cgi-bin/page.h"
#include "cgi-bin/assignment_history.h"
#include "cgi-bin/pager.h"
#include "cgi-bin/text.h"
#include "lib/base/address.h"
#include "lib/mailbox/assignment.h"

void user_page_begin(Request *req, const User *user, const char *title_key, const char *crumb)
{
	g_autofree char *title = text_with(req, title_key, user->name, NULL);
	g_autofree char *path = g_strdup_printf("/users/%" G_GUINT64_FORMAT, user->id);

	page_begin(req, AREA_USERS, title);
	page_crumb(req, user->name, crumb != NULL ? path : NULL);
	if (crumb != NULL)
		page_crumb(req, crumb, NULL);
	page_set_number(req, "u.id", user->id);
	page_set(req, "u.name", user->name);
	page_set_flag(req, "u.inactive", !user->active);
}

/* values: NULL-terminated; texts value.FIELD.VALUE. */
static void fill_choices(
        Request *req, const char *node, const char *field, const char *const *values)
{
	HDF *list = page_node(req, node);

	for (guint i = 0; values[i] != NULL; i++) {
		HDF *item = page_item(list, i);
		g_autofree char *key = g_strdup_printf("value.%s.%s", field, values[i]);
		page_item_set(item, "id", values[i]);
		page_item_set(item, "name", text(req, key));
	}
}

void user_page_choices(Request *req)
{
	const char *const rights[] = {user_journal_words[USER_JOURNAL_ALL],
	        user_journal_words[USER_JOURNAL_OWN], user_journal_words[USER_JOURNAL_NONE], NULL};

	fill_choices(req, "roles", "role", user_role_words);
	fill_choices(req, "rights", "journal_right", rights);
}

static const ConflictField user_fields[] = {
        {"name", "user.name", NULL},
        {"login", "user.login", NULL},
        {"email_name", "user.email_name", NULL},
        {"contact_email", "user.contact_email", NULL},
        {"role", "user.role", "value.role"},
        {"journal_right", "user.journal_right", "value.journal_right"},
        {"locale", "account.locale", "value.locale"},
        {"active", "user.active", CONFLICT_FLAG},
};

void user_page_fields(Request *req, const User *user)
{
	page_set_number(req, "f.version", user->version);
	page_set(req, "f.login", user->login);
	page_set(req, "f.name", user->name);
	page_set(req, "f.email_name", user->email_name);
	page_set_address(req, "f.contact_email", user->contact_email);
	page_set(req, "f.role", user_role_words[user->role]);
	page_set(req, "f.journal_right", user_journal_words[user->journal_right]);
	page_set(req, "f.locale", user->locale);
	page_set_flag(req, "f.active", user->active);
	conflict_note_shown(req, user_fields, G_N_ELEMENTS(user_fields));
}

void user_page_conflict(Request *req, const User *saved)
{
	user_page_fields(req, saved);
	conflict_fill(req, user_fields, G_N_ELEMENTS(user_fields));
}

static char *assigned_cursor(gconstpointer row)
{
	return g_strdup(((const Assignment *)row)->address);
}

static gboolean fill_assigned_mailboxes(Request *req, const User *user, GError **error)
{
	ListAt at = pager_at(req, ADDRESS_MAX);
	g_autoptr(ListPage) page = assignment_mailboxes(req->db, user->id, &at, error);

	if (page == NULL)
		return FALSE;
	HDF *node = page_node(req, "mailboxes");
	for (guint i = 0; i < page->rows->len; i++) {
		const Assignment *assignment = page->rows->pdata[i];
		HDF *item = page_item(node, i);
		g_autofree char *since = format_date(req, assignment->assigned_at);
		page_item_set_number(item, "id", assignment->mailbox_id);
		page_item_set_address(item, "address", assignment->address);
		page_item_set(item, "since", since);
		page_item_set(item, "deleted", assignment->mailbox_deleted ? "1" : NULL);
	}
	g_autofree char *path = g_strdup_printf("/users/%" G_GUINT64_FORMAT, user->id);
	pager_fill_page(req, path, page, &at, assigned_cursor);
	return TRUE;
}

gboolean user_page_show(Request *req, int status, const User *user, GError **error)
{
	g_autofree char *path = g_strdup_printf("/users/%" G_GUINT64_FORMAT, user->id);
	g_autofree char *signed_in =
	        user->signed_in_at > 0 ? format_date_time(req, user->signed_in_at) : NULL;

	user_page_begin(req, user, "user.title", NULL);
	page_set(req, "label.mailbox", text(req, "user.assign"));
	user_page_choices(req);
	page_set(req, "u.signed_in", signed_in);
	g_autofree char *escaped = g_uri_escape_string(user->login, NULL, FALSE);
	page_setf(req, "changes.href", "%s/changes?user=%s", req->prefix, escaped);
	page_setf(req, "about.href", "%s/changes?q=%s", req->prefix, escaped);
	page_set_address(req, "u.contact", user->contact_email);
	return fill_assigned_mailboxes(req, user, error) &&
	       assignment_history_of_user(req, user->id, path, error) &&
	       page_send(req, status, "user.cst", error);
}
