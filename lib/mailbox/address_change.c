/* address_change.c: notes changes of addresses with the time by which they are over. */
#include "lib/mailbox/address_change.h"

#define SLACK_US (10 * G_USEC_PER_SEC) /* no question takes longer */

/* In the future until it is over: a COMMIT takes its time. */
#define STILL DB_NOW " + 5000000"

static const char SQL_ADD[] =
        "INSERT INTO address_change (at, address, mailbox_id) VALUES (" STILL ", ?, ?)";
static const char SQL_ADD_ALL[] =
        "INSERT INTO address_change (at, address, mailbox_id)"
        " SELECT " STILL ", address, mailbox_id FROM address WHERE mailbox_id = ?";
static const char SQL_ADD_WAY[] = "INSERT INTO address_change (at, address, mailbox_id)"
                                  " SELECT " STILL ", address, 0 FROM address"
                                  " WHERE list_id = ? OR mailbox_id = ?";
/* What leads over an address of a mailbox, or of a domain. */
static const char SQL_ADD_GATES[] =
        "INSERT INTO address_change (at, address, mailbox_id)"
        " SELECT " STILL ", s.address, 0 FROM (SELECT DISTINCT g.list_id, g.mailbox_id"
        "   FROM address a JOIN way_gate g ON g.address_id = a.id"
        "  WHERE a.mailbox_id = ? OR a.domain_id = ?) w"
        "  JOIN address s ON s.list_id = w.list_id OR s.mailbox_id = w.mailbox_id";
static const char SQL_OVER[] =
        "UPDATE address_change SET at = " DB_NOW " WHERE at > " DB_NOW " AND mailbox_id = ?";
static const char SQL_SINCE[] =
        "SELECT address, mailbox_id, at, " DB_NOW " FROM address_change WHERE at > " DB_NOW " - ?";
enum { C_ADDRESS, C_MAILBOX, C_AT, C_NOW };

gboolean address_change_add(Db *db, const char *address, guint64 mailbox_id, GError **error)
{
	return db_execute(db, error, SQL_ADD, "au", address, mailbox_id) == 1;
}

gboolean address_change_add_all(Db *db, guint64 mailbox_id, GError **error)
{
	return db_execute(db, error, SQL_ADD_ALL, "u", mailbox_id) >= 0;
}

gboolean address_change_add_way(Db *db, guint64 list_id, guint64 mailbox_id, GError **error)
{
	return db_execute(db, error, SQL_ADD_WAY, "uu", list_id, mailbox_id) >= 0;
}

gboolean address_change_add_gates(Db *db, guint64 mailbox_id, guint64 domain_id, GError **error)
{
	return db_execute(db, error, SQL_ADD_GATES, "uu", mailbox_id, domain_id) >= 0;
}

void address_change_over(Db *db, guint64 mailbox_id)
{
	if (!db_in_transaction(db))
		db_execute(db, NULL, SQL_OVER, "u", mailbox_id);
}

gboolean address_change_since(Db *db, gint64 began, AddressChangeConcerns concerns, gpointer data,
        gboolean *concerned, GError **error)
{
	gint64 elapsed = g_get_monotonic_time() - began;

	/* What was changed before that isn't known any more. */
	*concerned = elapsed > (ADDRESS_CHANGE_DAYS - 1) * G_TIME_SPAN_DAY;
	if (*concerned)
		return TRUE;
	g_autoptr(DbRows) rows = db_query(db, error, SQL_SINCE, "u", (guint64)(elapsed + SLACK_US));
	if (rows == NULL)
		return FALSE;
	/* The database's clock was read before this moment: what is computed from both is not
	 * later than it began. */
	elapsed = g_get_monotonic_time() - began;
	while (!*concerned && db_rows_next(rows))
		*concerned =
		        db_rows_i64(rows, C_AT) > db_rows_i64(rows, C_NOW) - elapsed &&
		        concerns(db_rows_text(rows, C_ADDRESS), db_rows_u64(rows, C_MAILBOX), data);
	return TRUE;
}
