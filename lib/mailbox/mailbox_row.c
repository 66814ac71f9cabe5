/* mailbox_row.c: reads the rows of a list's statement, of which one mailbox may have several. */
#include "lib/mailbox/mailbox_row.h"

#include <string.h>

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
	C_PASSWORD_AT,
	C_BYTES,
	C_LAST_LOGIN,
	C_NEARLY_FULL,
	C_UNASSIGNED,
	C_KNOWN,
	C_NOTE,
	C_ABSENT,
	C_ABSENT_FROM,
	C_ABSENT_UNTIL,
	C_USER_NAME
};
enum { LIGHT_ADDRESS, LIGHT_ID };

char *mailbox_row_select(const char *from, const char *order)
{
	return g_strconcat("SELECT " MAILBOX_ROW_COLUMNS " FROM ", from,
	        MAILBOX_ROW_USAGE MAILBOX_ROW_PEOPLE " ORDER BY ", order, NULL);
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
	row->deleted_at = db_rows_u64(rows, C_DELETED_AT);
	row->password_changed_at = db_rows_u64(rows, C_PASSWORD_AT);
	row->bytes = db_rows_u64(rows, C_BYTES);
	row->absent = db_rows_u64(rows, C_ABSENT) != 0;
	row->absent_from = db_rows_u64(rows, C_ABSENT_FROM);
	row->absent_until = db_rows_u64(rows, C_ABSENT_UNTIL);
	row->last_login = db_rows_u64(rows, C_LAST_LOGIN);
	row->nearly_full = db_rows_u64(rows, C_NEARLY_FULL) != 0;
	row->unassigned = db_rows_u64(rows, C_UNASSIGNED) != 0;
	row->known = db_rows_u64(rows, C_KNOWN) != 0;
	row->note = g_strdup(db_rows_text(rows, C_NOTE));
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
	if (row->users != NULL)
		g_ptr_array_unref(row->users);
	g_free(row);
}

static void add_user(MailboxRow *row, DbRows *rows)
{
	const char *name = db_rows_text(rows, C_USER_NAME);

	if (name == NULL)
		return;
	if (row->users == NULL)
		row->users = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(row->users, g_strdup(name));
}

static gint compare_user_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The first of the names, when all are there. */
static void finish_row(MailboxRow *row)
{
	if (row->users == NULL)
		return;
	row->users_count = row->users->len;
	g_ptr_array_sort(row->users, compare_user_names);
	g_ptr_array_set_size(row->users, (gint)MIN(row->users_count, MAILBOX_ROW_NAMES));
}

GPtrArray *mailbox_rows_read(DbRows *rows)
{
	GPtrArray *list = g_ptr_array_new_with_free_func(mailbox_row_free);
	MailboxRow *row = NULL;

	while (db_rows_next(rows)) {
		guint64 id = db_rows_u64(rows, C_ID);
		if (row == NULL || id == 0 || row->id != id) {
			if (row != NULL)
				finish_row(row);
			row = row_read(rows);
			g_ptr_array_add(list, row);
		}
		add_user(row, rows);
	}
	if (row != NULL)
		finish_row(row);
	return list;
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
