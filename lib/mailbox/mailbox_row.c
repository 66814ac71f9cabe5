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
	C_ABSENT,
	C_ABSENT_FROM,
	C_ABSENT_UNTIL,
	C_USER,
	C_REMOVED_AT,
	C_USER_NAME,
	C_USER_ACTIVE,
	C_LEARNT,
	C_SEEN
};

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
	row->known = db_rows_u64(rows, C_SEEN) != 0;
	return row;
}

void mailbox_row_free(gpointer data)
{
	MailboxRow *row = data;

	if (row == NULL)
		return;
	g_free(row->address);
	g_free(row->email_name);
	if (row->users != NULL)
		g_ptr_array_unref(row->users);
	g_free(row);
}

/* The people of the mailbox that is being read. */
typedef struct {
	GArray *assigned; /* numbers of users */
	GArray *former;   /* likewise: active ones who were assigned and may know the password */
} People;

static void add_person(MailboxRow *row, People *people, DbRows *rows)
{
	guint64 user_id = db_rows_u64(rows, C_USER);
	gboolean active = db_rows_u64(rows, C_USER_ACTIVE) != 0;
	gboolean learnt = db_rows_u64(rows, C_LEARNT) != 0;

	if (user_id == 0)
		return;
	row->known = row->known || (learnt && !active);
	if (db_rows_u64(rows, C_REMOVED_AT) != 0) {
		if (active && learnt)
			g_array_append_val(people->former, user_id);
		return;
	}
	g_array_append_val(people->assigned, user_id);
	if (row->users == NULL)
		row->users = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(row->users, g_strdup(db_rows_text(rows, C_USER_NAME)));
}

static gboolean holds_id(const GArray *ids, guint64 id)
{
	for (guint i = 0; i < ids->len; i++)
		if (g_array_index(ids, guint64, i) == id)
			return TRUE;
	return FALSE;
}

static gint compare_user_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void finish_row(MailboxRow *row, People *people)
{
	for (guint i = 0; i < people->former->len; i++)
		if (!holds_id(people->assigned, g_array_index(people->former, guint64, i)))
			row->known = TRUE;
	g_array_set_size(people->former, 0);
	g_array_set_size(people->assigned, 0);
	if (row->users == NULL)
		return;
	row->users_count = row->users->len;
	g_ptr_array_sort(row->users, compare_user_names);
	g_ptr_array_set_size(row->users, (gint)MIN(row->users_count, MAILBOX_ROW_NAMES));
}

GPtrArray *mailbox_rows_read(DbRows *rows)
{
	GPtrArray *list = g_ptr_array_new_with_free_func(mailbox_row_free);
	People people = {g_array_new(FALSE, FALSE, sizeof(guint64)),
	        g_array_new(FALSE, FALSE, sizeof(guint64))};
	MailboxRow *row = NULL;

	while (db_rows_next(rows)) {
		guint64 id = db_rows_u64(rows, C_ID);
		if (row == NULL || id == 0 || row->id != id) {
			if (row != NULL)
				finish_row(row, &people);
			row = row_read(rows);
			g_ptr_array_add(list, row);
		}
		add_person(row, &people, rows);
	}
	if (row != NULL)
		finish_row(row, &people);
	g_array_unref(people.assigned);
	g_array_unref(people.former);
	return list;
}
