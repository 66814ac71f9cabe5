/* change_log_page.c: reads the change log a page at a time, filtered in bounded steps.
 *
 * Whatever is filtered, a step reads the newest rows behind a place (time, number) of one key, or
 * of one for each of the mailboxes or users that are meant; for the page before another one the
 * oldest rows before it.
 */
#include <string.h>

#include "lib/base/address_readable.h"
#include "lib/db/db_bulk.h"
#include "lib/office/change_log.h"

/* Rows that are read at once: those of a page and one more; if that isn't enough, since not all
 * match, more and more. */
#define FIRST_STEP (LIST_PAGE + 1)
#define LAST_STEP 1000
G_STATIC_ASSERT(LIST_PAGE <= DB_LIST_PAGE);
#define MAX_SEARCHED 5000

#define COLUMNS "id, at, user_id, mailbox_id, actor, subject, action, field, old_value, new_value"
enum { C_ID, C_AT, C_USER, C_MAILBOX, C_ACTOR, C_SUBJECT, C_ACTION, C_FIELD, C_OLD, C_NEW };

#define FROM_KEY(key, where) "SELECT " COLUMNS " FROM change_log FORCE INDEX (" key ") WHERE " where
#define BEHIND "at >= ? AND at <= ? AND (at < ? OR id < ?) ORDER BY at DESC, id DESC LIMIT ?"
#define BEFORE "at >= ? AND at <= ? AND (at > ? OR id > ?) ORDER BY at, id LIMIT ?"
typedef struct {
	const char *all, *of_mailbox, *of_user, *of_kind;
} ChangeSql;
#define CHANGE_SQL(range)                                                                          \
	{                                                                                          \
		.all = FROM_KEY("change_log_at", range),                                           \
		.of_mailbox = FROM_KEY("change_log_mailbox", "mailbox_id = ? AND " range),         \
		.of_user = FROM_KEY("change_log_user", "user_id = ? AND " range),                  \
		.of_kind = FROM_KEY("change_log_kind", "kind = ? AND " range),                     \
	}
static const ChangeSql sql_behind = CHANGE_SQL(BEHIND), sql_before = CHANGE_SQL(BEFORE);
static const char SQL_PLACE[] = "SELECT at FROM change_log WHERE id = ?";
static const char SQL_PURGED[] =
        "SELECT id FROM mailbox WHERE deleted = 2 AND id IN " DB_LIST_PAGE_PLACES;
static const char SQL_NAMES[] = "SELECT id, name FROM user WHERE id IN " DB_LIST_PAGE_PLACES;
enum { N_ID, N_NAME };

/* A place in the order: rows behind it are older, or newer if the page is read backward. */
typedef struct {
	guint64 at, id;
	gboolean backward;
} ChangePlace;

typedef struct {
	GPtrArray *rows; /* Change, in the direction of the place */
	gboolean more;   /* there are others behind them */
} Step;

static void change_free(gpointer data)
{
	Change *change = data;

	g_free(change->actor);
	g_free(change->actor_name);
	g_free(change->subject);
	g_free(change->action);
	g_free(change->field);
	g_free(change->old_value);
	g_free(change->new_value);
	g_free(change);
}

static Change *row_to_change(DbRows *rows)
{
	Change *change = g_new0(Change, 1);

	change->id = db_rows_u64(rows, C_ID);
	change->at = db_rows_u64(rows, C_AT);
	change->user_id = db_rows_u64(rows, C_USER);
	change->mailbox_id = db_rows_u64(rows, C_MAILBOX);
	change->actor = g_strdup(db_rows_text(rows, C_ACTOR));
	change->subject = g_strdup(db_rows_text(rows, C_SUBJECT));
	change->action = g_strdup(db_rows_text(rows, C_ACTION));
	change->field = g_strdup(db_rows_text(rows, C_FIELD));
	change->old_value = g_strdup(db_rows_text(rows, C_OLD));
	change->new_value = g_strdup(db_rows_text(rows, C_NEW));
	return change;
}

/* Folded last: the sharp s of a domain is two letters then, as in the word. */
static char *readable_folded(const char *text)
{
	g_autofree char *readable = address_readable(text);

	return g_utf8_casefold(readable, -1);
}

/* The word in either spelling of a domain with umlauts. */
static gboolean holds(const char *text, const char *word)
{
	if (text == NULL)
		return FALSE;
	g_autofree char *folded = g_utf8_casefold(text, -1);
	if (strstr(folded, word) != NULL)
		return TRUE;
	g_autofree char *readable = readable_folded(text);
	g_autofree char *readable_word = readable_folded(word);
	return strstr(readable, readable_word) != NULL;
}

static gboolean matches(const Change *change, char **words)
{
	for (; *words != NULL; words++)
		if (**words != '\0' && !holds(change->subject, *words) &&
		        !holds(change->actor, *words) && !holds(change->field, *words) &&
		        !holds(change->old_value, *words) && !holds(change->new_value, *words) &&
		        !holds(change->action, *words))
			return FALSE;
	return TRUE;
}

/* What a statement tells of the numbers that stand at that place of a page's changes. */
static DbRows *query_about(
        Db *db, const ChangePage *page, glong id_at, const char *sql, GError **error)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(guint64));
	g_autoptr(DbValues) values = db_values_new();

	for (guint i = 0; i < page->changes->len; i++)
		g_array_append_val(ids, G_STRUCT_MEMBER(guint64, page->changes->pdata[i], id_at));
	db_list_add(values, ids, 0, DB_LIST_PAGE);
	return db_query_values(db, error, sql, values);
}

/* A purged mailbox has no page any more. */
static gboolean mark_purged(Db *db, const ChangePage *page, GError **error)
{
	g_autoptr(DbRows) rows =
	        query_about(db, page, G_STRUCT_OFFSET(Change, mailbox_id), SQL_PURGED, error);

	while (rows != NULL && db_rows_next(rows)) {
		for (guint i = 0; i < page->changes->len; i++) {
			Change *change = page->changes->pdata[i];
			change->purged =
			        change->purged || change->mailbox_id == db_rows_u64(rows, 0);
		}
	}
	return rows != NULL;
}

static gboolean name_actors(Db *db, const ChangePage *page, GError **error)
{
	g_autoptr(DbRows) rows =
	        query_about(db, page, G_STRUCT_OFFSET(Change, user_id), SQL_NAMES, error);

	while (rows != NULL && db_rows_next(rows)) {
		for (guint i = 0; i < page->changes->len; i++) {
			Change *change = page->changes->pdata[i];
			if (change->user_id == db_rows_u64(rows, N_ID))
				change->actor_name = g_strdup(db_rows_text(rows, N_NAME));
		}
	}
	return rows != NULL;
}

static gint newest_change_first(gconstpointer a, gconstpointer b)
{
	const Change *one = *(Change *const *)a, *other = *(Change *const *)b;

	if (one->at != other->at)
		return one->at > other->at ? -1 : 1;
	return one->id > other->id ? -1 : one->id < other->id;
}

static gint oldest_change_first(gconstpointer a, gconstpointer b)
{
	return newest_change_first(b, a);
}

/* The instant behind which the period has no row. */
static guint64 last_instant(const ChangeFilter *filter)
{
	return filter->below > 0 ? filter->below - 1 : (guint64)G_MAXINT64;
}

/* The rows of one key behind a place, of one of the mailboxes or users that are meant, if any. */
static DbRows *query_rows(Db *db, const ChangeFilter *filter, const guint64 *mailbox,
        const guint64 *user, const ChangePlace *place, guint64 limit, GError **error)
{
	const ChangeSql *sql = place->backward ? &sql_before : &sql_behind;
	guint64 from = place->backward ? place->at : filter->from;
	guint64 to = place->backward ? last_instant(filter) : place->at;

	if (mailbox != NULL || user != NULL)
		return db_query(db, error, mailbox != NULL ? sql->of_mailbox : sql->of_user,
		        "uuuuuu", mailbox != NULL ? *mailbox : *user, from, to, place->at,
		        place->id, limit);
	if (*filter->kind != '\0')
		return db_query(db, error, sql->of_kind, "auuuuu", filter->kind, from, to,
		        place->at, place->id, limit);
	return db_query(db, error, sql->all, "uuuuu", from, to, place->at, place->id, limit);
}

static gboolean is_behind(const Change *change, const ChangePlace *place)
{
	if (change->at != place->at)
		return place->backward ? change->at > place->at : change->at < place->at;
	return place->backward ? change->id > place->id : change->id < place->id;
}

/* Adds them to the step. *stop: the last row that all keys were read to. */
static gboolean add_change_rows(DbRows *rows, guint limit, Step *step, ChangePlace *stop)
{
	Change *change = NULL;
	guint count = 0;

	if (rows == NULL)
		return FALSE;
	for (; db_rows_next(rows); count++) {
		change = row_to_change(rows);
		g_ptr_array_add(step->rows, change);
	}
	if (count == limit) {
		if (!step->more || !is_behind(change, stop))
			*stop = (ChangePlace){change->at, change->id, stop->backward};
		step->more = TRUE;
	}
	return TRUE;
}

static const GArray *some(const GArray *ids)
{
	return ids != NULL && ids->len > 0 ? ids : NULL;
}

/* Reads the first rows behind a place, of the fewest keys that hold all that is wanted. */
static gboolean read_change_step(Db *db, const ChangeFilter *filter, const ChangePlace *place,
        guint limit, Step *step, GError **error)
{
	const GArray *mailboxes = some(filter->mailboxes);
	const GArray *ids = mailboxes != NULL ? mailboxes : some(filter->users);
	ChangePlace stop = {.backward = place->backward};

	for (guint i = 0; i < (ids != NULL ? ids->len : 1); i++) {
		const guint64 *id = ids != NULL ? &g_array_index(ids, guint64, i) : NULL;
		g_autoptr(DbRows) rows = query_rows(db, filter, mailboxes != NULL ? id : NULL,
		        mailboxes == NULL ? id : NULL, place, limit, error);
		if (!add_change_rows(rows, limit, step, &stop))
			return FALSE;
	}
	g_ptr_array_sort(step->rows, place->backward ? oldest_change_first : newest_change_first);
	while (step->more && is_behind(step->rows->pdata[step->rows->len - 1], &stop))
		g_ptr_array_set_size(step->rows, (gint)step->rows->len - 1);
	return TRUE;
}

static gboolean is_kind(const char *action, const char *kind)
{
	gsize length = strlen(kind);

	return length == 0 || (strncmp(action, kind, length) == 0 && action[length] == '.');
}

static gboolean is_by(const Change *change, const GArray *users)
{
	for (guint i = 0; some(users) != NULL && i < users->len; i++)
		if (g_array_index(users, guint64, i) == change->user_id)
			return TRUE;
	return some(users) == NULL;
}

/* Takes the step's rows that match. TRUE: the page is full, and next leads to what is left. *place
 * is the last row that needs no other look. */
static gboolean take_step(
        ChangePage *page, Step *step, const ChangeFilter *filter, char **words, ChangePlace *place)
{
	while (step->rows->len > 0) {
		Change *change = g_ptr_array_steal_index(step->rows, 0);
		gboolean fits = is_by(change, filter->users) &&
		                is_kind(change->action, filter->kind) && matches(change, words);
		if (fits && page->changes->len == LIST_PAGE) {
			change_free(change);
			page->next = place->id;
			return TRUE;
		}
		*place = (ChangePlace){change->at, change->id, place->backward};
		page->next_at = change->at;
		if (fits)
			g_ptr_array_add(page->changes, change);
		else
			change_free(change);
	}
	return FALSE;
}

/* Where the page begins. */
static gboolean first_place(Db *db, const ChangeFilter *filter, ChangePlace *place, GError **error)
{
	guint64 row = filter->before > 0 ? filter->before : filter->after;

	*place = (ChangePlace){last_instant(filter), G_MAXINT64, FALSE};
	if (row == 0)
		return TRUE;
	g_autoptr(DbRows) rows = db_query(db, error, SQL_PLACE, "u", row);
	if (rows == NULL)
		return FALSE;
	guint64 at = db_rows_next(rows) ? db_rows_u64(rows, 0) : G_MAXUINT64;
	if (at >= filter->from && at <= place->at)
		*place = (ChangePlace){at, row, filter->before > 0};
	return TRUE;
}

/* Reads step by step until the page is full, there are no more rows, or the bound is reached. */
static gboolean search(Db *db, ChangePage *page, const ChangeFilter *filter, GError **error)
{
	g_autofree char *folded = g_utf8_casefold(filter->q, -1);
	g_auto(GStrv) words = g_strsplit(folded, " ", 8);
	guint searched = 0, limit = FIRST_STEP;
	ChangePlace place;

	if (!first_place(db, filter, &place, error))
		return FALSE;
	page->backward = place.backward;
	while (searched < MAX_SEARCHED) {
		g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(change_free);
		Step step = {rows, FALSE};
		if (!read_change_step(db, filter, &place, limit, &step, error))
			return FALSE;
		searched += rows->len;
		if (take_step(page, &step, filter, words, &place) || !step.more)
			return TRUE;
		limit = MIN(4 * limit, LAST_STEP);
	}
	page->partial = TRUE;
	page->next = place.id;
	return TRUE;
}

/* Of a page that was found in its direction: puts it in order, and says where the others begin. */
static void set_change_ends(ChangePage *page, const ChangeFilter *filter)
{
	const GPtrArray *changes = page->changes;
	guint64 nearest = changes->len > 0 ? ((const Change *)changes->pdata[0])->id : 0;

	if (page->backward) {
		page->previous = page->next;
		page->next = nearest > 0 ? nearest : filter->before;
		g_ptr_array_sort(page->changes, newest_change_first);
	} else if (filter->after > 0) {
		page->previous = nearest > 0 ? nearest : filter->after;
	}
}

ChangePage *change_log_page(Db *db, const ChangeFilter *filter, GError **error)
{
	g_autoptr(ChangePage) page = g_new0(ChangePage, 1);

	page->changes = g_ptr_array_new_with_free_func(change_free);
	if (!search(db, page, filter, error))
		return NULL;
	set_change_ends(page, filter);
	if (page->backward && page->previous == 0) { /* nothing before it: the first page, whole */
		ChangeFilter first = *filter;
		first.after = first.before = 0;
		return change_log_page(db, &first, error);
	}
	if (page->changes->len == 0)
		return g_steal_pointer(&page);
	return mark_purged(db, page, error) && name_actors(db, page, error) ? g_steal_pointer(&page)
	                                                                    : NULL;
}

void change_page_free(ChangePage *page)
{
	if (page == NULL)
		return;
	g_ptr_array_unref(page->changes);
	g_free(page);
}
