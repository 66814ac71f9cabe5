/* list_place.c: keeps the mailbox list's query in a cookie. */
#include "cgi-bin/list_place.h"

#include <string.h>

#define PLACE_COOKIE "poststelle_list"
#define PLACE_MAX 2000 /* octets */
#define LIST "/mailboxes"
/* Of a query as pager_path() writes it; none of them ends a cookie's value. */
#define QUERY_CHARACTERS G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "%&=-._~"

void list_place_keep(Request *req, const char *path)
{
	const char *query = strchr(path, '?') != NULL ? strchr(path, '?') + 1 : "";
	const char *kept = request_cookie(req, PLACE_COOKIE);

	if (strcmp(kept != NULL ? kept : "", query) == 0 || strlen(query) > PLACE_MAX)
		return;
	request_set_cookie(req, PLACE_COOKIE, query, *query != '\0' ? 0 : -1);
}

char *list_place_path(const Request *req)
{
	const char *query = request_cookie(req, PLACE_COOKIE);

	if (query == NULL || *query == '\0' || strlen(query) > PLACE_MAX ||
	        query[strspn(query, QUERY_CHARACTERS)] != '\0')
		return g_strdup(LIST);
	return g_strconcat(LIST "?", query, NULL);
}

void list_place_forget(Request *req)
{
	if (request_cookie(req, PLACE_COOKIE) != NULL)
		request_set_cookie(req, PLACE_COOKIE, "", -1);
}
