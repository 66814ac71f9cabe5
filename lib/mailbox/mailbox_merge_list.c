/* mailbox_merge_list.c: fetches the keys of merged lists in pieces, as far as they are needed, or
 * looks them up in the longer lists.
 *
 * A list of two ranges is put in order here, and each is fetched as fast as it is used: the server
 * would read as many of each as of both, and sort them.
 */
#include "lib/mailbox/mailbox_merge_list.h"

#include <string.h>

#define KEYS 200 /* a fetch */
#define LONG 4   /* times as many, if it goes on where the one before it ended */
#define SPARSE 7 /* so few of the first list's keys, to one of them, lie among a dense list's */
#define DENSE 2  /* fetches, and it is looked up in */
#define HITS 20  /* of as many keys that were looked up must be one, or they are fetched again */

/* What is spent: keys that are fetched are the measure. */
#define COST_FETCH 100 /* itself */
#define COST_PROBE 4   /* a key that is looked up */
#define SPENT_MAX 8000
#define SPENT_BRIEF 1200

static guint piece(const Merge *merge)
{
	return merge->search->piece > 0 ? merge->search->piece : KEYS;
}

static const char *key_at(const MergePart *part, guint position)
{
	return ((const MailboxRow *)part->fetched->pdata[position])->address;
}

static const char *part_head(const MergePart *part)
{
	return part->fetched != NULL && part->position < part->fetched->len
	               ? key_at(part, part->position)
	               : NULL;
}

static void part_drop(MergePart *part)
{
	g_clear_pointer(&part->fetched, g_ptr_array_unref);
	g_clear_pointer(&part->begin, g_free);
	g_clear_pointer(&part->end, g_free);
	part->complete = FALSE;
}

/* ---- all of them ---- */

static void list_init(MergeList *list, const MailboxKeys *keys)
{
	gboolean apart = keys->arms->len <= MERGE_PARTS;

	list->keys = keys;
	list->count = apart ? keys->arms->len : 1;
	for (guint i = 0; i < list->count; i++) {
		MailboxKeys *part = &list->parts[i].keys;
		part->prefix = keys->prefix;
		part->arms = apart ? g_array_new(FALSE, FALSE, sizeof(MailboxArm))
		                   : g_array_ref(keys->arms);
		if (apart)
			g_array_append_vals(
			        part->arms, &g_array_index(keys->arms, MailboxArm, i), 1);
	}
}

void merge_init(
        Merge *merge, Db *db, const MailboxSearch *search, const char *place, const char *passed)
{
	g_assert(search->lists->len > 0 && search->lists->len <= MERGE_LISTS);
	*merge = (Merge){.db = db,
	        .search = search,
	        .count = search->lists->len,
	        .place = g_strdup(place),
	        .behind = TRUE,
	        .passed = g_strdup(passed)};
	for (guint i = 0; i < merge->count; i++)
		list_init(&merge->lists[i], search->lists->pdata[i]);
}

void merge_clear(Merge *merge)
{
	for (guint i = 0; i < merge->count; i++) {
		for (guint j = 0; j < merge->lists[i].count; j++) {
			part_drop(&merge->lists[i].parts[j]);
			g_array_unref(merge->lists[i].parts[j].keys.arms);
		}
	}
	g_free(merge->place);
	g_free(merge->passed);
	g_free(merge->last);
}

void merge_move(Merge *merge, const char *key)
{
	g_free(merge->passed);
	merge->passed = merge->place;
	merge->place = g_strdup(key);
	merge->behind = FALSE;
}

/* Is a before b in the search's direction? */
static gboolean before(const Merge *merge, const char *a, const char *b)
{
	return merge->search->descending ? strcmp(a, b) > 0 : strcmp(a, b) < 0;
}

/* The part that stands at the list's first key; NULL: it is at its end. */
static MergePart *first_part(const Merge *merge, MergeList *list)
{
	MergePart *first = NULL;

	for (guint i = 0; i < list->count; i++) {
		MergePart *part = &list->parts[i];
		if (part_head(part) != NULL &&
		        (first == NULL || before(merge, part_head(part), part_head(first))))
			first = part;
	}
	return first;
}

const char *merge_head(const Merge *merge, MergeList *list)
{
	if (list->probed)
		return merge->place;
	const MergePart *part = first_part(merge, list);
	return part != NULL ? part_head(part) : NULL;
}

/* From one that has its number. */
MailboxRow *merge_take(Merge *merge)
{
	for (guint i = 0; i < merge->count; i++) {
		MergeList *list = &merge->lists[i];
		MergePart *part = list->probed ? NULL : first_part(merge, list);
		MailboxRow *row = part != NULL ? part->fetched->pdata[part->position] : NULL;
		if (row == NULL || row->id == 0)
			continue;
		part->fetched->pdata[part->position++] = NULL;
		return row;
	}
	g_assert_not_reached();
}

/* ---- which are looked up in ---- */

static gboolean any_probed(const Merge *merge)
{
	for (guint i = 1; i < merge->count; i++)
		if (merge->lists[i].probed)
			return TRUE;
	return FALSE;
}

/* The first list's keys that were fetched and come behind others may be wanted again. */
static void drop_first(Merge *merge)
{
	for (guint i = 0; i < merge->lists[0].count; i++)
		part_drop(&merge->lists[0].parts[i]);
	g_clear_pointer(&merge->last, g_free);
}

/* Do hardly any of the first list's keys lie among those of the part? */
static gboolean is_dense(const Merge *merge, const MergePart *part)
{
	const MergePart *first = &merge->lists[0].parts[0];
	guint among = 0;

	if (part->end == NULL || first->end == NULL ||
	        (!first->complete && before(merge, first->end, part->end)))
		return FALSE;
	for (guint i = 0; i < first->fetched->len; i++)
		among += first->fetched->pdata[i] == NULL ||
		         (!before(merge, key_at(first, i), part->begin) &&
		                 !before(merge, part->end, key_at(first, i)));
	return among * SPARSE < part->fetched->len;
}

/* Is the first list nearly at its end? */
static gboolean is_short(const Merge *merge, const MergePart *first)
{
	return first->complete && first->fetched->len - first->position < piece(merge);
}

/* Is the list, another piece of which is wanted, better looked up in? Then the first one is fetched
 * anew. */
static gboolean turns_probed(Merge *merge, MergeList *list, const MergePart *part)
{
	MergeList *first = &merge->lists[0];

	if (list == first || first->count > 1 || merge->search->pairs ||
	        !mailbox_range_may_probe(list->keys))
		return FALSE;
	list->dense = is_dense(merge, part) ? list->dense + 1 : 0;
	list->probed = list->dense >= DENSE || is_short(merge, &first->parts[0]);
	merge->again = list->probed;
	if (list->probed)
		drop_first(merge);
	return list->probed;
}

/* ---- fetching ---- */

static GPtrArray *fetch_probed(Merge *merge, MergePart *part, GError **error)
{
	g_autoptr(GPtrArray) others = g_ptr_array_new();

	for (guint i = 1; i < merge->count; i++)
		if (merge->lists[i].probed)
			g_ptr_array_add(others, merge->search->lists->pdata[i]);
	g_clear_pointer(&merge->last, g_free);
	merge->spent += COST_PROBE * piece(merge);
	GPtrArray *fetched = mailbox_range_probe(merge->db, merge->search, &part->keys, others,
	        merge->place, !merge->behind, piece(merge), &merge->last, error);
	part->complete = merge->last == NULL;
	return fetched;
}

static GPtrArray *fetch_plain(Merge *merge, MergePart *part, GError **error)
{
	/* Does it begin where the last one ended? */
	gboolean goes_on = part->end != NULL && !before(merge, part->end, merge->place);
	guint limit = piece(merge) * (goes_on ? LONG : 1);
	GPtrArray *fetched = mailbox_range_keys(merge->db, merge->search, &part->keys, FALSE,
	        merge->place, !merge->behind, limit, error);

	if (fetched == NULL)
		return NULL;
	part->complete = fetched->len < limit;
	merge->spent += fetched->len;
	return fetched;
}

/* Reads the part's next keys from the place on. */
static gboolean part_fetch(Merge *merge, const MergeList *list, MergePart *part, GError **error)
{
	gboolean probed = list == &merge->lists[0] && any_probed(merge);
	g_autoptr(GPtrArray) fetched =
	        probed ? fetch_probed(merge, part, error) : fetch_plain(merge, part, error);
	gboolean complete = part->complete;

	if (fetched == NULL)
		return FALSE;
	merge->spent += COST_FETCH;
	part_drop(part);
	part->complete = complete;
	part->position = 0;
	if (fetched->len > 0) {
		part->begin = g_strdup(((const MailboxRow *)fetched->pdata[0])->address);
		part->end = mailbox_range_last(fetched);
	}
	for (guint i = 1; probed && fetched->len * HITS < piece(merge) && i < merge->count; i++)
		merge->lists[i].dense = 0; /* it isn't worth it any more: see piece_end() */
	part->fetched = g_steal_pointer(&fetched);
	return TRUE;
}

/* What was looked up of the first list is used up: how the next piece is fetched. */
static void piece_end(Merge *merge)
{
	if (merge->last == NULL)
		return;
	if (!before(merge, merge->last, merge->place)) {
		merge_move(merge, merge->last);
		merge->behind = TRUE;
	}
	for (guint i = 1; i < merge->count; i++) {
		MergeList *list = &merge->lists[i];
		if (!list->probed || list->dense > 0)
			continue;
		list->probed = FALSE;
		merge->again = TRUE;
		for (guint j = 0; j < list->count; j++)
			part_drop(&list->parts[j]);
	}
	g_clear_pointer(&merge->last, g_free);
}

static gboolean part_seek(Merge *merge, MergeList *list, MergePart *part, GError **error)
{
	for (;;) {
		while (part_head(part) != NULL &&
		        (before(merge, part_head(part), merge->place) ||
		                (merge->behind && strcmp(part_head(part), merge->place) == 0)))
			part->position++;
		if (part_head(part) != NULL || part->complete)
			return TRUE;
		if (list == &merge->lists[0])
			piece_end(merge);
		merge->bounded = merge->spent >=
		                 (merge->search->brief || merge->enough ? SPENT_BRIEF : SPENT_MAX);
		if (merge->bounded || turns_probed(merge, list, part))
			return TRUE;
		if (!part_fetch(merge, list, part, error))
			return FALSE;
	}
}

gboolean merge_seek(Merge *merge, MergeList *list, GError **error)
{
	for (guint i = 0; i < list->count && !merge->bounded && !list->probed; i++)
		if (!part_seek(merge, list, &list->parts[i], error))
			return FALSE;
	return TRUE;
}
