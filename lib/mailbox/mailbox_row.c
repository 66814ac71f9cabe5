/* mailbox_row.c: reads the rows of a list's statement. */
#include "lib/mailbox/mailbox_row.h"

#include <string.h>

#include "lib/db/db_bulk.h"
#include "lib/db/list_page.h"
#include "lib/mailbox/mailbox_usage.h"

G_STATIC_ASSERT(LIST_PAGE < DB_LIST_PAGE);
#define HIDDEN 3 /* mailbox.deleted */
static const char SQL_REST[] =
        "SELECT m.id, o.starts_at, o.ends_at, " MAILBOX_LAST_LOGIN
        " FROM mailbox m LEFT JOIN absence o ON o.mailbox_id = m.id AND o.active = 1"
        " LEFT JOIN mailbox_usage u ON u.username = m.address"
        " WHERE m.id IN " DB_LIST_PAGE_PLACES;
static const char SQL_WHOLE[] = "SELECT " MAILBOX_ROW_COLUMNS " FROM mailbox m" MAILBOX_ROW_USAGE
                                " WHERE m.id IN " DB_LIST_PAGE_PLACES " ORDER BY m.id";
enum { REST_ID, REST_FROM, REST_UNTIL, REST_LOGIN };

enum {
	C_ID,
	C_DOMAIN,
	C_ADDRESS,
	C_NAME,
	C_ACTIVE,
	C_VIP,
	C_QUOTA,
	C_DELETED,
	C_DELETED_AT,
	C_BYTES,
	C_LAST_LOGIN,
	C_KNOWN,
	C_NOTE,
	C_ABSENT,
	C_HAS_OWN,
	C_PEOPLE
};
enum { LIGHT_ADDRESS, LIGHT_ID };

/* The number of users and the first names, a line each. */
static void read_people(MailboxRow *row, const char *people)
{
	if (people == NULL || *people == '\0')
		return;
	const char *names = strchr(people, '\n');
	row->users_count = (guint)g_ascii_strtoull(people, NULL, 10);
	row->users = g_strsplit(names != NULL ? names + 1 : "", "\n", -1);
}

static MailboxRow *row_read(DbRows *rows)
{
	MailboxRow *row = g_new0(MailboxRow, 1);

	row->id = db_rows_u64(rows, C_ID);
	row->domain_id = db_rows_u64(rows, C_DOMAIN);
	row->address = g_strdup(db_rows_text(rows, C_ADDRESS));
	row->email_name = g_strdup(db_rows_text(rows, C_NAME));
	row->active = db_rows_u64(rows, C_ACTIVE) != 0;
	row->vip = db_rows_u64(rows, C_VIP) != 0;
	row->quota_mb = db_rows_u64(rows, C_QUOTA);
	row->deleted = db_rows_u64(rows, C_DELETED) != 0;
	row->hidden = db_rows_u64(rows, C_DELETED) == HIDDEN;
	row->deleted_at = db_rows_u64(rows, C_DELETED_AT);
	row->bytes = db_rows_u64(rows, C_BYTES);
	row->absent = db_rows_u64(rows, C_ABSENT) != 0;
	row->has_own = db_rows_u64(rows, C_HAS_OWN) != 0;
	row->last_login = db_rows_u64(rows, C_LAST_LOGIN);
	row->known = db_rows_u64(rows, C_KNOWN) != 0;
	row->note = g_strdup(db_rows_text(rows, C_NOTE));
	read_people(row, db_rows_text(rows, C_PEOPLE));
	return row;
}

void mailbox_row_free(gpointer data)
{
	MailboxRow *row = data;

	if (row == NULL)
		return;
	g_free(row->address);
	g_free(row->email_name);
	g_free(row->note);
	g_strfreev(row->users);
	g_free(row);
}

GPtrArray *mailbox_rows_read(DbRows *rows)
{
	GPtrArray *list = g_ptr_array_new_with_free_func(mailbox_row_free);

	while (db_rows_next(rows))
		g_ptr_array_add(list, row_read(rows));
	return list;
}

static gboolean has_rest(const MailboxRow *row)
{
	return row->absent || row->has_own;
}

static MailboxRow *row_of(const GPtrArray *rows, guint64 id)
{
	for (guint i = 0; i < rows->len; i++)
		if (((MailboxRow *)rows->pdata[i])->id == id)
			return rows->pdata[i];
	return NULL;
}

gboolean mailbox_rows_complete(Db *db, const GPtrArray *rows, GError **error)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(guint64));
	g_autoptr(DbValues) values = db_values_new();

	for (guint i = 0; i < rows->len; i++)
		if (has_rest(rows->pdata[i]))
			g_array_append_val(ids, ((const MailboxRow *)rows->pdata[i])->id);
	if (ids->len == 0)
		return TRUE;
	db_list_add(values, ids, 0, DB_LIST_PAGE);
	g_autoptr(DbRows) rest = db_query_values(db, error, SQL_REST, values);
	if (rest == NULL)
		return FALSE;
	while (db_rows_next(rest)) {
		MailboxRow *row = row_of(rows, db_rows_u64(rest, REST_ID));
		if (row == NULL)
			continue;
		row->absent_from = db_rows_u64(rest, REST_FROM);
		row->absent_until = db_rows_u64(rest, REST_UNTIL);
		row->last_login = db_rows_u64(rest, REST_LOGIN);
	}
	return TRUE;
}

GArray *mailbox_rows_ids(const GPtrArray *rows)
{
	GArray *ids = g_array_sized_new(FALSE, FALSE, sizeof(guint64), rows->len);

	for (guint i = 0; i < rows->len; i++)
		g_array_append_val(ids, ((const MailboxRow *)rows->pdata[i])->id);
	return ids;
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

GPtrArray *mailbox_rows_whole(Db *db, const GPtrArray *light, gboolean descending, GError **error)
{
	g_autoptr(GPtrArray) whole = g_ptr_array_new_with_free_func(mailbox_row_free);
	g_autoptr(GArray) ids = mailbox_rows_ids(light);

	for (guint done = 0; done < ids->len; done += DB_LIST_PAGE) {
		g_autoptr(DbValues) values = db_values_new();
		db_list_add(values, ids, done, DB_LIST_PAGE);
		g_autoptr(DbRows) rows = db_query_values(db, error, SQL_WHOLE, values);
		if (rows == NULL)
			return NULL;
		g_ptr_array_extend_and_steal(whole, mailbox_rows_read(rows));
	}
	g_ptr_array_sort(whole, descending ? compare_addresses_down : compare_addresses);
	return g_steal_pointer(&whole);
}

GPtrArray *mailbox_rows_read_light(DbRows *rows)
{
	GPtrArray *list = g_ptr_array_new_with_free_func(mailbox_row_free);

	while (db_rows_next(rows)) {
		MailboxRow *row = g_new0(MailboxRow, 1);
		row->address = g_strdup(db_rows_text(rows, LIGHT_ADDRESS));
		row->id = db_rows_u64(rows, LIGHT_ID);
		g_ptr_array_add(list, row);
	}
	return list;
}
