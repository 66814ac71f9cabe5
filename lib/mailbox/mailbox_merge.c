/* mailbox_merge.c: steps sorted lists of mailboxes to their common addresses.
 *
 * Each list (mailbox_merge_list.h) is fetched in pieces from the address on that another list
 * stands at, so what only one of them has is skipped.
 */
#include "lib/mailbox/mailbox_merge.h"

#include <string.h>

#include "lib/mailbox/mailbox_merge_list.h"

/* Steps all lists to their common addresses, one after the other, until all stand at the same. */
static gboolean step_all(Merge *merge, guint limit, GPtrArray *hits, GError **error)
{
	guint most = merge->search->total != NULL ? MAX(limit, MAILBOX_TOTAL_MAX + 1) : limit;

	for (guint i = 0, same = 0; hits->len < most; i = (i + 1) % merge->count) {
		MergeList *list = &merge->lists[i];
		if (!merge_seek(merge, list, error))
			return FALSE;
		const char *head = merge_head(merge, list);
		if (merge->bounded || head == NULL)
			return TRUE;
		if (!list->probed && (merge->behind || strcmp(head, merge->place) != 0)) {
			merge_move(merge, head);
			same = 0;
		}
		if (merge->again)
			same = 0;
		merge->again = FALSE;
		if (++same < merge->count)
			continue;
		g_ptr_array_add(hits, merge_take(merge));
		merge->behind = TRUE;
		merge->enough = hits->len >= limit;
		same = 0;
	}
	return TRUE;
}

/* What of the hits is wanted; where some are left out for their words, the search may go on behind
 * the last. */
static gboolean take_hits(Db *db, const MailboxSearch *search, GPtrArray *hits, guint limit,
        GPtrArray *found, char **searched_to, GError **error)
{
	g_autoptr(GPtrArray) rows =
	        search->light && !search->look
	                ? g_ptr_array_ref(hits)
	                : mailbox_rows_whole(db, hits, search->descending, error);

	if (rows == NULL)
		return FALSE;
	if (*searched_to == NULL && hits->len == limit && search->look)
		*searched_to = mailbox_range_last(hits);
	return mailbox_range_take(db, search, limit, found, rows, error);
}

/* Leaves the hits that are wanted as such. */
static void take_total(MailboxTotal *total, GPtrArray *hits, guint limit, gboolean bounded)
{
	*total = (MailboxTotal){.known = TRUE,
	        .count = MIN(hits->len, MAILBOX_TOTAL_MAX),
	        .more = bounded || hits->len > MAILBOX_TOTAL_MAX};
	/* Of those that weren't looked for there may be none. */
	if (bounded && total->count == hits->len && total->count > 0)
		total->count--;
	if (hits->len > limit)
		g_ptr_array_set_size(hits, (gint)limit);
}

gboolean mailbox_merge(Db *db, const MailboxSearch *search, const char *first, const char *after,
        guint limit, GPtrArray *found, char **searched_to, GError **error)
{
	g_autoptr(GPtrArray) hits = g_ptr_array_new_with_free_func(mailbox_row_free);
	Merge merge;

	merge_init(&merge, db, search, first, after);
	gboolean ok = step_all(&merge, limit, hits, error);
	if (ok && search->total != NULL)
		take_total(search->total, hits, limit, merge.bounded);
	if (merge.bounded && hits->len < limit)
		*searched_to = g_strdup(merge.behind ? merge.place : merge.passed);
	merge_clear(&merge);
	return ok && take_hits(db, search, hits, limit, found, searched_to, error);
}
