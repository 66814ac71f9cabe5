/* mailbox_opened.c: reads a session and a mailbox with its users together: what each statement
 * costs before it reads a row is most of what such a page costs. */
#include "lib/mailbox/mailbox_opened.h"

#include "lib/base/token.h"

static const char SQL[] = "SELECT " SESSION_COLUMNS(
        "0") ", " MAILBOX_COLUMNS ", " MAILBOX_USER_COLUMNS ","
             " m.has_own OR m.has_ways OR EXISTS (SELECT 1 FROM address ma"
             "  WHERE ma.mailbox_id = m.id AND ma.is_alias = 1)"
             " FROM " SESSION_TABLES " LEFT JOIN mailbox m ON m.id = ? AND m.deleted < 2"
             " " MAILBOX_JOINED " LEFT JOIN assignment pa ON " MAILBOX_USER_ASSIGNMENT " = m.id"
             " LEFT JOIN user pu ON pu.id = pa.user_id WHERE " SESSION_IS;
enum {
	C_MAILBOX = SESSION_COLUMN_COUNT,
	C_USER = C_MAILBOX + MAILBOX_COLUMN_COUNT,
	C_HAS_MORE = C_USER + MAILBOX_USER_COLUMN_COUNT
};

void mailbox_opened_free(MailboxOpened *opened)
{
	if (opened == NULL)
		return;
	mailbox_free(opened->mailbox);
	g_clear_pointer(&opened->users, g_ptr_array_unref);
	g_free(opened);
}

/* The row read and those that follow. */
static MailboxOpened *read_opened(DbRows *rows)
{
	MailboxOpened *opened = g_new0(MailboxOpened, 1);

	opened->users = mailbox_users_new();
	if (db_rows_is_null(rows, C_MAILBOX))
		return opened;
	opened->mailbox = mailbox_read(rows, C_MAILBOX);
	opened->has_more = db_rows_u64(rows, C_HAS_MORE) != 0;
	if (db_rows_is_null(rows, C_USER))
		return opened;
	do {
		g_ptr_array_add(opened->users, mailbox_user_read(rows, C_USER));
	} while (db_rows_next(rows));
	return opened;
}

gboolean mailbox_opened_load(Db *db, const Config *config, const char *token, guint64 mailbox_id,
        Session **session, MailboxOpened **opened, GError **error)
{
	TokenHash hash = token_hash(token);
	g_autoptr(DbRows) rows =
	        db_query(db, error, SQL, "ub", mailbox_id, hash.octets, sizeof(hash.octets));

	*session = NULL;
	*opened = NULL;
	if (rows == NULL)
		return FALSE;
	if (!db_rows_next(rows))
		return TRUE;
	if (!session_read(db, config, token, rows, session, error))
		return FALSE;
	if (*session != NULL)
		*opened = read_opened(rows);
	return TRUE;
}
