/* journal_ways.c: reads where the addresses of a mail lead, in the snapshot that resolved them. */
#include "lib/journal/journal_ways.h"

#include <string.h>

#include "lib/base/address.h"
#include "lib/base/error.h"
#include "lib/db/db_bulk.h"
#include "lib/journal/journal_address.h"

/* Whether it takes mail the mail server has asked: of another one no unknown address is accepted.
 */
static const char SQL_CATCH_ALL[] =
        "SELECT d.name, o.catch_all FROM domain d JOIN domain o ON o.id IN (d.id, d.alias_of)"
        "  JOIN mailbox m ON m.id = o.catch_all AND m.deleted < 2"
        " WHERE d.name IN " DB_LIST_PLACES;
enum { CATCH_DOMAIN, CATCH_MAILBOX };
#define WAYS(where)                                                                                \
	"SELECT w.list_id, w.mailbox_id, w.reached_id, w.starts_at, w.ends_at, " DB_NOW            \
	"  FROM way w WHERE " where " AND w.reached_id > 0 AND NOT EXISTS (SELECT 1"               \
	"  FROM mail_way_shut s WHERE s.list_id = w.list_id AND s.mailbox_id = w.mailbox_id"       \
	"   AND s.place = w.place)"
static const char SQL_OF_LISTS[] = WAYS("w.list_id IN " DB_LIST_PLACES " AND w.mailbox_id = 0");
static const char SQL_OF_MAILBOXES[] =
        WAYS("w.list_id = 0 AND w.mailbox_id IN " DB_LIST_LONG_PLACES);
static const char SQL_OF_FEW_MAILBOXES[] =
        WAYS("w.list_id = 0 AND w.mailbox_id IN " DB_LIST_PLACES);
enum { W_LIST, W_MAILBOX, W_REACHED, W_STARTS, W_ENDS, W_NOW };
static const char SQL_MAY_WRITE[] =
        "SELECT l.address, l.who <> 'members' OR EXISTS (SELECT 1 FROM way w"
        "   WHERE w.list_id = l.id AND w.mailbox_id = 0"
        "     AND ((w.reached_id > 0 AND w.reached_id = ?)"
        "       OR (w.reached_id = 0 AND w.destination = CONVERT(? USING ascii))))"
        "  FROM mail_list l WHERE l.id = ?";
enum { LIST_ADDRESS, LIST_OPEN };

static void add_through(JournalResolved *one, guint64 mailbox_id)
{
	if (one->through == NULL)
		one->through = g_array_new(FALSE, FALSE, sizeof(guint64));
	g_array_append_val(one->through, mailbox_id);
}

/* A sender outside, as postsrsd writes it: reports to it are sent on to that sender. */
static gboolean is_srs(const char *address)
{
	return (g_str_has_prefix(address, "srs0") || g_str_has_prefix(address, "srs1")) &&
	       address[4] != '\0' && strchr("-+=", address[4]) != NULL;
}

/* The domain of an address that nobody has; NULL: somebody has it, or it is none. Borrowed. */
static const char *unknown_domain(const JournalResolved *one)
{
	const char *at = strrchr(one->normal, '@');

	return one->is_known || at == NULL || is_srs(one->normal) || !g_str_is_ascii(at) ? NULL
	                                                                                 : at + 1;
}

/* Domains of addresses that nobody has, each once. Borrowed. Free: g_ptr_array_unref(). */
static GPtrArray *unknown_domains(GHashTable *resolved)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	GPtrArray *domains = g_ptr_array_new();
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, resolved);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const char *domain = unknown_domain(value);
		if (domain != NULL && g_hash_table_add(seen, (gpointer)(guintptr)domain))
			g_ptr_array_add(domains, (gpointer)(guintptr)domain);
	}
	return domains;
}

/* Fills catchers (domain -> the mailbox's number). */
static gboolean read_catchers(
        Db *db, const GPtrArray *domains, GHashTable *catchers, GError **error)
{
	for (guint first = 0; first < domains->len; first += DB_LIST) {
		g_autoptr(DbValues) values = db_values_new();
		for (guint i = 0; i < DB_LIST; i++)
			db_values_add_text(
			        values, domains->pdata[MIN(first + i, domains->len - 1)]);
		g_autoptr(DbRows) rows = db_query_values(db, error, SQL_CATCH_ALL, values);
		if (rows == NULL)
			return FALSE;
		while (db_rows_next(rows)) {
			guint64 mailbox_id = db_rows_u64(rows, CATCH_MAILBOX);
			g_hash_table_insert(catchers, g_strdup(db_rows_text(rows, CATCH_DOMAIN)),
			        g_memdup2(&mailbox_id, sizeof(mailbox_id)));
		}
	}
	return TRUE;
}

/* What nobody has, in a domain with an Auffang-Postfach. */
static gboolean find_caught(Db *db, GHashTable *resolved, GError **error)
{
	g_autoptr(GHashTable) catchers =
	        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_autoptr(GPtrArray) domains = unknown_domains(resolved);
	GHashTableIter iter;
	gpointer value;

	if (!read_catchers(db, domains, catchers, error))
		return FALSE;
	g_hash_table_iter_init(&iter, resolved);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		JournalResolved *one = value;
		const char *domain = unknown_domain(one);
		const guint64 *mailbox_id =
		        domain != NULL ? g_hash_table_lookup(catchers, domain) : NULL;
		if (mailbox_id == NULL)
			continue;
		one->caught_by = *mailbox_id;
		add_through(one, *mailbox_id);
	}
	return TRUE;
}

/* Lists or mailboxes of the mail, and the addresses that are theirs. */
typedef struct {
	GArray *ids;        /* guint64 */
	GHashTable *owners; /* number -> GPtrArray of JournalResolved */
	gint64 began;
	gboolean changed;
} Sources;

static void list_free(gpointer list)
{
	g_ptr_array_unref(list);
}

static void add_source(Sources *sources, guint64 id, JournalResolved *one)
{
	GPtrArray *owners = g_hash_table_lookup(sources->owners, &id);

	if (owners == NULL) {
		owners = g_ptr_array_new();
		g_hash_table_insert(sources->owners, g_memdup2(&id, sizeof(id)), owners);
		g_array_append_val(sources->ids, id);
	}
	g_ptr_array_add(owners, one);
}

static gboolean holds_at(DbRows *row, guint64 instant)
{
	guint64 ends_at = db_rows_u64(row, W_ENDS);

	return db_rows_u64(row, W_STARTS) <= instant && (ends_at == 0 || instant < ends_at);
}

static void take_way(Sources *sources, DbRows *row)
{
	guint64 now = db_rows_u64(row, W_NOW), id = db_rows_u64(row, W_LIST);
	guint64 elapsed =
	        sources->began != 0 ? (guint64)(g_get_monotonic_time() - sources->began) : 0;

	sources->changed = sources->changed || holds_at(row, now) != holds_at(row, now - elapsed);
	if (!holds_at(row, now))
		return;
	if (id == 0)
		id = db_rows_u64(row, W_MAILBOX);
	const GPtrArray *owners = g_hash_table_lookup(sources->owners, &id);
	for (guint i = 0; i < owners->len; i++)
		add_through(owners->pdata[i], db_rows_u64(row, W_REACHED));
}

static gboolean read_ways(Db *db, const char *sql, guint length, Sources *sources, GError **error)
{
	for (guint first = 0; first < sources->ids->len; first += length) {
		g_autoptr(DbValues) values = db_values_new();
		db_list_add(values, sources->ids, first, length);
		g_autoptr(DbRows) rows = db_query_values(db, error, sql, values);
		if (rows == NULL)
			return FALSE;
		while (db_rows_next(rows))
			take_way(sources, rows);
	}
	return TRUE;
}

static Sources sources_new(gint64 began)
{
	return (Sources){.ids = g_array_new(FALSE, FALSE, sizeof(guint64)),
	        .owners = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, list_free),
	        .began = began};
}

static void sources_clear(Sources *sources)
{
	g_array_unref(sources->ids);
	g_hash_table_unref(sources->owners);
}

gboolean journal_ways_find(
        Db *db, GHashTable *resolved, gint64 began, gboolean *changed, GError **error)
{
	Sources lists = sources_new(began), mailboxes = sources_new(began);
	GHashTableIter iter;
	gpointer value;
	gboolean ok = find_caught(db, resolved, error);

	g_hash_table_iter_init(&iter, resolved);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		JournalResolved *one = value;
		guint64 mailbox_id = journal_address_mailbox(one);
		if (one->list_id != 0 && one->leads_on)
			add_source(&lists, one->list_id, one);
		else if (mailbox_id != 0 && (one->leads_on || one->caught_by != 0))
			add_source(&mailboxes, mailbox_id, one);
	}
	gboolean few = mailboxes.ids->len <= DB_LIST;
	ok = ok && read_ways(db, SQL_OF_LISTS, DB_LIST, &lists, error) &&
	     read_ways(db, few ? SQL_OF_FEW_MAILBOXES : SQL_OF_MAILBOXES,
	             few ? DB_LIST : DB_LIST_LONG, &mailboxes, error);
	*changed = lists.changed || mailboxes.changed;
	sources_clear(&lists);
	sources_clear(&mailboxes);
	return ok;
}

gboolean journal_ways_may_write(
        Db *db, const JournalMail *mail, guint64 sender_id, guint64 list_id, GError **error)
{
	/* What this machine sends itself goes everywhere. */
	if (mail->service != JOURNAL_OUTSIDE && mail->service != JOURNAL_SUBMISSION)
		return TRUE;
	g_autofree char *from = journal_address_normal(
	        mail->service == JOURNAL_OUTSIDE && mail->envelope_from != NULL
	                ? mail->envelope_from
	                : "");
	g_autoptr(DbRows) rows = db_query(db, error, SQL_MAY_WRITE, "usu", sender_id,
	        g_str_is_ascii(from) ? from : "", list_id);
	if (rows == NULL)
		return FALSE;
	if (!db_rows_next(rows) || db_rows_u64(rows, LIST_OPEN) != 0)
		return TRUE;
	g_set_error(error, PS_ERROR, PS_ERROR_FORBIDDEN, "Only members may write to %s",
	        db_rows_text(rows, LIST_ADDRESS));
	return FALSE;
}
