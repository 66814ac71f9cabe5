/* send_limit.c: counts what mailboxes send, by the minute, and notes whose mails were refused. */
#include "lib/mailbox/send_limit.h"

#include "lib/base/error.h"
#include "lib/office/notice.h"

#define HOUR_US "3600000000"
#define THIS_MINUTE "(UNIX_TIMESTAMP() DIV 60)"

#define MOST "COALESCE(m.send_limit, s.send_limit)"
#define SENDER                                                                                     \
	"  FROM address a JOIN mailbox m ON m.id = a.mailbox_id JOIN setting s ON s.id = 1"        \
	" WHERE a.address = ?"
/* No row: it is more than the limit, or there is none. */
static const char SQL_COUNT[] =
        "INSERT INTO send_count (mailbox_id, minute, recipients) SELECT m.id, " THIS_MINUTE
        ", ?" SENDER " AND " MOST " > 0 AND COALESCE((SELECT SUM(c.recipients) FROM send_count c"
        "   WHERE c.mailbox_id = m.id AND c.minute > " THIS_MINUTE " - 60), 0) + ? <= " MOST
        " ON DUPLICATE KEY UPDATE recipients = send_count.recipients + VALUES(recipients)";
static const char SQL_IS_LIMITED[] = "SELECT 1" SENDER " AND " MOST " > 0";
static const char SQL_FORGET[] =
        "DELETE FROM send_count WHERE mailbox_id = (SELECT a.mailbox_id FROM address a"
        "  WHERE a.address = ?) AND minute + 60 <= " THIS_MINUTE;
static const char SQL_MAILBOX[] = "SELECT mailbox_id FROM address WHERE address = ?";
static const char SQL_BEGIN[] =
        "INSERT IGNORE INTO send_refusal (mailbox_id, first_at, last_at, mails)"
        " VALUES (?, 0, 0, 0)";
static const char SQL_MUST_TELL[] = "SELECT told_at < " DB_NOW " - ? * " HOUR_US
                                    " FROM send_refusal WHERE mailbox_id = ? FOR UPDATE";
/* Evaluated from left to right: last_at is the one before until it is set. */
static const char SQL_REFUSED[] =
        "UPDATE send_refusal SET first_at = IF(last_at < " DB_NOW " - " HOUR_US ", " DB_NOW
        ", first_at), mails = IF(last_at < " DB_NOW " - " HOUR_US
        ", 1, mails + 1), told_at = IF(?, " DB_NOW ", told_at), last_at = " DB_NOW
        " WHERE mailbox_id = ?";

/* What is stored as NULL; SQL_UPDATE of mailbox.c has the same number. */
G_STATIC_ASSERT(SEND_LIMIT_OF_OFFICE == -1);

gint64 send_limit_of(DbRows *rows, guint column)
{
	return db_rows_is_null(rows, column) ? SEND_LIMIT_OF_OFFICE
	                                     : (gint64)db_rows_u64(rows, column);
}

char *send_limit_text(gint64 send_limit)
{
	return send_limit == SEND_LIMIT_OF_OFFICE
	               ? g_strdup("")
	               : g_strdup_printf("%" G_GINT64_FORMAT, send_limit);
}

gboolean send_limit_check(gint64 send_limit, GError **error)
{
	if (send_limit >= SEND_LIMIT_OF_OFFICE && send_limit <= SEND_LIMIT_MAX)
		return TRUE;
	ps_invalid(error, "send_limit", "number", "the limit is above %d", SEND_LIMIT_MAX);
	return FALSE;
}

gboolean send_limit_count(
        Db *db, const char *address, guint64 recipients, gboolean *within, GError **error)
{
	g_autofree char *lower = g_ascii_strdown(address, -1);
	gint64 changed = db_execute(db, error, SQL_COUNT, "uau", recipients, lower, recipients);

	*within = TRUE;
	if (changed < 0)
		return FALSE;
	/* The first mail of this minute. */
	if (changed == 1)
		return db_execute(db, error, SQL_FORGET, "a", lower) >= 0;
	if (changed > 0)
		return TRUE;
	g_autoptr(DbRows) rows = db_query(db, error, SQL_IS_LIMITED, "a", lower);
	if (rows == NULL)
		return FALSE;
	*within = !db_rows_next(rows);
	return TRUE;
}

static gboolean note_refusal(Db *db, gpointer data, GError **error)
{
	const guint64 *mailbox_id = data;

	if (db_execute(db, error, SQL_BEGIN, "u", *mailbox_id) < 0)
		return FALSE;
	g_autoptr(DbRows) rows = db_query(
	        db, error, SQL_MUST_TELL, "uu", (guint64)SEND_LIMIT_TELL_HOURS, *mailbox_id);
	if (rows == NULL)
		return FALSE;
	gboolean tell = db_rows_next(rows) && db_rows_u64(rows, 0) != 0;
	return db_execute(db, error, SQL_REFUSED, "tu", tell, *mailbox_id) >= 0 &&
	       (!tell || notice_add_administrators(db, NOTICE_SEND_LIMIT, *mailbox_id, error));
}

gboolean send_limit_refused(Db *db, const char *address, GError **error)
{
	g_autofree char *lower = g_ascii_strdown(address, -1);
	g_autoptr(DbRows) rows = db_query(db, error, SQL_MAILBOX, "a", lower);

	if (rows == NULL)
		return FALSE;
	if (!db_rows_next(rows))
		return TRUE;
	guint64 mailbox_id = db_rows_u64(rows, 0);
	return db_transaction(db, note_refusal, &mailbox_id, error);
}
