/* change_row.c: fills a row of a table of changes. */
#include "cgi-bin/change_row.h"

#include <string.h>

#include "cgi-bin/format.h"
#include "cgi-bin/page.h"
#include "cgi-bin/text.h"

/* Whose values are addresses; others are as they were typed. */
static gboolean holds_addresses(const char *field)
{
	static const char *const names[] = {"", "address", "recipient", "contact_email", "mailbox",
	        "catch_all", "member", "to_forward", NULL};

	return g_strv_contains(names, field);
}

static gboolean holds_day(const char *field)
{
	static const char *const names[] = {"starts_on", "ends_on", "until", NULL};

	return g_strv_contains(names, field);
}

/* "1" and "0" of a tick box, and words of a choice, as the page's language writes them. */
static const char *logged_text(Request *req, const char *field, const char *value)
{
	static const char *const flags[] = {"active", "may_send", "may_log_in", "own_only", "vip",
	        "absence", "internal", "vip_exempt_cc_bcc", "allow_plain_password", "own_only_vip",
	        "outside_members", "outside_forward", "keep_copy", NULL};
	g_autofree char *key =
	        g_strdup_printf("value.%s.%s", field, *value != '\0' ? value : "empty");
	const char *found = strpbrk(value, ". ") == NULL ? text_or_null(req, key) : NULL;

	if (found != NULL)
		return found;
	if (g_strv_contains(flags, field))
		return text(req, strcmp(value, "1") == 0 ? "conflict.yes" : "conflict.no");
	return value;
}

static void fill_value(
        Request *req, HDF *item, const char *node, const char *field, const char *value)
{
	if (value == NULL)
		return;
	if (holds_day(field))
		page_item_take(item, node, format_day(req, value));
	else if (holds_addresses(field))
		page_item_set_address(item, node, value);
	else
		page_item_set(item, node, logged_text(req, field, value));
}

const char *change_row_actor(Request *req, const char *actor)
{
	return strcmp(actor, ACTOR_COMMAND_LINE) == 0 ? text(req, "my.command_line") : actor;
}

void change_row_fill(Request *req, HDF *item, const Change *change)
{
	g_autofree char *time = format_date_time(req, change->at);
	g_autofree char *action = g_strconcat("change.", change->action, NULL);
	g_autofree char *field = g_strconcat("field.", change->field, NULL);
	g_autofree char *what =
	        *change->field != '\0'
	                ? g_strdup_printf("%s: %s", text(req, action), text(req, field))
	                : g_strdup(text(req, action));

	page_item_set(item, "t", time);
	if (change->actor_name != NULL) {
		page_item_take(
		        item, "u", g_strdup_printf("%s (%s)", change->actor_name, change->actor));
		page_item_take(item, "by.href",
		        g_strdup_printf(
		                "%s/users/%" G_GUINT64_FORMAT, req->prefix, change->user_id));
	} else {
		page_item_set(item, "u", change_row_actor(req, change->actor));
	}
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
