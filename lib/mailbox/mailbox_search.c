/*
 * mailbox_search.c: finds mailboxes by the statements that fit the number of words.
 *
 * No word or one: a range of mailbox_find. Several: the rarest pair of three-letter beginnings
 * gives candidates (mailbox_pair), which mailbox_find confirms; words too short for a pair are
 * merged as sorted lists of keys. What the tables can't say (words beyond 16 octets, more than four
 * words) is looked at in the rows.
 */
#include "lib/mailbox/mailbox_search.h"

#include <string.h>

#include "lib/base/fold.h"
#include "lib/mailbox/mailbox_find.h"

#define SQL_WORDS 4         /* words that statements look at; the others are looked at in rows */
#define PAIR_CANDIDATES 500 /* a step */
#define PAIR_STEPS 2
#define MERGE_KEYS 200 /* a fetch */
#define MERGE_FETCHES 12
#define RANGE_FETCHES 8
#define IDS 64 /* mailboxes a statement reads by number */

/* The live ones are the active and the inactive ones. */
#define IS_LIVE(state) ((state) == 0)

/* Does some word of the mailbox begin with each of the words? */
static gboolean has_words(const MailboxRow *row, const GPtrArray *words)
{
	g_autoptr(GPtrArray) own = mailbox_find_words(row->address, row->email_name);

	for (guint i = 0; i < words->len; i++) {
		gboolean found = FALSE;
		for (guint j = 0; j < own->len && !found; j++)
			found = g_str_has_prefix(own->pdata[j], words->pdata[i]);
		if (!found)
			return FALSE;
	}
	return TRUE;
}

/* Can't the statements say all? */
static gboolean needs_look(const MailboxSearch *search)
{
	for (guint i = 0; i < search->words->len; i++)
		if (i >= SQL_WORDS || strlen(search->words->pdata[i]) > FOLD_PREFIX_MAX)
			return TRUE;
	return FALSE;
}

/* Takes in the rows that have all words, as long as there is room. */
static void take_rows(const MailboxSearch *search, guint limit, GPtrArray *found, GPtrArray *rows)
{
	gboolean look = needs_look(search);

	for (guint i = 0; i < rows->len && found->len < limit; i++) {
		if (look && !has_words(rows->pdata[i], search->words))
			continue;
		g_ptr_array_add(found, rows->pdata[i]);
		rows->pdata[i] = NULL;
	}
}

static char *address_of_last(const GPtrArray *rows)
{
	return g_strdup(((const MailboxRow *)rows->pdata[rows->len - 1])->address);
}

/* What a statement's key is compared with: behind the cursor in the search's direction. */
static const char *first_key(const MailboxSearch *search, const char *after)
{
	return *after == '\0' && search->descending ? "~" : after;
}

static const char *direction(const MailboxSearch *search)
{
	return search->descending ? " DESC" : "";
}

/* One range of mailbox_find in one state. Parameters: domain, prefix, key. */
static char *arm(const MailboxSearch *search, char state, const char *compare, guint limit)
{
	return g_strdup_printf(
	        "(SELECT address, mailbox_id FROM mailbox_find"
	        " WHERE domain_id = ? AND state = '%c' AND prefix = ?"
	        " AND address %s CONVERT(? USING ascii) ORDER BY address%s LIMIT %u)",
	        state, compare, direction(search), limit);
}

/* The same in the search's state, which may be two. */
static char *arms(const MailboxSearch *search, const char *compare, guint limit)
{
	if (!IS_LIVE(search->state))
		return arm(search, search->state, compare, limit);
	g_autofree char *active = arm(search, 'a', compare, limit);
	g_autofree char *inactive = arm(search, 'i', compare, limit);
	return g_strdup_printf("%s UNION ALL %s ORDER BY address%s LIMIT %u", active, inactive,
	        direction(search), limit);
}

/* db.c finds prepared statements by the address of their text. */
static const char *kept(char *sql)
{
	const char *interned = g_intern_string(sql);

	g_free(sql);
	return interned;
}

/* The beginning of a word that the tables hold. Free: g_free(). */
static char *stored_prefix(const char *word)
{
	return g_strndup(word, fold_prefix_length(word, FOLD_PREFIX_MAX));
}

/* The parameters of arms(). prefix and key are borrowed. */
static void add_arms(
        DbValues *values, const MailboxSearch *search, const char *prefix, const char *key)
{
	for (guint i = 0; i < (IS_LIVE(search->state) ? 2 : 1); i++) {
		db_values_add_u64(values, search->domain_id);
		db_values_add_octets(values, prefix, strlen(prefix));
		db_values_add_text(values, key);
	}
}

static DbRows *query_arms(Db *db, const MailboxSearch *search, const char *sql, const char *word,
        const char *key, GError **error)
{
	g_autofree char *prefix = stored_prefix(word);
	g_autoptr(DbValues) values = db_values_new();

	add_arms(values, search, prefix, key);
	return db_query_values(db, error, sql, values);
}

/* ---- no word, or one ---- */

static gboolean search_range(Db *db, const MailboxSearch *search, const char *after, guint limit,
        GPtrArray *found, char **searched_to, GError **error)
{
	const char *word = search->words->len > 0 ? search->words->pdata[0] : "";
	g_autofree char *range = arms(search, search->descending ? "<" : ">", limit);
	const char *sql = kept(g_strdup_printf(
	        "SELECT " MAILBOX_ROW_COLUMNS
	        " FROM (%s) f STRAIGHT_JOIN mailbox m ON m.id = f.mailbox_id" MAILBOX_ROW_USAGE
	                MAILBOX_ROW_PEOPLE " ORDER BY f.address%s",
	        range, direction(search)));
	g_autofree char *key = g_strdup(first_key(search, after));

	for (guint fetches = 0; found->len < limit; fetches++) {
		if (fetches == RANGE_FETCHES) {
			*searched_to = g_steal_pointer(&key);
			return TRUE;
		}
		g_autoptr(DbRows) rows = query_arms(db, search, sql, word, key, error);
		if (rows == NULL)
			return FALSE;
		g_autoptr(GPtrArray) read = mailbox_rows_read(rows);
		if (read->len < limit) {
			take_rows(search, limit, found, read);
			return TRUE;
		}
		g_free(key);
		key = address_of_last(read);
		take_rows(search, limit, found, read);
	}
	return TRUE;
}

/* ---- no word, or one, in the order of names or storage ---- */

/* The keys of all hits, as many as may be sorted and one more. Free: g_free(). */
static char *hits(const MailboxSearch *search)
{
	return arms(search, ">", MAILBOX_SEARCH_SORTED + 1);
}

static const char *count_sql(const MailboxSearch *search)
{
	g_autofree char *range = hits(search);

	return kept(g_strdup_printf("SELECT COUNT(*) FROM (%s) f", range));
}

static const char *sorted_sql(const MailboxSearch *search, const MailboxPlace *place, guint limit)
{
	g_autofree char *range = hits(search);
	const char *behind = place->descending ? "<" : ">";
	const char *down = place->descending ? " DESC" : "";

	if (place->by_name)
		return kept(g_strdup_printf(
		        "SELECT " MAILBOX_ROW_COLUMNS
		        " FROM (SELECT h.id FROM (%s) f STRAIGHT_JOIN mailbox h ON h.id = f.mailbox_id"
		        " WHERE h.name_sort %s ? ORDER BY h.name_sort%s LIMIT %u) k"
		        " STRAIGHT_JOIN mailbox m ON m.id = k.id" MAILBOX_ROW_USAGE
		                MAILBOX_ROW_PEOPLE " ORDER BY m.name_sort%s",
		        range, behind, down, limit, down));
	return kept(g_strdup_printf(
	        "SELECT " MAILBOX_ROW_COLUMNS
	        " FROM (SELECT f.mailbox_id, f.address, v.bytes FROM (%s) f"
	        " STRAIGHT_JOIN mailbox_usage v ON v.username = f.address"
	        " WHERE (v.bytes = ? AND f.address %s CONVERT(? USING ascii)) OR v.bytes %s ?"
	        " ORDER BY v.bytes%s, f.address%s LIMIT %u) k"
	        " STRAIGHT_JOIN mailbox m ON m.id = k.mailbox_id" MAILBOX_ROW_USAGE
	                MAILBOX_ROW_PEOPLE " ORDER BY k.bytes%s, k.address%s",
	        range, behind, behind, down, down, limit, down, down));
}

gboolean mailbox_search_is_range(const MailboxSearch *search)
{
	return search->words->len < 2 && !needs_look(search);
}

gboolean mailbox_search_sorted(Db *db, const MailboxSearch *search, const MailboxPlace *place,
        guint limit, GPtrArray *found, gboolean *done, GError **error)
{
	const char *word = search->words->len > 0 ? search->words->pdata[0] : "";
	g_autoptr(DbValues) values = db_values_new();

	*done = FALSE;
	g_autoptr(DbRows) count = query_arms(db, search, count_sql(search), word, "", error);
	if (count == NULL)
		return FALSE;
	if (!db_rows_next(count) || db_rows_u64(count, 0) > MAILBOX_SEARCH_SORTED)
		return TRUE;
	add_arms(values, search, word, "");
	if (place->by_name) {
		db_values_add_octets(values, place->name_sort, place->size);
	} else {
		db_values_add_u64(values, place->bytes);
		db_values_add_text(values, place->address);
		db_values_add_u64(values, place->bytes);
	}
	g_autoptr(DbRows) rows =
	        db_query_values(db, error, sorted_sql(search, place, limit), values);
	if (rows == NULL)
		return FALSE;
	g_autoptr(GPtrArray) read = mailbox_rows_read(rows);
	take_rows(search, limit, found, read);
	*done = TRUE;
	return TRUE;
}

/* ---- several words by a pair ---- */

static const char SQL_PAIR_COUNT[] =
        "SELECT COUNT(*) FROM (SELECT 1 FROM mailbox_pair"
        " WHERE deleted = ? AND pair = ? AND address > CONVERT(? USING ascii) LIMIT 501) p";
static const char SQL_PAIR_COUNT_DOWN[] =
        "SELECT COUNT(*) FROM (SELECT 1 FROM mailbox_pair"
        " WHERE deleted = ? AND pair = ? AND address < CONVERT(? USING ascii) LIMIT 501) p";
static const char SQL_PAIR_END[] =
        "SELECT address FROM mailbox_pair"
        " WHERE deleted = ? AND pair = ? AND address > CONVERT(? USING ascii)"
        " ORDER BY address LIMIT 499, 1";
static const char SQL_PAIR_END_DOWN[] =
        "SELECT address FROM mailbox_pair"
        " WHERE deleted = ? AND pair = ? AND address < CONVERT(? USING ascii)"
        " ORDER BY address DESC LIMIT 499, 1";

G_STATIC_ASSERT(PAIR_CANDIDATES == 500);

static guint64 is_deleted(const MailboxSearch *search)
{
	return search->state == 'd';
}

/* The pair with the fewest candidates; FALSE in *any if no two words are long enough. */
static gboolean rarest_pair(Db *db, const MailboxSearch *search, const char *key, guint words,
        char pair[7], gboolean *any, GError **error)
{
	guint64 fewest = G_MAXUINT64;

	*any = FALSE;
	for (guint i = 0; i < words; i++) {
		for (guint j = i + 1; j < words && fewest > 0; j++) {
			char candidate[7];
			if (!mailbox_find_pair(
			            search->words->pdata[i], search->words->pdata[j], candidate))
				continue;
			g_autoptr(DbRows) rows = db_query(db, error,
			        search->descending ? SQL_PAIR_COUNT_DOWN : SQL_PAIR_COUNT, "uba",
			        is_deleted(search), candidate, (gsize)6, key);
			if (rows == NULL)
				return FALSE;
			guint64 count = db_rows_next(rows) ? db_rows_u64(rows, 0) : 0;
			if (count < fewest) {
				fewest = count;
				memcpy(pair, candidate, sizeof(candidate));
				*any = TRUE;
			}
		}
	}
	return TRUE;
}

/* The candidates that are in one state by all words. (A list of states would keep the key of
 * mailbox_find from being used in full.) */
static void append_pair_arm(
        GString *sql, const MailboxSearch *search, char state, guint words, guint limit)
{
	g_string_append(sql, "(SELECT f0.mailbox_id, c.address FROM mailbox_pair c");
	for (guint i = 0; i < words; i++)
		g_string_append_printf(sql,
		        " STRAIGHT_JOIN mailbox_find f%u ON f%u.domain_id = ? AND f%u.state = '%c'"
		        " AND f%u.prefix = ? AND f%u.address = c.address",
		        i, i, i, state, i, i);
	g_string_append_printf(sql,
	        " WHERE c.deleted = ? AND c.pair = ?"
	        " AND c.address %s CONVERT(? USING ascii) AND c.address %s CONVERT(? USING ascii)"
	        " ORDER BY c.address%s LIMIT %u)",
	        search->descending ? "<" : ">", search->descending ? ">=" : "<=", direction(search),
	        limit);
}

static const char *pair_sql(const MailboxSearch *search, guint words, guint limit)
{
	GString *sql = g_string_new("SELECT " MAILBOX_ROW_COLUMNS " FROM (");

	append_pair_arm(sql, search, IS_LIVE(search->state) ? 'a' : search->state, words, limit);
	if (IS_LIVE(search->state)) {
		g_string_append(sql, " UNION ALL ");
		append_pair_arm(sql, search, 'i', words, limit);
	}
	g_string_append_printf(sql,
	        " ORDER BY address%s LIMIT %u) k STRAIGHT_JOIN mailbox m ON m.id = k.mailbox_id" MAILBOX_ROW_USAGE
	                MAILBOX_ROW_PEOPLE " ORDER BY k.address%s",
	        direction(search), limit, direction(search));
	return kept(g_string_free(sql, FALSE));
}

/* The candidates behind key up to and with end that have all words. */
static gboolean pair_step(Db *db, const MailboxSearch *search, const char *pair, guint words,
        const char *key, const char *end, guint limit, GPtrArray *found, char **last,
        GError **error)
{
	g_autoptr(DbValues) values = db_values_new();
	g_autoptr(GPtrArray) prefixes = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < words; i++)
		g_ptr_array_add(prefixes, stored_prefix(search->words->pdata[i]));
	for (guint arm = 0; arm < (IS_LIVE(search->state) ? 2 : 1); arm++) {
		for (guint i = 0; i < words; i++) {
			db_values_add_u64(values, search->domain_id);
			db_values_add_text(values, prefixes->pdata[i]);
		}
		db_values_add_u64(values, is_deleted(search));
		db_values_add_text(values, pair);
		db_values_add_text(values, key);
		db_values_add_text(values, end);
	}
	g_autoptr(DbRows) rows = db_query_values(db, error, pair_sql(search, words, limit), values);
	if (rows == NULL)
		return FALSE;
	g_autoptr(GPtrArray) read = mailbox_rows_read(rows);
	if (read->len == limit)
		*last = address_of_last(read); /* there may be more before end */
	take_rows(search, limit, found, read);
	return TRUE;
}

static gboolean search_pair(Db *db, const MailboxSearch *search, const char *pair, guint words,
        const char *first, guint limit, GPtrArray *found, char **searched_to, GError **error)
{
	g_autofree char *key = g_strdup(first);

	for (guint steps = 0; found->len < limit; steps++) {
		g_autofree char *end = NULL;
		g_autofree char *last = NULL;

		if (steps == PAIR_STEPS) {
			*searched_to = g_steal_pointer(&key);
			return TRUE;
		}
		g_autoptr(DbRows) rows =
		        db_query(db, error, search->descending ? SQL_PAIR_END_DOWN : SQL_PAIR_END,
		                "uba", is_deleted(search), pair, (gsize)6, key);
		if (rows == NULL)
			return FALSE;
		if (db_rows_next(rows))
			end = g_strdup(db_rows_text(rows, 0));
		if (!pair_step(db, search, pair, words, key,
		            end != NULL ? end : (search->descending ? "" : "~"), limit, found,
		            &last, error))
			return FALSE;
		if (last == NULL && end == NULL)
			return TRUE;
		g_free(key);
		key = g_strdup(last != NULL ? last : end);
	}
	return TRUE;
}

/* ---- several words by merging their lists ---- */

typedef struct {
	const char *word;
	GPtrArray *addresses; /* fetched, in order */
	GArray *ids;
	guint position;
	gboolean complete; /* nothing follows what was fetched */
} KeyList;

static void list_clear(KeyList *list)
{
	g_ptr_array_unref(list->addresses);
	g_array_unref(list->ids);
}

static const char *head(const KeyList *list)
{
	return list->position < list->addresses->len ? list->addresses->pdata[list->position]
	                                             : NULL;
}

/* Reads the list's next keys behind key, or from key on. */
static gboolean list_fetch(Db *db, const MailboxSearch *search, KeyList *list, const char *key,
        gboolean with_key, GError **error)
{
	const char *compare = search->descending ? with_key ? "<=" : "<" : with_key ? ">=" : ">";
	g_autofree char *range = arms(search, compare, MERGE_KEYS);
	const char *sql =
	        kept(g_strdup_printf("SELECT address, mailbox_id FROM (%s) f ORDER BY address%s",
	                range, direction(search)));
	g_autofree char *from = g_strdup(key); /* key may be one of those that go */
	g_autoptr(DbRows) rows = query_arms(db, search, sql, list->word, from, error);

	if (rows == NULL)
		return FALSE;
	g_ptr_array_set_size(list->addresses, 0);
	g_array_set_size(list->ids, 0);
	list->position = 0;
	while (db_rows_next(rows)) {
		guint64 id = db_rows_u64(rows, 1);
		g_ptr_array_add(list->addresses, g_strdup(db_rows_text(rows, 0)));
		g_array_append_val(list->ids, id);
	}
	list->complete = list->addresses->len < MERGE_KEYS;
	return TRUE;
}

/* Is a before b in the search's direction? */
static gboolean before(const MailboxSearch *search, const char *a, const char *b)
{
	return search->descending ? strcmp(a, b) > 0 : strcmp(a, b) < 0;
}

static const char *ids_sql(void)
{
	GString *sql = g_string_new(
	        "SELECT " MAILBOX_ROW_COLUMNS " FROM mailbox m" MAILBOX_ROW_USAGE MAILBOX_ROW_PEOPLE
	        " WHERE m.id IN (?");

	for (guint i = 1; i < IDS; i++)
		g_string_append(sql, ", ?");
	g_string_append(sql, ") ORDER BY m.id");
	return kept(g_string_free(sql, FALSE));
}

static gint compare_addresses(gconstpointer a, gconstpointer b)
{
	return strcmp(
	        (*(const MailboxRow *const *)a)->address, (*(const MailboxRow *const *)b)->address);
}

static gint compare_addresses_down(gconstpointer a, gconstpointer b)
{
	return compare_addresses(b, a);
}

/* Reads the mailboxes by their numbers, in the order of the search. */
static gboolean read_ids(
        Db *db, const MailboxSearch *search, GArray *ids, GPtrArray *found, GError **error)
{
	for (guint done = 0; done < ids->len; done += IDS) {
		g_autoptr(DbValues) values = db_values_new();
		for (guint i = 0; i < IDS; i++)
			db_values_add_u64(values,
			        done + i < ids->len ? g_array_index(ids, guint64, done + i) : 0);
		g_autoptr(DbRows) rows = db_query_values(db, error, ids_sql(), values);
		if (rows == NULL)
			return FALSE;
		g_autoptr(GPtrArray) read = mailbox_rows_read(rows);
		take_rows(search, G_MAXUINT, found, read);
	}
	g_ptr_array_sort(found, search->descending ? compare_addresses_down : compare_addresses);
	return TRUE;
}

/* Steps all lists to their common addresses; a bounded number of fetches. */
static gboolean merge(Db *db, const MailboxSearch *search, KeyList *lists, guint count,
        const char *first, const char *after, guint limit, GArray *hits, char **searched_to,
        GError **error)
{
	g_autofree char *target = g_strdup(first); /* nothing before it is wanted any more */
	g_autofree char *passed = g_strdup(after); /* the last key that was decided on */
	guint fetches = 0;

	for (;;) {
		gboolean same = TRUE;

		for (guint i = 0; i < count; i++) {
			KeyList *list = &lists[i];
			while (head(list) != NULL && before(search, head(list), target))
				list->position++;
			if (head(list) == NULL && !list->complete) {
				if (fetches++ == MERGE_FETCHES) {
					*searched_to = g_steal_pointer(&passed);
					return TRUE;
				}
				if (!list_fetch(db, search, list, target, TRUE, error))
					return FALSE;
			}
			if (head(list) == NULL)
				return TRUE; /* one list is at its end */
			if (strcmp(head(list), target) != 0) {
				same = FALSE;
				g_free(passed);
				passed = g_steal_pointer(&target);
				target = g_strdup(head(list));
			}
		}
		if (!same)
			continue;
		if (strcmp(target, after) != 0)
			g_array_append_val(
			        hits, g_array_index(lists[0].ids, guint64, lists[0].position));
		g_free(passed);
		passed = g_strdup(target);
		if (hits->len == limit)
			return TRUE;
		lists[0].position++;
		if (head(&lists[0]) == NULL && !lists[0].complete) {
			if (fetches++ == MERGE_FETCHES) {
				*searched_to = g_steal_pointer(&passed);
				return TRUE;
			}
			if (!list_fetch(db, search, &lists[0], target, FALSE, error))
				return FALSE;
		}
		if (head(&lists[0]) == NULL)
			return TRUE;
		g_free(target);
		target = g_strdup(head(&lists[0]));
	}
}

static gboolean search_merge(Db *db, const MailboxSearch *search, guint words, const char *first,
        const char *after, guint limit, GPtrArray *found, char **searched_to, GError **error)
{
	g_autoptr(GArray) hits = g_array_new(FALSE, FALSE, sizeof(guint64));
	KeyList lists[SQL_WORDS];

	for (guint i = 0; i < words; i++)
		lists[i] = (KeyList){.word = search->words->pdata[i],
		        .addresses = g_ptr_array_new_with_free_func(g_free),
		        .ids = g_array_new(FALSE, FALSE, sizeof(guint64))};
	gboolean ok =
	        merge(db, search, lists, words, first, after, limit, hits, searched_to, error);
	for (guint i = 0; i < words; i++)
		list_clear(&lists[i]);
	return ok && read_ids(db, search, hits, found, error);
}

/* ---- */

static gint compare_lengths(gconstpointer a, gconstpointer b)
{
	gsize one = strlen(*(const char *const *)a), other = strlen(*(const char *const *)b);

	return one < other ? 1 : one > other ? -1 : 0;
}

gboolean mailbox_search(Db *db, const MailboxSearch *search, const char *after, guint limit,
        GPtrArray *found, char **searched_to, GError **error)
{
	const char *first = first_key(search, after);
	guint words = MIN(search->words->len, SQL_WORDS);
	gboolean any = FALSE;
	char pair[7];

	*searched_to = NULL;
	if (search->words->len < 2)
		return search_range(db, search, after, limit, found, searched_to, error);
	/* The longest words say most. */
	g_ptr_array_sort(search->words, compare_lengths);
	if (!rarest_pair(db, search, first, words, pair, &any, error))
		return FALSE;
	return any ? search_pair(db, search, pair, words, first, limit, found, searched_to, error)
	           : search_merge(
	                     db, search, words, first, after, limit, found, searched_to, error);
}
