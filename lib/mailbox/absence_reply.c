/* absence_reply.c: notes and lists whom absence notes answered. */
#include "lib/mailbox/absence_reply.h"

#include "lib/base/fold.h"

#define RECIPIENT_MAX 320 /* octets that are kept, RFC 3696's limit of an address */

static const char SQL_ADD[] =
        "INSERT INTO absence_reply (mailbox_id, generation, address, at)"
        " SELECT n.mailbox_id, n.generation, ?, " DB_NOW
        "   FROM address a JOIN absence n ON n.mailbox_id = a.mailbox_id WHERE a.address = ?";
static const char SQL_LIST[] = "SELECT id, at, generation, address FROM absence_reply"
                               " WHERE mailbox_id = ? AND at <= ? AND (at < ? OR id < ?)"
                               " ORDER BY at DESC, id DESC LIMIT 51";

G_STATIC_ASSERT(ABSENCE_REPLY_PAGE == 50);

gboolean absence_reply_add(
        Db *db, const char *mailbox_address, const char *recipient, GError **error)
{
	g_autofree char *address = g_ascii_strdown(mailbox_address, -1);
	g_autofree char *valid = g_utf8_make_valid(recipient, -1);

	if (!g_str_is_ascii(address))
		return TRUE;
	valid[fold_prefix_length(valid, RECIPIENT_MAX)] = '\0';
	return db_execute(db, error, SQL_ADD, "sa", valid, address) >= 0;
}

static void reply_free(gpointer data)
{
	AbsenceReply *reply = data;

	g_free(reply->address);
	g_free(reply);
}

void absence_reply_page_free(AbsenceReplyPage *page)
{
	if (page == NULL)
		return;
	g_ptr_array_unref(page->replies);
	g_free(page->next);
	g_free(page);
}

/* "AT.ID" of the last row of the page before. */
static void read_reply_cursor(const char *after, guint64 *at, guint64 *id)
{
	g_auto(GStrv) parts = g_strsplit(after, ".", 3);

	if (g_strv_length(parts) == 2 &&
	        g_ascii_string_to_unsigned(parts[0], 10, 0, G_MAXINT64, at, NULL) &&
	        g_ascii_string_to_unsigned(parts[1], 10, 0, G_MAXINT64, id, NULL))
		return;
	*at = G_MAXINT64;
	*id = G_MAXINT64;
}

AbsenceReplyPage *absence_reply_list(Db *db, guint64 mailbox_id, const char *after, GError **error)
{
	guint64 at, id;

	read_reply_cursor(after, &at, &id);
	g_autoptr(DbRows) rows = db_query(db, error, SQL_LIST, "uuuu", mailbox_id, at, at, id);
	if (rows == NULL)
		return NULL;
	AbsenceReplyPage *page = g_new0(AbsenceReplyPage, 1);
	page->replies = g_ptr_array_new_with_free_func(reply_free);
	while (db_rows_next(rows)) {
		if (page->replies->len == ABSENCE_REPLY_PAGE) {
			page->next =
			        g_strdup_printf("%" G_GUINT64_FORMAT ".%" G_GUINT64_FORMAT, at, id);
			break;
		}
		AbsenceReply *reply = g_new0(AbsenceReply, 1);
		id = db_rows_u64(rows, 0);
		at = db_rows_u64(rows, 1);
		reply->at = at;
		reply->generation = db_rows_u64(rows, 2);
		reply->address = g_strdup(db_rows_text(rows, 3));
		g_ptr_array_add(page->replies, reply);
	}
	return page;
}
