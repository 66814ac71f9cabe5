/* list_place.c: keeps each list's query in a cookie of its own. */
#include "cgi-bin/list_place.h"

#include <string.h>

/* Octets of a query: all lists' together leave room in the one line that a browser sends. */
#define PLACE_MAX 1500
#define OWNER_ROOM 24
/* Of a query as pager_path() writes it; none of them ends a cookie's value. */
#define QUERY_CHARACTERS G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "%&=-._~"

static const struct {
	const char *path, *cookie;
} lists[] = {
        {"/mailboxes", "poststelle_list"},
        {"/journal", "poststelle_journal"},
        {"/users", "poststelle_users"},
        {"/lists", "poststelle_mail_lists"},
};

/* NULL: of that path nothing is kept. */
static const char *cookie_of(const char *path)
{
	gsize length = strcspn(path, "?");

	for (gsize i = 0; i < G_N_ELEMENTS(lists); i++)
		if (strlen(lists[i].path) == length && strncmp(lists[i].path, path, length) == 0)
			return lists[i].cookie;
	return NULL;
}

/* What the value of a cookie begins with: what one searched for is nothing to the next. */
static void write_owner(const Request *req, char owner[OWNER_ROOM])
{
	g_snprintf(owner, OWNER_ROOM, "%" G_GUINT64_FORMAT ".", req->session->user_id);
}

void list_place_keep(Request *req, const char *path)
{
	const char *cookie = cookie_of(path), *query = strchr(path, '?');
	char owner[OWNER_ROOM];

	g_assert(cookie != NULL);
	write_owner(req, owner);
	g_autofree char *place = query != NULL && strlen(query + 1) <= PLACE_MAX
	                                 ? g_strconcat(owner, query + 1, NULL)
	                                 : g_strdup("");
	const char *kept = request_cookie(req, cookie);
	if (strcmp(kept != NULL ? kept : "", place) != 0)
		request_set_cookie(req, cookie, place, *place != '\0' ? 0 : -1);
}

char *list_place_path(const Request *req, const char *list)
{
	const char *cookie = cookie_of(list);
	const char *kept = cookie != NULL ? request_cookie(req, cookie) : NULL;
	char owner[OWNER_ROOM];

	if (kept == NULL || req->session == NULL)
		return g_strdup(list);
	write_owner(req, owner);
	const char *query = g_str_has_prefix(kept, owner) ? kept + strlen(owner) : "";
	if (*query == '\0' || strlen(query) > PLACE_MAX ||
	        query[strspn(query, QUERY_CHARACTERS)] != '\0')
		return g_strdup(list);
	return g_strconcat(list, "?", query, NULL);
}

void list_place_forget(Request *req)
{
	for (gsize i = 0; i < G_N_ELEMENTS(lists); i++)
		if (request_cookie(req, lists[i].cookie) != NULL)
			request_set_cookie(req, lists[i].cookie, "", -1);
}
