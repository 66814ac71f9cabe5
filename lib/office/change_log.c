/* change_log.c: adds changes, and reads them a page at a time, filtered in bounded steps. */
#include "lib/office/change_log.h"

#include <string.h>

#include "lib/base/address_readable.h"
#include "lib/base/error.h"
#include "lib/db/db_bulk.h"

/* Rows that are read at once: those of a page and one more; if that isn't enough, since not all
 * match, more and more. */
#define FIRST_STEP (LIST_PAGE + 1)
#define LAST_STEP 1000
G_STATIC_ASSERT(LIST_PAGE <= DB_LIST_PAGE);
#define MAX_SEARCHED 5000

static const char SQL_ADD[] =
        "INSERT INTO change_log (at, user_id, actor, mailbox_id, subject, action, field, old_value, new_value)"
        " VALUES (" DB_NOW ", NULLIF(?, 0), ?, NULLIF(?, 0), ?, ?, ?, ?, ?)";

static const char SQL_FORGET_NOTE[] =
        "UPDATE change_log SET old_value = NULL, new_value = NULL WHERE mailbox_id = ?"
        " AND action = 'absence.changed' AND field IN ('subject', 'body', 'internal_body')";

#define COLUMNS "id, at, user_id, mailbox_id, actor, subject, action, field, old_value, new_value"
enum { C_ID, C_AT, C_USER, C_MAILBOX, C_ACTOR, C_SUBJECT, C_ACTION, C_FIELD, C_OLD, C_NEW };

static const char SQL_ALL[] =
        "SELECT " COLUMNS " FROM change_log WHERE id < ? ORDER BY id DESC LIMIT ?";
static const char SQL_MAILBOX[] =
        "SELECT " COLUMNS " FROM change_log FORCE INDEX (change_log_mailbox)"
        " WHERE mailbox_id = ? AND id < ? ORDER BY id DESC LIMIT ?";
static const char SQL_USER[] = "SELECT " COLUMNS " FROM change_log FORCE INDEX (change_log_user)"
                               " WHERE user_id = ? AND id < ? ORDER BY id DESC LIMIT ?";
/* Who has the address now, or else who had it last. */
static const char SQL_FIND_MAILBOX[] =
        "SELECT mailbox_id, 0 AS place FROM address WHERE address = ?"
        " UNION ALL (SELECT id, 1 FROM mailbox WHERE address = ? AND deleted = 2"
        "  ORDER BY id DESC LIMIT 1) ORDER BY place LIMIT 1";
static const char SQL_PURGED[] =
        "SELECT id FROM mailbox WHERE deleted = 2 AND id IN " DB_LIST_PAGE_PLACES;
static const char SQL_FIND_USER[] = "SELECT id FROM user WHERE login = ?";
static const char SQL_LAST[] = "SELECT actor, at FROM change_log FORCE INDEX (change_log_mailbox)"
                               " WHERE mailbox_id = ? AND action IN ('mailbox.created',"
                               " 'mailbox.changed', 'mailbox.deleted', 'mailbox.restored',"
                               " 'password.generated') ORDER BY id DESC LIMIT 1";
static const char SQL_LAST_ACTION[] =
        "SELECT actor, at FROM change_log FORCE INDEX (change_log_mailbox)"
        " WHERE mailbox_id = ? AND action = ? ORDER BY id DESC LIMIT 1";
static const char SQL_LAST_OF[] =
        "SELECT actor, at FROM"
        " (SELECT id, actor, at, subject, action FROM change_log ORDER BY id DESC LIMIT 1000) recent"
        " WHERE subject = ? AND action = ? ORDER BY id DESC LIMIT 1";
enum { LAST_ACTOR, LAST_AT };

gboolean change_log_add(Db *db, const Actor *actor, guint64 mailbox_id, const char *subject,
        const char *action, const char *field, const char *old_value, const char *new_value,
        GError **error)
{
	g_autoptr(GError) failure = NULL;

	if (db_execute(db, &failure, SQL_ADD, "ususaass", actor->user_id, actor->login, mailbox_id,
	            subject, action, field, old_value, new_value) == 1)
		return TRUE;
	if (g_error_matches(failure, PS_ERROR, PS_ERROR_INTERNAL))
		failure->code = PS_ERROR_UNLOGGED;
	g_propagate_prefixed_error(error, g_steal_pointer(&failure), "change log: ");
	return FALSE;
}

gboolean change_log_forget_note(Db *db, guint64 mailbox_id, GError **error)
{
	return db_execute(db, error, SQL_FORGET_NOTE, "u", mailbox_id) >= 0;
}

static void change_free(gpointer data)
{
	Change *change = data;

	g_free(change->actor);
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

/* The word in either spelling of a domain with umlauts. */
static gboolean holds(const char *text, const char *word)
{
	if (text == NULL)
		return FALSE;
	g_autofree char *folded = g_utf8_casefold(text, -1);
	if (strstr(folded, word) != NULL)
		return TRUE;
	g_autofree char *readable = address_readable(folded);
	g_autofree char *readable_word = address_readable(word);
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

/* The number in the first row; 0 if there is none. FALSE: error. */
static gboolean take_number(DbRows *rows, guint64 *id)
{
	*id = 0;
	if (rows == NULL)
		return FALSE;
	if (db_rows_next(rows))
		*id = db_rows_u64(rows, 0);
	return TRUE;
}

static gboolean find_mailbox(Db *db, const char *address, guint64 *id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_FIND_MAILBOX, "aa", address, address);

	return take_number(rows, id);
}

static gboolean find_user(Db *db, const char *login, guint64 *id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_FIND_USER, "s", login);

	return take_number(rows, id);
}

/* A purged mailbox has no page any more. */
static gboolean mark_purged(Db *db, ChangePage *page, GError **error)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(guint64));
	g_autoptr(DbValues) values = db_values_new();

	for (guint i = 0; i < page->changes->len; i++)
		g_array_append_val(ids, ((const Change *)page->changes->pdata[i])->mailbox_id);
	if (ids->len == 0)
		return TRUE;
	db_list_add(values, ids, 0, DB_LIST_PAGE);
	g_autoptr(DbRows) rows = db_query_values(db, error, SQL_PURGED, values);
	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows)) {
		for (guint i = 0; i < page->changes->len; i++) {
			Change *change = page->changes->pdata[i];
			change->purged =
			        change->purged || change->mailbox_id == db_rows_u64(rows, 0);
		}
	}
	return TRUE;
}

/* Rows below the cursor, newest first, of the mailbox or (if that is 0) of the user. */
static DbRows *query_step(
        Db *db, guint64 mailbox_id, guint64 user_id, guint64 below, guint64 limit, GError **error)
{
	if (mailbox_id > 0)
		return db_query(db, error, SQL_MAILBOX, "uuu", mailbox_id, below, limit);
	if (user_id > 0)
		return db_query(db, error, SQL_USER, "uuu", user_id, below, limit);
	return db_query(db, error, SQL_ALL, "uu", below, limit);
}

/* Takes the step's rows that match. TRUE: the page is full, and next leads to what is left. *below
 * is the last row that needs no other look, *seen counts them. */
static gboolean take_step(
        ChangePage *page, DbRows *rows, char **words, guint64 user_id, guint64 *below, guint *seen)
{
	for (*seen = 0; db_rows_next(rows); ++*seen) {
		Change *change = row_to_change(rows);
		if (!matches(change, words) || (user_id > 0 && change->user_id != user_id)) {
			change_free(change);
		} else if (page->changes->len == LIST_PAGE) {
			change_free(change);
			page->next = *below;
			return TRUE;
		} else {
			g_ptr_array_add(page->changes, change);
		}
		*below = db_rows_u64(rows, C_ID);
		page->next_at = db_rows_u64(rows, C_AT);
	}
	return FALSE;
}

/* Reads step by step until the page is full, there are no more rows, or the bound is reached. */
static gboolean search(Db *db, ChangePage *page, const ChangeFilter *filter, guint64 mailbox_id,
        guint64 user_id, GError **error)
{
	g_autofree char *folded = g_utf8_casefold(filter->q, -1);
	g_auto(GStrv) words = g_strsplit(folded, " ", 8);
	guint64 below = filter->after > 0 ? filter->after : G_MAXINT64;
	guint searched = 0, step = FIRST_STEP, seen;

	while (searched < MAX_SEARCHED) {
		g_autoptr(DbRows) rows = query_step(db, mailbox_id, user_id, below, step, error);
		if (rows == NULL)
			return FALSE;
		if (take_step(page, rows, words, mailbox_id > 0 ? user_id : 0, &below, &seen) ||
		        seen < step)
			return TRUE;
		searched += seen;
		step = MIN(4 * step, LAST_STEP);
	}
	page->partial = TRUE;
	page->next = below;
	return TRUE;
}

ChangePage *change_log_page(Db *db, const ChangeFilter *filter, GError **error)
{
	g_autoptr(ChangePage) page = g_new0(ChangePage, 1);
	guint64 mailbox_id = 0, user_id = 0;

	page->changes = g_ptr_array_new_with_free_func(change_free);
	if (*filter->mailbox != '\0') {
		if (!find_mailbox(db, filter->mailbox, &mailbox_id, error))
			return NULL;
		if (mailbox_id == 0)
			return g_steal_pointer(&page);
	}
	if (*filter->user != '\0') {
		if (!find_user(db, filter->user, &user_id, error))
			return NULL;
		if (user_id == 0)
			return g_steal_pointer(&page);
	}
	if (!search(db, page, filter, mailbox_id, user_id, error))
		return NULL;
	return mark_purged(db, page, error) ? g_steal_pointer(&page) : NULL;
}

void change_page_free(ChangePage *page)
{
	if (page == NULL)
		return;
	g_ptr_array_unref(page->changes);
	g_free(page);
}

static gboolean take_last(DbRows *rows, char **login, guint64 *at)
{
	*login = NULL;
	*at = 0;
	if (rows == NULL)
		return FALSE;
	if (db_rows_next(rows)) {
		*login = g_strdup(db_rows_text(rows, LAST_ACTOR));
		*at = db_rows_u64(rows, LAST_AT);
	}
	return TRUE;
}

gboolean change_log_last(
        Db *db, guint64 mailbox_id, const char *action, char **login, guint64 *at, GError **error)
{
	g_autoptr(DbRows) rows =
	        action != NULL ? db_query(db, error, SQL_LAST_ACTION, "ua", mailbox_id, action)
	                       : db_query(db, error, SQL_LAST, "u", mailbox_id);

	return take_last(rows, login, at);
}

gboolean change_log_last_of(
        Db *db, const char *subject, const char *action, char **login, guint64 *at, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_LAST_OF, "sa", subject, action);

	return take_last(rows, login, at);
}
