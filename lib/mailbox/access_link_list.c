/* access_link_list.c: lists access data that was sent, with its state. */
#include "lib/mailbox/access_link_list.h"

#define LIST                                                                                        \
	"SELECT recipient, COALESCE((SELECT CONCAT(u.name, ' (', actor, ')') FROM user u"           \
	" WHERE u.id = made_by), actor), made_at, token_hash IS NULL, sent_at, opened_at, void_at," \
	" expires_at, bounced_at, " DB_NOW                                                          \
	", id FROM access_link FORCE INDEX (access_link_mailbox)"                                   \
	" WHERE mailbox_id = ? AND own_name IS NULL"
static const char SQL_LIST[] = LIST " ORDER BY id DESC LIMIT 20";
static const char SQL_LIST_BY[] = LIST " AND made_by = ? ORDER BY id DESC LIMIT 20";
enum { C_RECIPIENT, C_ACTOR, C_MADE, C_PLAIN, C_SENT, C_OPENED };
enum { C_VOID = C_OPENED + 1, C_EXPIRES, C_BOUNCED, C_NOW, C_ID };

G_STATIC_ASSERT(ACCESS_LINK_LIST == 20);

static void sent_free(gpointer data)
{
	AccessSent *one = data;

	g_free(one->recipient);
	g_free(one->actor);
	g_free(one);
}

static AccessSent *row_to_sent(DbRows *rows)
{
	AccessSent *one = g_new0(AccessSent, 1);

	one->id = db_rows_u64(rows, C_ID);
	one->recipient = g_strdup(db_rows_text(rows, C_RECIPIENT));
	one->actor = g_strdup(db_rows_text(rows, C_ACTOR));
	one->made_at = db_rows_u64(rows, C_MADE);
	one->state_at = db_rows_u64(rows, C_EXPIRES);
	if (db_rows_u64(rows, C_SENT) == 0) {
		one->state = ACCESS_FAILED;
	} else if (db_rows_u64(rows, C_OPENED) != 0) {
		one->state = ACCESS_OPENED;
		one->state_at = db_rows_u64(rows, C_OPENED);
	} else if (db_rows_u64(rows, C_BOUNCED) != 0) {
		one->state = ACCESS_BOUNCED;
		one->state_at = db_rows_u64(rows, C_BOUNCED);
	} else if (db_rows_u64(rows, C_PLAIN) != 0) {
		one->state = ACCESS_PLAIN;
	} else if (db_rows_u64(rows, C_VOID) != 0) {
		one->state = ACCESS_VOID;
		one->state_at = db_rows_u64(rows, C_VOID);
	} else {
		one->state =
		        one->state_at > db_rows_u64(rows, C_NOW) ? ACCESS_WAITS : ACCESS_EXPIRED;
	}
	return one;
}

GPtrArray *access_link_list(Db *db, guint64 mailbox_id, guint64 made_by, GError **error)
{
	g_autoptr(DbRows) rows =
	        made_by == 0 ? db_query(db, error, SQL_LIST, "u", mailbox_id)
	                     : db_query(db, error, SQL_LIST_BY, "uu", mailbox_id, made_by);

	if (rows == NULL)
		return NULL;
	GPtrArray *list = g_ptr_array_new_with_free_func(sent_free);
	while (db_rows_next(rows))
		g_ptr_array_add(list, row_to_sent(rows));
	return list;
}
