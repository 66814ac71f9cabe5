/* user_choices.c: fills the tick boxes of users. */
#include "cgi-bin/user_choices.h"

#include "cgi-bin/field.h"
#include "cgi-bin/page.h"
#include "lib/base/error.h"
#include "lib/mailbox/assignment.h"
#include "lib/user/user_list.h"
#include "lib/user/user_named.h"

#define MAX_WORDS 200
#define FOUND 20 /* of too many for one list: the form's button has to stay at hand */

static void add_choice(HDF *list, guint i, const User *user, gboolean ticked)
{
	HDF *item = page_item(list, i);
	g_autofree char *name = user_named_text(user);

	page_item_set_number(item, "id", user->id);
	page_item_set(item, "name", name);
	page_item_set(item, "ticked", ticked ? "1" : NULL);
}

static void free_user(gpointer user)
{
	user_free(user);
}

/* The users that the form had ticked, whatever is searched for: a tick is never lost. Others than
 * active ones aren't there to be ticked. */
static gboolean load_ticked(Request *req, const char *field, const GPtrArray *without,
        GPtrArray *ticked, GError **error)
{
	for (guint i = 0; i < req->form->fields->len && ticked->len < LIST_PAGE; i++) {
		const FormField *one = req->form->fields->pdata[i];
		guint64 id = 0;
		g_autoptr(GError) failure = NULL;
		if (!g_str_equal(one->name, field) ||
		        !g_ascii_string_to_unsigned(one->value, 10, 1, G_MAXINT64, &id, NULL) ||
		        (without != NULL && assignment_has_user(without, id)))
			continue;
		g_autoptr(User) user = user_load(req->db, id, &failure);
		if (user != NULL && user->active)
			g_ptr_array_add(ticked, g_steal_pointer(&user));
		else if (user == NULL && !g_error_matches(failure, PS_ERROR, PS_ERROR_NOT_FOUND)) {
			g_propagate_error(error, g_steal_pointer(&failure));
			return FALSE;
		}
	}
	return TRUE;
}

static gboolean has_user(const GPtrArray *users, guint count, guint64 id)
{
	for (guint i = 0; i < count; i++)
		if (((const User *)users->pdata[i])->id == id)
			return TRUE;
	return FALSE;
}

gboolean user_choices_fill(
        Request *req, const char *field, const GPtrArray *without, GError **error)
{
	gboolean sent = form_find(req->form, "user_q") != NULL;
	const char *q =
	        sent ? field_line(req, "user_q", MAX_WORDS) : query_line(req, "q", MAX_WORDS);
	g_autoptr(GPtrArray) ticked = g_ptr_array_new_with_free_func(free_user);
	g_autoptr(UserPage) page = user_list(req->db, q, TRUE, &LIST_FIRST, error);
	guint count = 0;

	if (page == NULL || !load_ticked(req, field, without, ticked, error))
		return FALSE;
	gboolean search = *q != '\0' || page->next != NULL;
	HDF *list = page_node(req, "choices");
	/* In a small office each stays in its place. */
	for (guint i = 0; search && i < ticked->len; i++)
		if (!has_user(ticked, i, ((const User *)ticked->pdata[i])->id))
			add_choice(list, count++, ticked->pdata[i], TRUE);
	guint last = search ? count + FOUND : G_MAXUINT;
	gboolean more = page->next != NULL;
	for (guint i = 0; i < page->users->len; i++) {
		const User *user = page->users->pdata[i];
		gboolean was_ticked = has_user(ticked, ticked->len, user->id);
		if ((without != NULL && assignment_has_user(without, user->id)) ||
		        (search && was_ticked))
			continue;
		more = more || count == last;
		if (count < last)
			add_choice(list, count++, user, was_ticked);
	}
	page_set(req, "f.user_q", q);
	page_set_flag(req, "search", search);
	page_set_flag(req, "searched", sent && user_choices_searched(req));
	page_set_flag(req, "choosing", search || count > 0);
	page_set_flag(req, "opened", *q != '\0' || ticked->len > 0 || sent);
	page_set_flag(req, "more", more);
	return TRUE;
}

gboolean user_choices_searched(Request *req)
{
	const FormField *q = form_find(req->form, "user_q");
	const FormField *shown = form_find(req->form, "user_q_shown");

	return form_find(req->form, "find") != NULL ||
	       (q != NULL && shown != NULL && !g_str_equal(q->value, shown->value));
}

int user_choices_status(Request *req)
{
	field_line(req, "user_q", MAX_WORDS);
	return field_has_errors(req) ? 422 : 200;
}
