/* mailbox_attention.c: counts what needs a look, each by a key and at most so far. */
#include "lib/mailbox/mailbox_attention.h"

#include "lib/mailbox/mailbox_ending.h"

G_STATIC_ASSERT(MAILBOX_ATTENTION_MAX == 20);
#define COUNT(of) "(SELECT COUNT(*) FROM (SELECT 1 FROM " of " LIMIT 21) n)"
#define MARK(column)                                                                               \
	COUNT("mailbox FORCE INDEX (mailbox_" column ") WHERE deleted = 0 AND " column " = 1")
#define FULL COUNT("mailbox_usage FORCE INDEX (mailbox_usage_full) WHERE nearly_full = 1")
#define ENDING COUNT("mailbox FORCE INDEX (mailbox_ending) WHERE " MAILBOX_ENDING)
static const char SQL_COUNTS[] =
        "SELECT " MARK("known") ", " MARK("unassigned") ", " FULL ", " ENDING;
enum { C_KNOWN, C_UNASSIGNED, C_FULL, C_ENDING };

gboolean mailbox_attention(Db *db, MailboxAttention *attention, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_COUNTS, "");

	if (rows == NULL)
		return FALSE;
	if (db_rows_next(rows))
		*attention = (MailboxAttention){.known = db_rows_u64(rows, C_KNOWN),
		        .unassigned = db_rows_u64(rows, C_UNASSIGNED),
		        .full = db_rows_u64(rows, C_FULL),
		        .ending = db_rows_u64(rows, C_ENDING)};
	return TRUE;
}
