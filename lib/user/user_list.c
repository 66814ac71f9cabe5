/* user_list.c: looks for users by words, page by page. */
#include "lib/user/user_list.h"

#include <string.h>

#include "lib/base/base64url.h"
#include "lib/base/fold.h"
#include "lib/user/user_find.h"

#define STEP 500
#define MAX_SEARCHED 2000 /* rows; about 20 ms */

#define PAGE                                                                                       \
	"SELECT " USER_COLUMNS ", f.sort FROM user_find f FORCE INDEX (PRIMARY)"                   \
	" STRAIGHT_JOIN user u ON u.id = f.user_id"                                                \
	" WHERE f.prefix = ? AND f.sort >= ? AND (f.sort > ? OR f.user_id > ?)"                    \
	" ORDER BY f.prefix, f.sort, f.user_id"
static const char SQL_PAGE[] = PAGE LIST_PAGE_LIMIT;
static const char SQL_STEP[] = PAGE " LIMIT 501";
enum { C_SORT = USER_COLUMN_COUNT };

/* Where a page begins: behind a user's place in the order. */
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

static UserPlace read_user_cursor(const char *after)
{
	UserPlace place = {NULL, 0, 0};
	g_auto(GStrv) parts = g_strsplit(after, ".", 3);

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
} Search;

static guint step_of(const Search *search)
{
	return search->one_word ? LIST_PAGE : STEP;
}

/* One step from place on, which moves along. *done: the page is full, or there are no more. */
static gboolean take_users(Db *db, const Search *search, UserPlace *place, UserPage *page,
        gboolean *done, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, search->one_word ? SQL_PAGE : SQL_STEP, "bbbu",
	        search->prefix, search->prefix_size, place->sort, place->size, place->sort,
	        place->size, place->user_id);
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
		g_free(page->searched_to);
		page->searched_to = g_strdup(user->name);
		if (fits)
			g_ptr_array_add(page->users, g_steal_pointer(&user));
	}
	return TRUE;
}

UserPage *user_list(Db *db, const char *q, gboolean active_only, const char *after, GError **error)
{
	g_autoptr(UserPage) page = g_new0(UserPage, 1);
	g_autoptr(GPtrArray) words = fold_searched_words(q);
	g_auto(UserPlace) place = read_user_cursor(after);
	const char *word = longest(words);
	Search search = {.words = words,
	        .prefix = word,
	        .prefix_size = fold_prefix_length(word, FOLD_PREFIX_MAX),
	        .active_only = active_only};

	search.one_word = words->len < 2 && search.prefix_size == strlen(word);
	page->users = g_ptr_array_new_with_free_func((GDestroyNotify)user_free);
	if (words->len == 0 && *q != '\0')
		return g_steal_pointer(&page); /* nothing that a word could begin with */
	for (guint searched = 0; searched < MAX_SEARCHED; searched += step_of(&search)) {
		gboolean done = FALSE;
		if (!take_users(db, &search, &place, page, &done, error))
			return NULL;
		if (done)
			return g_steal_pointer(&page);
	}
	page->partial = TRUE;
	page->next = user_cursor(&place);
	return g_steal_pointer(&page);
}

void user_page_free(UserPage *page)
{
	if (page == NULL)
		return;
	g_ptr_array_unref(page->users);
	g_free(page->next);
	g_free(page->searched_to);
	g_free(page);
}
