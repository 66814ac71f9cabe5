/* mailbox_csv.c: writes mailboxes as CSV, a page of the list at a time. */
#include "lib/mailbox/mailbox_csv.h"

#include <string.h>

#include "lib/base/address_readable.h"
#include "lib/db/db_bulk.h"

#define HEAD                                                                                       \
	"\xef\xbb\xbf"                                                                             \
	"address;name;state;vip;quota_mb;aliases;users;last_login;note;user_names;user_emails\r\n"

G_STATIC_ASSERT(LIST_PAGE <= DB_LIST_PAGE);
static const char SQL_ALIASES[] =
        "SELECT mailbox_id, address FROM address WHERE is_alias = 1"
        " AND twin_of IS NULL AND mailbox_id IN " DB_LIST_PAGE_PLACES " ORDER BY address";
#define OF_USERS(column)                                                                           \
	"SELECT a.mailbox_id, " column " FROM assignment a JOIN user u ON u.id = a.user_id"        \
	" WHERE a.removed_at = 0 AND a.mailbox_id IN " DB_LIST_PAGE_PLACES " ORDER BY u.login"
static const char SQL_LOGINS[] = OF_USERS("u.login");
/* What stands between them isn't in them. */
static const char SQL_NAMES[] = OF_USERS("REPLACE(u.name, ';', ',')");
static const char SQL_EMAILS[] = OF_USERS("u.contact_email");
enum { C_MAILBOX, C_TEXT };
enum { ALIASES, LOGINS, NAMES, EMAILS, JOINED };

gboolean mailbox_csv_is_risky(const char *text)
{
	text += strspn(text, "'");
	return *text != '\0' && strchr("=+-@\t\r", *text) != NULL;
}

void mailbox_csv_cell(GString *row, const char *text)
{
	g_autoptr(GString) safe = g_string_new(text);

	if (mailbox_csv_is_risky(text))
		g_string_prepend_c(safe, '\'');
	if (strpbrk(safe->str, ";\"\r\n") == NULL) {
		g_string_append(row, safe->str);
		return;
	}
	g_string_replace(safe, "\"", "\"\"", 0);
	g_string_append_printf(row, "\"%s\"", safe->str);
}

/* What belongs to each mailbox of a page, behind one another: number -> text. */
static GHashTable *joined(
        Db *db, const char *sql, const char *between, const GArray *ids, GError **error)
{
	g_autoptr(DbValues) values = db_values_new();
	GHashTable *texts = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);

	db_list_add(values, ids, 0, DB_LIST_PAGE);
	g_autoptr(DbRows) rows = db_query_values(db, error, sql, values);
	if (rows == NULL) {
		g_hash_table_unref(texts);
		return NULL;
	}
	while (db_rows_next(rows)) {
		gint64 id = (gint64)db_rows_u64(rows, C_MAILBOX);
		const char *before = g_hash_table_lookup(texts, &id);
		g_autofree char *text = address_readable(db_rows_text(rows, C_TEXT));
		char *whole =
		        before != NULL ? g_strconcat(before, between, text, NULL) : g_strdup(text);
		g_hash_table_insert(texts, g_memdup2(&id, sizeof(id)), whole);
	}
	return texts;
}

/* ISO 8601 in UTC, which spreadsheet programs read; empty: never. */
static void write_last_login(GString *out, guint64 seconds)
{
	g_string_append_c(out, ';');
	if (seconds == 0)
		return;
	g_autoptr(GDateTime) at = g_date_time_new_from_unix_utc((gint64)seconds);
	g_autofree char *text = at != NULL ? g_date_time_format(at, "%Y-%m-%d %H:%M:%SZ") : NULL;
	g_string_append(out, text != NULL ? text : "");
}

static void write_joined(GString *out, GHashTable *texts, gint64 id)
{
	const char *text = g_hash_table_lookup(texts, &id);

	g_string_append_c(out, ';');
	mailbox_csv_cell(out, text != NULL ? text : "");
}

static void write_row(GString *out, const MailboxRow *row, GHashTable *texts[JOINED])
{
	gint64 id = (gint64)row->id;
	g_autofree char *address = address_readable(row->address);

	mailbox_csv_cell(out, address);
	g_string_append_c(out, ';');
	mailbox_csv_cell(out, row->email_name);
	g_string_append_printf(out, ";%s;%d;%" G_GUINT64_FORMAT,
	        row->deleted  ? "deleted"
	        : row->active ? "active"
	                      : "inactive",
	        row->vip, row->quota_mb);
	write_joined(out, texts[ALIASES], id);
	write_joined(out, texts[LOGINS], id);
	write_last_login(out, row->last_login);
	g_string_append_c(out, ';');
	mailbox_csv_cell(out, row->note != NULL ? row->note : "");
	write_joined(out, texts[NAMES], id);
	write_joined(out, texts[EMAILS], id);
	g_string_append(out, "\r\n");
}

static gboolean write_page(Db *db, const GPtrArray *rows, GString *out, GError **error)
{
	static const char *const sql[JOINED] = {SQL_ALIASES, SQL_LOGINS, SQL_NAMES, SQL_EMAILS};
	static const char *const between[JOINED] = {", ", ", ", "; ", "; "};
	g_autoptr(GArray) ids = mailbox_rows_ids(rows);
	GHashTable *texts[JOINED] = {NULL};
	guint count = 0;

	while (count < JOINED &&
	        (texts[count] = joined(db, sql[count], between[count], ids, error)) != NULL)
		count++;
	for (guint i = 0; count == JOINED && i < rows->len; i++)
		write_row(out, rows->pdata[i], texts);
	for (guint i = 0; i < count; i++)
		g_hash_table_unref(texts[i]);
	return count == JOINED;
}

gboolean mailbox_csv_write(
        Db *db, const MailboxFilter *filter, MailboxCsvSink sink, gpointer data, GError **error)
{
	MailboxFilter next = *filter;
	g_autofree char *after = g_strdup("");

	sink(HEAD, strlen(HEAD), data);
	while (after != NULL) {
		g_autoptr(GString) out = g_string_new(NULL);
		next.after = after;
		g_autoptr(MailboxPage) page = mailbox_list(db, &next, error);
		if (page == NULL ||
		        (page->rows->len > 0 && !write_page(db, page->rows, out, error)))
			return FALSE;
		sink(out->str, out->len, data);
		g_free(after);
		after = g_strdup(page->next);
	}
	return TRUE;
}
