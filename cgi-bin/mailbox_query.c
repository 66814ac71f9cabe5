/* mailbox_query.c: reads and writes the filter of the mailbox list. */
#include "cgi-bin/mailbox_query.h"

#include <string.h>

#include "cgi-bin/field.h"
#include "cgi-bin/page.h"
#include "cgi-bin/pager.h"

#define MAX_WORDS 200

static const struct {
	const char *name, *caption; /* state=NAME, text of the caption */
	char state;
} states[] = {
        {"", "mailboxes.caption_all", 0},
        {"active", "mailboxes.caption_active", 'a'},
        {"inactive", "mailboxes.caption_inactive", 'i'},
        {"vip", "mailboxes.caption_vip", 'v'},
        {"absent", "mailboxes.caption_absent", 'n'},
        {"deleted", "mailboxes.caption_deleted", 'd'},
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

static MailboxQuery query_of(const char *q, const char *domain, const char *state_name,
        const char *sort_name, const char *after)
{
	gsize sort = sort_index(sort_name), state = state_index(state_name);
	guint64 domain_id = 0;

	g_ascii_string_to_unsigned(domain, 10, 1, G_MAXUINT32, &domain_id, NULL);
	return (MailboxQuery){
	        .filter = {.q = q,
	                .domain_id = domain_id,
	                .state = states[state].state,
	                .sort = sorts[sort].sort,
	                .descending = sorts[sort].descending,
	                .after = after},
	        .sort = sorts[sort].name,
	        .state = states[state].name,
	};
}

MailboxQuery mailbox_query_read(Request *req)
{
	const char *q = query_words(req, "q", MAX_WORDS);

	return query_of(q, query_line(req, "domain", 20), query_line(req, "state", 16),
	        query_line(req, "sort", 16), query_line(req, "after", MAILBOX_LIST_CURSOR_MAX));
}

MailboxQuery mailbox_query_read_form(Request *req)
{
	return query_of(field_line(req, "q", MAX_WORDS), field_line(req, "domain", 20),
	        field_line(req, "state", 16), "", "");
}

char *mailbox_query_path(const char *path, const MailboxQuery *query, const char *sort)
{
	g_autofree char *domain =
	        query->filter.domain_id == 0
	                ? g_strdup("")
	                : g_strdup_printf("%" G_GUINT64_FORMAT, query->filter.domain_id);
	const QueryPart parts[] = {{"domain", domain}, {"q", query->filter.q},
	        {"state", query->state}, {"sort", sort}};

	return pager_path(path, parts, G_N_ELEMENTS(parts));
}

void mailbox_query_fill(Request *req, const MailboxQuery *query)
{
	page_set(req, "f.q", query->filter.q);
	page_set(req, "f.state", query->state);
	if (*query->sort != '\0')
		page_set(req, "f.sort", query->sort);
	if (query->filter.domain_id != 0)
		page_set_number(req, "f.domain", query->filter.domain_id);
}

const char *mailbox_query_state_caption(const MailboxQuery *query)
{
	return states[state_index(query->state)].caption;
}

const char *mailbox_query_sort_caption(const MailboxQuery *query)
{
	return sorts[sort_index(query->sort)].caption;
}
