/* mailbox_query.c: reads and writes the filter of the mailbox list. */
#include "cgi-bin/mailbox_query.h"

#include <string.h>

#include "cgi-bin/field.h"
#include "cgi-bin/list_filter.h"
#include "cgi-bin/page.h"
#include "cgi-bin/pager.h"
#include "lib/user/user_candidates.h"
#include "lib/user/user_named.h"

#define MAX_WORDS 200
#define MAX_USER 600 /* name and log-in */

static const struct {
	const char *name, *caption; /* state=NAME, text of the caption */
	char state;
} states[] = {
        {"", "mailboxes.caption_all", 0},
        {"active", "mailboxes.caption_active", 'a'},
        {"inactive", "mailboxes.caption_inactive", 'i'},
        {"vip", "mailboxes.caption_vip", 'v'},
        {"absent", "mailboxes.caption_absent", 'n'},
        {"unassigned", "mailboxes.caption_unassigned", 'u'},
        {"known", "mailboxes.caption_known", 'k'},
        {"full", "mailboxes.caption_full", 'f'},
        {"deleted", "mailboxes.caption_deleted", 'd'},
        {"ending", "mailboxes.caption_ending", 'e'},
};

static const struct {
	const char *name, *caption;
	MailboxSort sort;
	gboolean descending;
} sorts[] = {
        {"", "mailboxes.by_address", MAILBOX_SORT_ADDRESS, FALSE},
        {"-address", "mailboxes.by_address_down", MAILBOX_SORT_ADDRESS, TRUE},
        {"name", "mailboxes.by_name", MAILBOX_SORT_NAME, FALSE},
        {"-name", "mailboxes.by_name_down", MAILBOX_SORT_NAME, TRUE},
        {"storage", "mailboxes.by_storage", MAILBOX_SORT_STORAGE, FALSE},
        {"-storage", "mailboxes.by_storage_down", MAILBOX_SORT_STORAGE, TRUE},
};

static gsize sort_index(const char *name)
{
	for (gsize i = 1; i < G_N_ELEMENTS(sorts); i++)
		if (strcmp(sorts[i].name, name) == 0)
			return i;
	return 0;
}

static gsize state_index(const char *name)
{
	for (gsize i = 1; i < G_N_ELEMENTS(states); i++)
		if (strcmp(states[i].name, name) == 0)
			return i;
	return 0;
}

typedef struct {
	const char *q, *domain, *state, *user, *sort, *after, *before;
} QueryTexts;

/* Who is meant; nobody, with an error of the field, if that isn't clear. */
static gboolean read_person(Request *req, const char *typed, MailboxQuery *query, GError **error)
{
	g_autoptr(GError) failure = NULL;

	query->user = g_strdup(typed);
	if (*typed == '\0' || field_has_errors(req))
		return TRUE;
	g_autoptr(User) user = user_named(req->db, typed, &failure);
	if (user != NULL) {
		g_free(query->user);
		query->user = user_named_text(user);
		query->filter.user_id = user->id;
		return TRUE;
	}
	query->unclear = field_take_error(req, &failure);
	if (query->unclear)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

static gboolean read_texts(
        Request *req, const QueryTexts *texts, MailboxQuery *query, GError **error)
{
	gsize sort = sort_index(texts->sort), state = state_index(texts->state);
	guint64 domain_id = 0;

	g_ascii_string_to_unsigned(texts->domain, 10, 1, G_MAXUINT32, &domain_id, NULL);
	*query = (MailboxQuery){
	        .filter = {.q = texts->q,
	                .domain_id = domain_id,
	                .state = states[state].state,
	                .sort = sorts[sort].sort,
	                .descending = sorts[sort].descending,
	                .after = texts->after,
	                .before = texts->before},
	        .sort = sorts[sort].name,
	        .state = states[state].name,
	};
	return read_person(req, texts->user, query, error);
}

gboolean mailbox_query_read(Request *req, MailboxQuery *query, GError **error)
{
	const QueryTexts texts = {.q = query_words(req, "q", MAX_WORDS),
	        .domain = query_line(req, "domain", 20),
	        .state = query_line(req, "state", 16),
	        .user = query_words(req, "user", MAX_USER),
	        .sort = query_line(req, "sort", 16),
	        .after = query_line(req, "after", MAILBOX_LIST_CURSOR_MAX),
	        .before = query_line(req, "before", MAILBOX_LIST_CURSOR_MAX)};

	return read_texts(req, &texts, query, error);
}

static void refuse_unknown(
        Request *req, const char *name, const char *sent, gboolean known, MailboxQuery *query)
{
	if (*sent == '\0' || known)
		return;
	field_error(req, name, "choice");
	query->unknown = TRUE;
}

gboolean mailbox_query_read_form(Request *req, MailboxQuery *query, GError **error)
{
	const QueryTexts texts = {.q = field_line(req, "q", MAX_WORDS),
	        .domain = field_line(req, "domain", 20),
	        .state = field_line(req, "state", 16),
	        .user = field_line(req, "user", MAX_USER),
	        .sort = "",
	        .after = "",
	        .before = ""};

	if (!read_texts(req, &texts, query, error))
		return FALSE;
	/* Nothing is done to all because what was meant isn't known. */
	refuse_unknown(req, "state", texts.state, *query->state != '\0', query);
	refuse_unknown(req, "domain", texts.domain, query->filter.domain_id != 0, query);
	return TRUE;
}

void mailbox_query_clear(MailboxQuery *query)
{
	g_clear_pointer(&query->user, g_free);
}

static char *number_or_nothing(guint64 id)
{
	return id == 0 ? g_strdup("") : g_strdup_printf("%" G_GUINT64_FORMAT, id);
}

#define PARTS 5

static void filter_parts(const MailboxQuery *query, const char *domain, const char *user,
        const char *sort, QueryPart parts[PARTS])
{
	const QueryPart all[PARTS] = {{"domain", domain}, {"q", query->filter.q},
	        {"state", query->state}, {"user", user}, {"sort", sort}};

	memcpy(parts, all, sizeof(all));
}

char *mailbox_query_path(const char *path, const MailboxQuery *query, const char *sort)
{
	g_autofree char *domain = number_or_nothing(query->filter.domain_id);
	g_autofree char *user = number_or_nothing(query->filter.user_id);
	QueryPart parts[PARTS];

	filter_parts(query, domain, user, sort, parts);
	return pager_path(path, parts, PARTS);
}

gboolean mailbox_query_offer(Request *req, const MailboxQuery *query, GError **error)
{
	g_autofree char *domain = number_or_nothing(query->filter.domain_id);
	QueryPart parts[PARTS];

	if (!query->unclear)
		return TRUE;
	g_autoptr(UserCandidates) named = user_candidates(req->db, query->user, error);
	if (named == NULL)
		return FALSE;
	filter_parts(query, domain, "", query->sort, parts);
	for (guint i = 0; i < named->list->len; i++) {
		const User *one = named->list->pdata[i];
		g_autofree char *id = number_or_nothing(one->id);
		g_autofree char *both = user_named_text(one);
		list_filter_choice(req, "/mailboxes", parts, PARTS, "user", id, both);
	}
	return TRUE;
}

void mailbox_query_fill(Request *req, const MailboxQuery *query)
{
	page_set(req, "f.q", query->filter.q);
	page_set(req, "f.state", query->state);
	if (*query->sort != '\0')
		page_set(req, "f.sort", query->sort);
	if (query->filter.domain_id != 0)
		page_set_number(req, "f.domain", query->filter.domain_id);
	page_set(req, "f.user", query->user);
	if (query->filter.user_id != 0)
		page_set_number(req, "f.user_id", query->filter.user_id);
	else
		page_set(req, "f.user_id", query->user);
}

const char *mailbox_query_state_caption(const MailboxQuery *query)
{
	return states[state_index(query->state)].caption;
}

const char *mailbox_query_sort_caption(const MailboxQuery *query)
{
	return sorts[sort_index(query->sort)].caption;
}
