/* changes.c: Änderungsprotokoll: who changed what, newest first. */
#include <string.h>

#include "cgi-bin/change_row.h"
#include "cgi-bin/field.h"
#include "cgi-bin/format.h"
#include "cgi-bin/list_filter.h"
#include "cgi-bin/page.h"
#include "cgi-bin/pager.h"
#include "cgi-bin/pages.h"
#include "cgi-bin/text.h"
#include "lib/base/address_readable.h"
#include "lib/mailbox/mailbox_named.h"
#include "lib/office/change_log.h"
#include "lib/user/user.h"
#include "lib/user/user_candidates.h"
#include "lib/user/user_named.h"

#define MAX_WORDS 200
#define MAX_NAME 320

typedef struct {
	const char *q, *mailbox, *user, *kind;
	ListPeriod period;
	GArray *mailboxes, *users; /* guint64: whom the names mean */
} ChangesQuery;

#define PARTS 6

static void changes_query_clear(ChangesQuery *query)
{
	g_clear_pointer(&query->mailboxes, g_array_unref);
	g_clear_pointer(&query->users, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ChangesQuery, changes_query_clear)

static void fill_parts(const ChangesQuery *query, QueryPart parts[PARTS])
{
	const QueryPart all[PARTS] = {{"q", query->q}, {"mailbox", query->mailbox},
	        {"user", query->user}, {"kind", query->kind}, {"from", query->period.from},
	        {"to", query->period.to}};

	memcpy(parts, all, sizeof(all));
}

/* Which of the kinds is asked for; one that isn't is as if it weren't there. */
static const char *read_kind(Request *req)
{
	static const char *const kinds[] = {CHANGE_KINDS, NULL};
	const char *asked = query_line(req, "kind", 40), *found = "";
	HDF *list = page_node(req, "kinds");

	for (guint i = 0; kinds[i] != NULL; i++) {
		HDF *item = page_item(list, i);
		g_autofree char *key = g_strconcat("changes.kind.", kinds[i], NULL);
		page_item_set(item, "id", kinds[i]);
		page_item_set(item, "name", text(req, key));
		if (strcmp(kinds[i], asked) == 0)
			found = kinds[i];
	}
	return found;
}

/* A link to one of several that a name fits. */
static void offer_link(Request *req, const ChangesQuery *query, const char *name, const char *value,
        const char *text)
{
	QueryPart parts[PARTS];

	fill_parts(query, parts);
	list_filter_choice(req, "/changes", parts, PARTS, name, value, text);
}

static gboolean find_changed_mailboxes(Request *req, ChangesQuery *query, GError **error)
{
	if (*query->mailbox == '\0')
		return TRUE;
	g_autoptr(MailboxesNamed) named = mailbox_named(req->db, query->mailbox, error);
	if (named == NULL)
		return FALSE;
	for (guint i = 0; i < named->list->len; i++) {
		const MailboxNamed *one = named->list->pdata[i];
		g_autofree char *readable = address_readable(one->address);
		g_array_append_val(query->mailboxes, one->id);
		if (named->list->len > 1)
			offer_link(req, query, "mailbox", readable, readable);
	}
	if (named->list->len == 0)
		field_error(req, "mailbox", "unknown");
	else if (named->more)
		field_error(req, "mailbox", "many");
	return TRUE;
}

static gboolean find_users(Request *req, ChangesQuery *query, GError **error)
{
	if (*query->user == '\0')
		return TRUE;
	g_autoptr(UserCandidates) named = user_candidates(req->db, query->user, error);
	if (named == NULL)
		return FALSE;
	for (guint i = 0; i < named->list->len; i++) {
		const User *one = named->list->pdata[i];
		g_autofree char *both = user_named_text(one);
		g_array_append_val(query->users, one->id);
		if (named->list->len > 1)
			offer_link(req, query, "user", one->login, both);
	}
	if (named->list->len == 0)
		field_error(req, "user", "unknown");
	else if (named->more)
		field_error(req, "user", "many");
	return TRUE;
}

static gboolean read_query(Request *req, ChangesQuery *query, GError **error)
{
	query->q = query_words(req, "q", MAX_WORDS);
	query->mailbox = query_words(req, "mailbox", MAX_NAME);
	query->user = query_words(req, "user", MAX_NAME);
	query->kind = read_kind(req);
	gboolean usable = !field_has_errors(req);
	query->period = list_filter_period(req);
	query->mailboxes = g_array_new(FALSE, FALSE, sizeof(guint64));
	query->users = g_array_new(FALSE, FALSE, sizeof(guint64));
	page_set(req, "f.q", query->q);
	page_set(req, "f.mailbox", query->mailbox);
	page_set(req, "f.user", query->user);
	page_set(req, "f.kind", query->kind);
	/* What a name means is told even where a day is wrong. */
	return !usable ||
	       (find_changed_mailboxes(req, query, error) && find_users(req, query, error));
}

gboolean changes_show(Request *req, GError **error)
{
	g_auto(ChangesQuery) query = {0};

	page_begin(req, AREA_CHANGES, text(req, "changes.title"));
	if (!read_query(req, &query, error))
		return FALSE;
	if (field_has_errors(req))
		return page_send(req, 422, "changes.cst", error);
	ChangeFilter filter = {.q = query.q,
	        .mailboxes = query.mailboxes,
	        .users = query.users,
	        .kind = query.kind,
	        .from = query.period.from_us,
	        .below = query.period.below_us,
	        .after = pager_number(req, "after"),
	        .before = pager_number(req, "before")};
	g_autoptr(ChangePage) page = change_log_page(req->db, &filter, error);
	if (page == NULL)
		return FALSE;
	HDF *list = page_node(req, "r");
	for (guint i = 0; i < page->changes->len; i++)
		change_row_fill(req, page_item(list, i), page->changes->pdata[i]);
	QueryPart parts[PARTS];
	fill_parts(&query, parts);
	g_autofree char *path = pager_path("/changes", parts, PARTS);
	g_autofree char *searched_to = page->partial ? format_date_time(req, page->next_at) : NULL;
	const PagerNumbers ends = {page->previous, page->next, page->backward};
	pager_fill_numbers(req, path, &ends, searched_to);
	return page_send(req, 200, "changes.cst", error);
}
