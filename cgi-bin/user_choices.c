/* user_choices.c: fills the tick boxes of users. */
#include "cgi-bin/user_choices.h"

#include "cgi-bin/field.h"
#include "cgi-bin/page.h"
#include "lib/mailbox/assignment.h"
#include "lib/user/user_list.h"

#define MAX_WORDS 200

static gboolean was_ticked(const Request *req, const char *name, const char *id)
{
	for (guint i = 0; i < req->form->fields->len; i++) {
		const FormField *field = req->form->fields->pdata[i];
		if (g_str_equal(field->name, name) && g_str_equal(field->value, id))
			return TRUE;
	}
	return FALSE;
}

gboolean user_choices_fill(
        Request *req, const char *field, const GPtrArray *without, GError **error)
{
	const char *q = query_line(req, "q", MAX_WORDS);
	g_autoptr(UserPage) page = user_list(req->db, q, TRUE, "", error);
	guint count = 0;

	if (page == NULL)
		return FALSE;
	HDF *list = page_node(req, "choices");
	for (guint i = 0; i < page->users->len; i++) {
		const User *user = page->users->pdata[i];
		if (without != NULL && assignment_has_user(without, user->id))
			continue;
		HDF *item = page_item(list, count++);
		g_autofree char *id = g_strdup_printf("%" G_GUINT64_FORMAT, user->id);
		g_autofree char *name = g_strdup_printf("%s (%s)", user->name, user->login);
		page_item_set(item, "id", id);
		page_item_set(item, "name", name);
		page_item_set(item, "ticked", was_ticked(req, field, id) ? "1" : NULL);
	}
	page_set(req, "f.q", q);
	page_set_flag(req, "search", *q != '\0' || page->next != NULL);
	page_set_flag(req, "more", page->next != NULL);
	return TRUE;
}
