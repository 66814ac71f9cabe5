/* user_list.c: looks for users by words, page by page. */
#include "lib/user/user_list.h"

#include <string.h>

#include "lib/base/base64url.h"
#include "lib/base/fold.h"
#include "lib/user/user_find.h"

#define STEP 500
#define MAX_SEARCHED 2000 /* rows; about 20 ms */

#define FOUND                                                                                      \
	"SELECT " USER_COLUMNS ", f.sort FROM user_find f FORCE INDEX (PRIMARY)"                   \
	" STRAIGHT_JOIN user u ON u.id = f.user_id WHERE f.prefix = ? AND "
#define BEHIND                                                                                     \
	FOUND "f.sort >= ? AND (f.sort > ? OR f.user_id > ?)"                                      \
	      " ORDER BY f.prefix, f.sort, f.user_id"
#define BEFORE                                                                                     \
	FOUND "f.sort <= ? AND (f.sort < ? OR f.user_id < ?)"                                      \
	      " ORDER BY f.prefix DESC, f.sort DESC, f.user_id DESC"
#define STEP_LIMIT " LIMIT 501"
static const char SQL_PAGE[] = BEHIND LIST_PAGE_LIMIT, SQL_PAGE_BACK[] = BEFORE LIST_PAGE_LIMIT;
static const char SQL_STEP[] = BEHIND STEP_LIMIT, SQL_STEP_BACK[] = BEFORE STEP_LIMIT;
enum { C_SORT = USER_COLUMN_COUNT };

/* Where a page begins: behind a user's place in the order, or before it. */
typedef struct {
	guint8 *sort;
	gsize size;
	guint64 user_id;
} UserPlace;

static void user_place_clear(UserPlace *place)
{
	g_free(place->sort);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(UserPlace, user_place_clear)

static void user_place_set(UserPlace *place, DbRows *rows, guint64 user_id)
{
	g_free(place->sort);
	const guint8 *sort = db_rows_blob(rows, C_SORT, &place->size);
	place->sort = g_memdup2(sort, place->size);
	place->user_id = user_id;
}

static char *user_cursor(const UserPlace *place)
{
	g_autofree char *sort = base64url_encode(place->sort, place->size);

	return g_strdup_printf("%s.%" G_GUINT64_FORMAT, sort, place->user_id);
}

/* What isn't a cursor is the place before all. */
static UserPlace read_user_cursor(const char *cursor)
{
	UserPlace place = {NULL, 0, 0};
	g_auto(GStrv) parts = g_strsplit(cursor, ".", 3);

	if (g_strv_length(parts) == 2 &&
	        g_ascii_string_to_unsigned(parts[1], 10, 1, G_MAXINT64, &place.user_id, NULL))
		place.sort = base64url_decode(parts[0], &place.size);
	if (place.sort == NULL) {
		place.sort = (guint8 *)g_strdup("");
		place.size = 0;
		place.user_id = 0;
	}
	return place;
}

static gboolean user_matches(const User *user, const GPtrArray *searched)
{
	g_autoptr(GPtrArray) words = user_find_words(user->login, user->name);

	return fold_words_match(words, searched);
}

static const char *longest(const GPtrArray *words)
{
	const char *word = "";

	for (guint i = 0; i < words->len; i++)
		if (strlen(words->pdata[i]) > strlen(word))
			word = words->pdata[i];
	return word;
}

typedef struct {
	const GPtrArray *words;
	const char *prefix;
	gsize prefix_size;
	gboolean active_only;
	gboolean one_word; /* the prefix says it all but for active_only */
	gboolean backward;
} Search;

static guint step_of(const Search *search)
{
	return search->one_word ? LIST_PAGE : STEP;
}

static const char *step_sql(const Search *search)
{
	if (search->backward)
		return search->one_word ? SQL_PAGE_BACK : SQL_STEP_BACK;
	return search->one_word ? SQL_PAGE : SQL_STEP;
}

/* One step from place on, which moves along. *done: the page is full, or there are no more. next is
 * then where others are. */
static gboolean take_users(Db *db, const Search *search, UserPlace *place, UserPage *page,
        gboolean *done, GError **error)
{
	g_autoptr(DbRows) rows =
	        db_query(db, error, step_sql(search), "bbbu", search->prefix, search->prefix_size,
	                place->sort, place->size, place->sort, place->size, place->user_id);
	guint seen = 0;

	if (rows == NULL)
		return FALSE;
	*done = TRUE;
	for (; db_rows_next(rows); seen++) {
		g_autoptr(User) user = user_from_row(rows);
		gboolean fits = (user->active || !search->active_only) &&
		                (search->one_word || user_matches(user, search->words));
		if (fits && page->users->len == LIST_PAGE) {
			page->next = user_cursor(place);
			return TRUE;
		}
		if (seen == step_of(search)) {
			*done = FALSE;
			return TRUE;
		}
		user_place_set(place, rows, user->id);
		if (fits && page->users->len == 0)
			page->previous = user_cursor(place);
		g_free(page->searched_to);
		page->searched_to = g_strdup(user->name);
		if (fits)
			g_ptr_array_add(page->users, g_steal_pointer(&user));
	}
	return TRUE;
}

/* One page in a direction, from place on: previous is its first row, next where others are. */
static gboolean find_users_page(
        Db *db, const Search *search, UserPlace *place, UserPage *page, GError **error)
{
	for (guint searched = 0; searched < MAX_SEARCHED; searched += step_of(search)) {
		gboolean done = FALSE;
		if (!take_users(db, search, place, page, &done, error))
			return FALSE;
		if (done)
			return TRUE;
	}
	page->partial = TRUE;
	page->next = user_cursor(place);
	return TRUE;
}

/* A page that was read in the list's direction begins where another ends, or is the first one. */
static void end_forward(UserPage *page, const ListAt *at)
{
	if (*at->after == '\0')
		g_clear_pointer(&page->previous, g_free);
	else if (page->previous == NULL)
		page->previous = g_strdup(at->after);
}

static void end_backward(UserPage *page, const ListAt *at)
{
	char *nearest = page->previous;

	page->backward = TRUE;
	page->previous = page->next;
	page->next = nearest != NULL ? nearest : g_strdup(at->before);
	list_page_turn(page->users);
}

UserPage *user_list(Db *db, const char *q, gboolean active_only, const ListAt *at, GError **error)
{
	g_autoptr(UserPage) page = g_new0(UserPage, 1);
	g_autoptr(GPtrArray) words = fold_searched_words(q);
	gboolean backward = *at->before != '\0';
	g_auto(UserPlace) place = read_user_cursor(backward ? at->before : at->after);
	const char *word = longest(words);
	Search search = {.words = words,
	        .prefix = word,
	        .prefix_size = fold_prefix_length(word, FOLD_PREFIX_MAX),
	        .active_only = active_only,
	        .backward = backward};

	search.one_word = words->len < 2 && search.prefix_size == strlen(word);
	page->users = g_ptr_array_new_with_free_func((GDestroyNotify)user_free);
	if (words->len == 0 && *q != '\0')
		return g_steal_pointer(&page); /* nothing that a word could begin with */
	if (!find_users_page(db, &search, &place, page, error))
		return NULL;
	if (backward && page->next == NULL) /* nothing before it: the first page, whole */
		return user_list(db, q, active_only, &LIST_FIRST, error);
	if (backward)
		end_backward(page, at);
	else
		end_forward(page, at);
	return g_steal_pointer(&page);
}

void user_page_free(UserPage *page)
{
	if (page == NULL)
		return;
	g_ptr_array_unref(page->users);
	g_free(page->previous);
	g_free(page->next);
	g_free(page->searched_to);
	g_free(page);
}
