/* mailbox_hits.c: goes through all that a filter finds, without what a page shows of it. */
#include "lib/mailbox/mailbox_hits.h"

#define STEP 500
#define FAR (MAILBOX_TOTAL_MAX + 5000)

/* The numbers of the next hits; *after is moved behind them, NULL at the end. */
static gboolean next_hits(
        Db *db, const MailboxSearch *search, guint limit, char **after, GArray *ids, GError **error)
{
	g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(mailbox_row_free);
	char *searched_to = NULL;

	if (!mailbox_search(db, search, *after, limit, found, &searched_to, error))
		return FALSE;
	for (guint i = 0; i < found->len; i++)
		g_array_append_val(ids, ((const MailboxRow *)found->pdata[i])->id);
	g_free(*after);
	*after = searched_to != NULL   ? searched_to
	         : found->len == limit ? mailbox_range_last(found)
	                               : NULL;
	return TRUE;
}

GArray *mailbox_hits_ids(Db *db, const MailboxFilter *filter, guint max, GError **error)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(guint64));
	g_autoptr(MailboxSearch) search = mailbox_list_search(db, filter, error);
	g_autofree char *after = g_strdup("");

	if (search == NULL)
		return NULL;
	search->light = TRUE;
	while (after != NULL && ids->len <= max)
		if (!next_hits(db, search, STEP, &after, ids, error))
			return NULL;
	if (ids->len > max)
		g_array_set_size(ids, max + 1);
	return g_steal_pointer(&ids);
}

gboolean mailbox_hits_far(Db *db, const MailboxSearch *search, gboolean *far, GError **error)
{
	guint64 number = 0;

	if (mailbox_range_is_whole(search) &&
	        !mailbox_range_count(db, search->lists->pdata[0], FAR, &number, error))
		return FALSE;
	*far = number == FAR;
	return TRUE;
}

gboolean mailbox_hits_count(
        Db *db, const MailboxSearch *search, guint *count, gboolean *more, GError **error)
{
	guint64 number = 0;

	if (mailbox_range_is_whole(search)) {
		if (!mailbox_range_count(
		            db, search->lists->pdata[0], MAILBOX_TOTAL_MAX + 1, &number, error))
			return FALSE;
		*more = number > MAILBOX_TOTAL_MAX;
	} else {
		MailboxSearch all = *search;
		g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(guint64));
		g_autofree char *after = g_strdup("");
		all.light = all.brief = TRUE;
		if (!next_hits(db, &all, MAILBOX_TOTAL_MAX + 1, &after, ids, error))
			return FALSE;
		number = ids->len;
		*more = after != NULL;
		/* Of those that weren't looked for there may be none. */
		if (*more && number > 0)
			number--;
	}
	*count = (guint)MIN(number, MAILBOX_TOTAL_MAX);
	return TRUE;
}
