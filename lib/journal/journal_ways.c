/* journal_ways.c: reads where the addresses of a mail lead, in the snapshot that resolved them. */
#include "lib/journal/journal_ways.h"

#include <string.h>

#include "lib/base/address.h"
#include "lib/journal/journal_address.h"

/* Whether it takes mail the mail server has asked: of another one no unknown address is accepted.
 */
static const char SQL_CATCH_ALL[] =
        "SELECT d.name, o.catch_all FROM domain o JOIN domain d ON d.id = o.id OR d.alias_of = o.id"
        " WHERE o.catch_all IS NOT NULL";
enum { CATCH_DOMAIN, CATCH_MAILBOX };

static void add_through(JournalResolved *one, guint64 mailbox_id)
{
	if (one->through == NULL)
		one->through = g_array_new(FALSE, FALSE, sizeof(guint64));
	g_array_append_val(one->through, mailbox_id);
}

/* What nobody has, in a domain with an Auffang-Postfach. */
static gboolean find_caught(Db *db, GHashTable *resolved, GError **error)
{
	g_autoptr(GHashTable) catchers =
	        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_autoptr(DbRows) rows = db_query(db, error, SQL_CATCH_ALL, "");
	GHashTableIter iter;
	gpointer value;

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows)) {
		guint64 mailbox_id = db_rows_u64(rows, CATCH_MAILBOX);
		g_hash_table_insert(catchers, g_strdup(db_rows_text(rows, CATCH_DOMAIN)),
		        g_memdup2(&mailbox_id, sizeof(mailbox_id)));
	}
	g_hash_table_iter_init(&iter, resolved);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		JournalResolved *one = value;
		const char *at = strrchr(one->normal, '@');
		const guint64 *mailbox_id =
		        one->is_known || at == NULL ? NULL : g_hash_table_lookup(catchers, at + 1);
		if (mailbox_id == NULL)
			continue;
		one->caught_by = *mailbox_id;
		add_through(one, *mailbox_id);
	}
	return TRUE;
}

gboolean journal_ways_find(Db *db, GHashTable *resolved, GError **error)
{
	return find_caught(db, resolved, error);
}
