/* users.c: Benutzer: search and pages of the list of users. */
#include "cgi-bin/field.h"
#include "cgi-bin/format.h"
#include "cgi-bin/page.h"
#include "cgi-bin/pager.h"
#include "cgi-bin/pages.h"
#include "cgi-bin/text.h"
#include "lib/user/user_list.h"

#define MAX_WORDS 200

static void fill_user(Request *req, HDF *item, const User *user)
{
	g_autofree char *role = g_strconcat("value.role.", user_role_words[user->role], NULL);

	page_item_set_number(item, NULL, user->id);
	page_item_set(item, "a", user->name);
	page_item_set(item, "l", user->login);
	page_item_set(item, "r", text(req, role));
	page_item_set_address(item, "c", user->contact_email);
	if (user->signed_in_at > 0)
		page_item_take(item, "s", format_date_time(req, user->signed_in_at));
	else
		page_item_set(item, "s", text(req, "users.never"));
	page_item_set(item, "x", user->active ? NULL : "1");
}

gboolean users_show(Request *req, GError **error)
{
	const char *q = query_words(req, "q", MAX_WORDS);
	ListAt at = pager_at(req, USER_LIST_CURSOR_MAX);

	page_begin(req, AREA_USERS, text(req, "users.title"));
	page_set(req, "label.q", text(req, "users.q"));
	page_set(req, "f.q", q);
	if (field_has_errors(req))
		return page_send(req, 422, "users.cst", error);
	g_autoptr(UserPage) page = user_list(req->db, q, FALSE, &at, error);
	if (page == NULL)
		return FALSE;
	g_autofree char *caption = *q != '\0' ? text_with(req, "users.caption_q", q, NULL)
	                                      : g_strdup(text(req, "users.caption"));
	page_set(req, "caption", caption);
	HDF *list = page_node(req, "r");
	for (guint i = 0; i < page->users->len; i++)
		fill_user(req, page_item(list, i), page->users->pdata[i]);
	const QueryPart part = {"q", q};
	g_autofree char *path = pager_path("/users", &part, 1);
	pager_keep(req, path, &at);
	pager_fill(req, path, page->previous == NULL, page->next,
	        page->partial ? page->searched_to : NULL);
	pager_previous(req, path, page->previous, page->partial && page->backward);
	return page_send(req, 200, "users.cst", error);
}
