/* absence_reply.c: notes and lists whom absence notes answered. */
#include "lib/journal/absence_reply.h"

#include "lib/base/fold.h"
#include "lib/journal/journal_rows.h"

#define RECIPIENT_MAX 320 /* octets that are kept, RFC 3696's limit of an address */

static const char SQL_ADD[] =
        "INSERT INTO absence_reply (mailbox_id, generation, address, at, entry_id, protected)"
        " SELECT mailbox_id, generation, ?, ?, ?, ? FROM absence WHERE mailbox_id = ?";
/* The entry as journal_visible_one() and the lines of its page show it. */
#define LIST(place)                                                                                \
	"SELECT r.id, r.at, r.generation, r.address"                                               \
	"  FROM absence_reply r JOIN mailbox m ON m.id = r.mailbox_id"                             \
	"  LEFT JOIN journal_reader a ON a.topic = 0 AND a.user_id = ?"                            \
	"   AND a.entry_id = r.entry_id"                                                           \
	"  LEFT JOIN journal_reader o ON o.topic = 0 AND o.user_id = ?"                            \
	"   AND o.entry_id = r.entry_id"                                                           \
	" WHERE r.mailbox_id = ? AND " place "   AND (m.vip = 0 AND r.protected = 0"               \
	"     OR (a.entry_id IS NOT NULL OR o.entry_id IS NOT NULL)"                               \
	"      AND (SELECT COUNT(*) FROM journal_party p WHERE p.entry_id = r.entry_id"            \
	"            AND p.role = 3 AND NOT" JOURNAL_BCC_SHOWN(                                    \
	        "p.mailbox_id", "p.entry_id") ") = 0)"
static const char SQL_LIST[] = LIST(
        "r.at <= ? AND (r.at < ? OR r.id < ?)") " ORDER BY r.at DESC, r.id DESC" LIST_PAGE_LIMIT;
static const char SQL_LIST_BACK[] =
        LIST("r.at >= ? AND (r.at > ? OR r.id > ?)") " ORDER BY r.at, r.id" LIST_PAGE_LIMIT;
enum { C_ID, C_AT, C_GENERATION, C_ADDRESS };

gboolean absence_reply_add(Db *db, guint64 entry_id, guint64 mailbox_id, gboolean is_protected,
        const char *recipient, GError **error)
{
	g_autofree char *valid = g_utf8_make_valid(recipient, -1);

	valid[fold_prefix_length(valid, RECIPIENT_MAX)] = '\0';
	return db_execute(db, error, SQL_ADD, "suutu", valid, entry_id, entry_id, is_protected,
	               mailbox_id) >= 0;
}

static void reply_free(gpointer data)
{
	AbsenceReply *reply = data;

	g_free(reply->address);
	g_free(reply);
}

char *absence_reply_cursor(const AbsenceReply *reply)
{
	return g_strdup_printf("%" G_GUINT64_FORMAT ".%" G_GUINT64_FORMAT, reply->at, reply->id);
}

static void read_reply_cursor(const char *cursor, guint64 *at, guint64 *id)
{
	g_auto(GStrv) parts = g_strsplit(cursor, ".", 3);

	if (g_strv_length(parts) == 2 &&
	        g_ascii_string_to_unsigned(parts[0], 10, 0, G_MAXINT64, at, NULL) &&
	        g_ascii_string_to_unsigned(parts[1], 10, 0, G_MAXINT64, id, NULL))
		return;
	*at = G_MAXINT64;
	*id = G_MAXINT64;
}

typedef struct {
	const JournalViewer *viewer;
	guint64 mailbox_id;
} RepliesOf;

static GPtrArray *read_replies(
        Db *db, gconstpointer list, gboolean backward, const char *cursor, GError **error)
{
	const RepliesOf *of = list;
	const JournalViewer *viewer = of->viewer;
	/* With the right Keine nobody's rows. */
	guint64 any = viewer->none ? JOURNAL_WIDE : viewer->any;
	guint64 own = viewer->none ? JOURNAL_WIDE : viewer->own;
	guint64 at, id;

	read_reply_cursor(cursor, &at, &id);
	g_autoptr(DbRows) rows = db_query(db, error, backward ? SQL_LIST_BACK : SQL_LIST, "uuuuuuu",
	        any, own, of->mailbox_id, at, at, id, viewer->own);
	if (rows == NULL)
		return NULL;
	GPtrArray *replies = g_ptr_array_new_with_free_func(reply_free);
	while (db_rows_next(rows)) {
		AbsenceReply *reply = g_new0(AbsenceReply, 1);
		reply->id = db_rows_u64(rows, C_ID);
		reply->at = db_rows_u64(rows, C_AT);
		reply->generation = db_rows_u64(rows, C_GENERATION);
		reply->address = g_strdup(db_rows_text(rows, C_ADDRESS));
		g_ptr_array_add(replies, reply);
	}
	return replies;
}

ListPage *absence_reply_list(
        Db *db, const JournalViewer *viewer, guint64 mailbox_id, const ListAt *at, GError **error)
{
	const RepliesOf of = {viewer, mailbox_id};

	return list_page(db, read_replies, &of, at, error);
}
