/* mailbox_detail.c: reads what hangs on a mailbox, each row with its kind, and sorts it here: a
 * union is in no order, and one that is to be sorted costs the server a table. */
#include "lib/mailbox/mailbox_detail.h"

#include <string.h>

#define NO "CAST(0 AS UNSIGNED)"
#define MORE                                                                                       \
	"SELECT o.user_id, COALESCE(w.last_login, " NO "), '', '', o.ended_at = 0, '', 'o'"        \
	"   FROM own_password o LEFT JOIN own_password_use w ON w.password_id = o.id"              \
	"   WHERE o.mailbox_id = ?"                                                                \
	" UNION ALL SELECT a.id, " NO ", a.address, COALESCE(l.address, ''),"                      \
	"   a.is_alias = 1 AND a.twin_of IS NULL, '', 'a'"                                         \
	"   FROM address a LEFT JOIN mail_list_member x ON x.address_id = a.id"                    \
	"   LEFT JOIN mail_list l ON l.id = x.list_id WHERE a.mailbox_id = ?"                      \
	" UNION ALL SELECT f.version, f.ends_at, t.address, COALESCE(f.ends_on, ''), f.keep_copy," \
	"   '', 'f' FROM forward f JOIN forward_to t ON t.mailbox_id = f.mailbox_id"               \
	"   WHERE f.mailbox_id = ?"
static const char SQL_MORE[] = MORE;
static const char SQL_ALL[] =
        MORE " UNION ALL SELECT " MAILBOX_USER_COLUMNS ", 'u' FROM " MAILBOX_USER_ROWS;
enum { C_ID, C_AT, C_TEXT, C_MORE, C_FLAG, C_KIND = MAILBOX_USER_COLUMN_COUNT };

void mailbox_detail_free(MailboxDetail *detail)
{
	if (detail == NULL)
		return;
	g_ptr_array_unref(detail->without);
	g_ptr_array_unref(detail->users);
	g_ptr_array_unref(detail->aliases);
	g_ptr_array_unref(detail->lists);
	forward_free(detail->forward);
	g_free(detail);
}

/* One of its addresses with one of the lists that name it, if there is one. */
static void read_detail_address(MailboxDetail *detail, DbRows *rows)
{
	if (db_rows_u64(rows, C_FLAG) != 0)
		g_ptr_array_add(detail->aliases,
		        mailbox_alias_new(db_rows_u64(rows, C_ID), db_rows_text(rows, C_TEXT)));
	if (*db_rows_text(rows, C_MORE) != '\0')
		g_ptr_array_add(detail->lists, g_strdup(db_rows_text(rows, C_MORE)));
}

/* A use of an own password; *has_own: whose one hasn't ended. */
static void read_own(MailboxDetail *detail, DbRows *rows, GArray *has_own)
{
	guint64 user_id = db_rows_u64(rows, C_ID);

	detail->own_login = MAX(detail->own_login, db_rows_u64(rows, C_AT));
	if (db_rows_u64(rows, C_FLAG) != 0)
		g_array_append_val(has_own, user_id);
}

static void read_detail_forward(Forward *forward, DbRows *rows)
{
	forward->version = db_rows_u64(rows, C_ID);
	forward->ends_at = db_rows_u64(rows, C_AT);
	forward->keep_copy = db_rows_u64(rows, C_FLAG) != 0;
	g_free(forward->ends_on);
	forward->ends_on = g_strdup(db_rows_text(rows, C_MORE));
	g_ptr_array_add(forward->to, g_strdup(db_rows_text(rows, C_TEXT)));
}

static gint by_text(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static gint aliases_by_address(gconstpointer a, gconstpointer b)
{
	return strcmp((*(const MailboxAlias *const *)a)->address,
	        (*(const MailboxAlias *const *)b)->address);
}

/* An address may be named by several lists, and a list may name several addresses. */
static void sort_once(GPtrArray *array, GCompareFunc compare)
{
	g_ptr_array_sort(array, compare);
	for (guint i = array->len; i > 1; i--)
		if (compare(&array->pdata[i - 1], &array->pdata[i - 2]) == 0)
			g_ptr_array_remove_index(array, i - 1);
}

/* As statements of their own would have it: all columns compare by their octets. */
static void sort_detail(MailboxDetail *detail)
{
	mailbox_users_sort(detail->users);
	g_ptr_array_sort(detail->forward->to, by_text);
	sort_once(detail->aliases, aliases_by_address);
	sort_once(detail->lists, by_text);
}

static void find_without(MailboxDetail *detail, const GArray *has_own)
{
	for (guint i = 0; i < detail->users->len; i++) {
		MailboxUser *user = detail->users->pdata[i];
		gboolean has = !user->active;
		for (guint k = 0; k < has_own->len && !has; k++)
			has = g_array_index(has_own, guint64, k) == user->user_id;
		if (!has)
			g_ptr_array_add(detail->without, user);
	}
}

/* users is taken. */
static MailboxDetail *detail_new(guint64 mailbox_id, GPtrArray *users)
{
	MailboxDetail *detail = g_new0(MailboxDetail, 1);

	detail->users = users;
	detail->without = g_ptr_array_new();
	detail->aliases = mailbox_aliases_new();
	detail->lists = g_ptr_array_new_with_free_func(g_free);
	detail->forward = forward_new(mailbox_id);
	return detail;
}

static void read_detail_rows(MailboxDetail *detail, DbRows *rows, GArray *has_own)
{
	while (db_rows_next(rows)) {
		switch (*db_rows_text(rows, C_KIND)) {
		case 'u':
			g_ptr_array_add(detail->users, mailbox_user_read(rows, 0));
			break;
		case 'o':
			read_own(detail, rows, has_own);
			break;
		case 'a':
			read_detail_address(detail, rows);
			break;
		case 'f':
			read_detail_forward(detail->forward, rows);
			break;
		default:
			g_assert_not_reached();
		}
	}
}

static MailboxDetail *detail_of_rows(MailboxDetail *detail, DbRows *rows)
{
	g_autoptr(GArray) has_own = g_array_new(FALSE, FALSE, sizeof(guint64));

	if (rows != NULL)
		read_detail_rows(detail, rows, has_own);
	sort_detail(detail);
	find_without(detail, has_own);
	return detail;
}

MailboxDetail *mailbox_detail_load(Db *db, guint64 mailbox_id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(
	        db, error, SQL_ALL, "uuuu", mailbox_id, mailbox_id, mailbox_id, mailbox_id);

	return rows != NULL ? detail_of_rows(detail_new(mailbox_id, mailbox_users_new()), rows)
	                    : NULL;
}

MailboxDetail *mailbox_detail_complete(
        Db *db, guint64 mailbox_id, gboolean has_more, GPtrArray *users, GError **error)
{
	g_autoptr(GPtrArray) taken = users;
	g_autoptr(DbRows) rows = NULL;

	if (has_more) {
		rows = db_query(db, error, SQL_MORE, "uuu", mailbox_id, mailbox_id, mailbox_id);
		if (rows == NULL)
			return NULL;
	}
	return detail_of_rows(detail_new(mailbox_id, g_steal_pointer(&taken)), rows);
}
