/* mailbox_hits.c: goes through all that a filter finds, without what a page shows of it. */
#include "lib/mailbox/mailbox_hits.h"

#define STEP 500
#define COUNT_STEPS 6 /* of a search that isn't one range */

/* Takes the number of each, until it says FALSE. */
typedef gboolean (*HitsTake)(guint64 id, gpointer data);

/* *whole: all were taken, in at most max_steps steps. */
static gboolean go_through(Db *db, const MailboxFilter *filter, guint max_steps, HitsTake take,
        gpointer data, gboolean *whole, GError **error)
{
	g_autoptr(MailboxSearch) search = mailbox_list_search(db, filter, error);
	g_autofree char *after = g_strdup("");

	*whole = FALSE;
	if (search == NULL)
		return FALSE;
	search->light = TRUE;
	for (guint steps = 0; after != NULL; steps++) {
		g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(mailbox_row_free);
		char *searched_to = NULL;
		if (steps == max_steps)
			return TRUE;
		if (!mailbox_search(db, search, after, STEP, found, &searched_to, error))
			return FALSE;
		for (guint i = 0; i < found->len; i++) {
			if (!take(((const MailboxRow *)found->pdata[i])->id, data)) {
				g_free(searched_to);
				return TRUE;
			}
		}
		g_free(after);
		after = searched_to != NULL  ? searched_to
		        : found->len == STEP ? mailbox_range_last(found)
		                             : NULL;
	}
	*whole = TRUE;
	return TRUE;
}

typedef struct {
	GArray *ids;
	guint max;
} Numbers;

static gboolean take_id(guint64 id, gpointer data)
{
	Numbers *numbers = data;

	g_array_append_val(numbers->ids, id);
	return numbers->ids->len <= numbers->max;
}

GArray *mailbox_hits_ids(Db *db, const MailboxFilter *filter, guint max, GError **error)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(guint64));
	Numbers numbers = {ids, max};
	gboolean whole;

	return go_through(db, filter, G_MAXUINT, take_id, &numbers, &whole, error)
	               ? g_steal_pointer(&ids)
	               : NULL;
}

static gboolean take_one(guint64 id, gpointer data)
{
	guint *count = data;

	(void)id;
	if (*count == MAILBOX_HITS_MAX)
		return FALSE;
	(*count)++;
	return TRUE;
}

gboolean mailbox_hits_count(
        Db *db, const MailboxFilter *filter, guint *count, gboolean *more, GError **error)
{
	g_autoptr(MailboxSearch) search = mailbox_list_search(db, filter, error);
	guint64 number = 0;
	gboolean whole;

	*count = 0;
	if (search == NULL)
		return FALSE;
	if (mailbox_range_covers(search)) {
		if (!mailbox_range_count(db, search, MAILBOX_HITS_MAX + 1, &number, error))
			return FALSE;
		*count = (guint)MIN(number, MAILBOX_HITS_MAX);
		*more = number > MAILBOX_HITS_MAX;
		return TRUE;
	}
	if (!go_through(db, filter, COUNT_STEPS, take_one, count, &whole, error))
		return FALSE;
	*more = !whole;
	return TRUE;
}
