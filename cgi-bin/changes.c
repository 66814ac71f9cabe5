/* changes.c: Änderungsprotokoll: who changed what, newest first. */
#include <string.h>

#include "cgi-bin/field.h"
#include "cgi-bin/format.h"
#include "cgi-bin/page.h"
#include "cgi-bin/pager.h"
#include "cgi-bin/pages.h"
#include "cgi-bin/text.h"
#include "lib/base/address.h"
#include "lib/base/user_login.h"
#include "lib/office/change_log.h"

#define MAX_WORDS 200

/* Whose values are addresses; others are as they were typed. */
static gboolean holds_addresses(const char *field)
{
	static const char *const names[] = {
	        "", "address", "recipient", "contact_email", "mailbox", NULL};

	return g_strv_contains(names, field);
}

/* "1" and "0" of a tick box, and words of a choice, as the page's language writes them. */
static const char *value_text(Request *req, const char *field, const char *value)
{
	g_autofree char *key =
	        g_strdup_printf("value.%s.%s", field, *value != '\0' ? value : "empty");
	const char *found = strpbrk(value, ". ") == NULL ? text_or_null(req, key) : NULL;

	if (found != NULL)
		return found;
	if (strcmp(field, "active") == 0 || strcmp(field, "vip") == 0 ||
	        strcmp(field, "absence") == 0 || strcmp(field, "internal") == 0 ||
	        strcmp(field, "vip_exempt_cc_bcc") == 0 ||
	        strcmp(field, "allow_plain_password") == 0)
		return text(req, strcmp(value, "1") == 0 ? "conflict.yes" : "conflict.no");
	return value;
}

static void fill_value(
        Request *req, HDF *item, const char *node, const char *field, const char *value)
{
	if (value == NULL)
		return;
	if (holds_addresses(field))
		page_item_set_address(item, node, value);
	else
		page_item_set(item, node, value_text(req, field, value));
}

static void fill_change(Request *req, HDF *item, const Change *change)
{
	g_autofree char *time = format_date_time(req, change->at);
	g_autofree char *action = g_strconcat("change.", change->action, NULL);
	g_autofree char *field = g_strconcat("field.", change->field, NULL);
	g_autofree char *what =
	        *change->field != '\0'
	                ? g_strdup_printf("%s: %s", text(req, action), text(req, field))
	                : g_strdup(text(req, action));

	page_item_set(item, "t", time);
	page_item_set(item, "u", change->actor);
	if (g_str_has_prefix(change->action, "setting."))
		page_item_set(item, "m", text(req, "nav.base_settings"));
	else
		page_item_set_address(item, "m", change->subject);
	page_item_set(item, "w", what);
	fill_value(req, item, "o", change->field, change->old_value);
	fill_value(req, item, "n", change->field, change->new_value);
	if (change->mailbox_id != 0 && !change->purged) {
		g_autofree char *href = g_strdup_printf(
		        "%s/mailboxes/%" G_GUINT64_FORMAT, req->prefix, change->mailbox_id);
		page_item_set(item, "href", href);
	}
}

static char *changes_path(Request *req, const ChangeFilter *filter)
{
	const QueryPart parts[] = {{"q", query_line(req, "q", MAX_WORDS)},
	        {"mailbox", query_line(req, "mailbox", REQUEST_MAX_PATH)}, {"user", filter->user}};

	return pager_path("/changes", parts, G_N_ELEMENTS(parts));
}

gboolean changes_show(Request *req, GError **error)
{
	const char *words = query_words(req, "q", MAX_WORDS);
	const char *mailbox = query_line(req, "mailbox", REQUEST_MAX_PATH);
	g_autofree char *own = address_own(mailbox, "mailbox", NULL);
	const char *login = query_line(req, "user", REQUEST_MAX_PATH);
	g_autofree char *user = user_login_normal(login);
	ChangeFilter filter = {.q = field_has_errors(req) ? "" : words,
	        .mailbox = *mailbox == '\0' ? ""
	                   : own != NULL    ? own
	                                    : "?",
	        .user = user};

	g_ascii_string_to_unsigned(
	        query_line(req, "after", 20), 10, 1, G_MAXINT64, &filter.after, NULL);
	g_autoptr(ChangePage) page = change_log_page(req->db, &filter, error);
	if (page == NULL)
		return FALSE;
	page_begin(req, AREA_CHANGES, text(req, "changes.title"));
	page_set(req, "f.q", words);
	page_set(req, "f.mailbox", mailbox);
	page_set(req, "f.user", login);
	HDF *list = page_node(req, "r");
	for (guint i = 0; i < page->changes->len; i++)
		fill_change(req, page_item(list, i), page->changes->pdata[i]);
	g_autofree char *path = changes_path(req, &filter);
	g_autofree char *searched_to = page->partial ? format_date_time(req, page->next_at) : NULL;
	pager_fill_number(req, path, filter.after == 0, page->next, searched_to);
	return page_send(req, field_has_errors(req) ? 422 : 200, "changes.cst", error);
}
