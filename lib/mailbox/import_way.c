/* import_way.c: keeps the ways of an import, and writes them when its mailboxes are there. */
#include "lib/mailbox/import_way.h"

#include <string.h>

#include "lib/base/error.h"
#include "lib/db/db_bulk.h"
#include "lib/mailbox/catch_all.h"
#include "lib/mailbox/forward.h"
#include "lib/mailbox/mail_list.h"
#include "lib/mailbox/way.h"

#define TYPE "(ysbas)"

static const char *const SQL_KEEP[DB_BULK] =
        DB_BULK_INSERT("INSERT INTO import_way (run_id, place, content) VALUES ", "(?, ?, ?)");
static const char SQL_KEPT[] = "SELECT content FROM import_way WHERE run_id = ? ORDER BY place";
static const char SQL_MAILBOX[] = "SELECT mailbox_id FROM address WHERE address = ?";

MovedWay *moved_way_new(MovedKind kind, const char *address)
{
	MovedWay *way = g_new0(MovedWay, 1);

	way->kind = kind;
	way->address = g_strdup(address);
	way->to = g_ptr_array_new_with_free_func(g_free);
	return way;
}

void moved_way_free(gpointer data)
{
	MovedWay *way = data;

	if (way == NULL)
		return;
	g_free(way->address);
	g_ptr_array_unref(way->to);
	g_free(way);
}

/* ---- kept ---- */

typedef struct {
	guint64 run_id;
	GPtrArray *contents;
} KeepWays;

/* Free: g_free(). */
static char *content_of(const MovedWay *way)
{
	g_autoptr(GVariant) all = g_variant_ref_sink(g_variant_new("(ysb@as)", (guchar)way->kind,
	        way->address, way->keep_copy,
	        g_variant_new_strv((const char *const *)way->to->pdata, (gssize)way->to->len)));

	return g_variant_print(all, FALSE);
}

static void add_kept(DbValues *values, guint i, gpointer data)
{
	const KeepWays *work = data;

	db_values_add_u64(values, work->run_id);
	db_values_add_u64(values, i);
	db_values_add_text(values, work->contents->pdata[i]);
}

static gboolean keep_ways(Db *db, gpointer data, GError **error)
{
	KeepWays *work = data;

	return db_bulk_insert(db, SQL_KEEP, work->contents->len, add_kept, work, error);
}

gboolean import_way_keep(Db *db, guint64 run_id, const GPtrArray *ways, GError **error)
{
	g_autoptr(GPtrArray) contents = g_ptr_array_new_with_free_func(g_free);
	KeepWays work = {run_id, contents};

	for (guint i = 0; i < ways->len; i++)
		g_ptr_array_add(contents, content_of(ways->pdata[i]));
	return db_transaction(db, keep_ways, &work, error);
}

/* NULL: it is no such text. */
static MovedWay *read_kept(const char *text)
{
	g_autoptr(GVariant) all = g_variant_parse(G_VARIANT_TYPE(TYPE), text, NULL, NULL, NULL);
	g_autoptr(GVariantIter) to = NULL;
	const char *address;
	guchar kind;
	char *one;

	if (all == NULL)
		return NULL;
	MovedWay *way = moved_way_new(MOVED_LIST, "");
	g_variant_get(all, "(y&sbas)", &kind, &address, &way->keep_copy, &to);
	way->kind = (MovedKind)kind;
	g_free(way->address);
	way->address = g_strdup(address);
	while (g_variant_iter_next(to, "s", &one))
		g_ptr_array_add(way->to, one);
	return way;
}

GPtrArray *import_way_begin(Db *db, guint64 run_id, GError **error)
{
	g_autoptr(GPtrArray) ways = g_ptr_array_new_with_free_func(moved_way_free);
	g_autoptr(DbRows) rows = db_query(db, error, SQL_KEPT, "u", run_id);

	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows)) {
		MovedWay *way = read_kept(db_rows_text(rows, 0));
		if (way == NULL) {
			g_set_error(error, PS_ERROR, PS_ERROR_INTERNAL,
			        "a way of import %" G_GUINT64_FORMAT " can't be read", run_id);
			return NULL;
		}
		g_ptr_array_add(ways, way);
	}
	return ways->len == 0 || way_begin(db, error) ? g_steal_pointer(&ways) : NULL;
}

/* ---- written ---- */

static gboolean mailbox_named_by(Db *db, const char *address, guint64 *id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_MAILBOX, "a", address);

	if (rows == NULL)
		return FALSE;
	*id = db_rows_next(rows) && !db_rows_is_null(rows, 0) ? db_rows_u64(rows, 0) : 0;
	if (*id == 0)
		ps_invalid(error, "mailbox", "unknown", "%s is no mailbox", address);
	return *id != 0;
}

static gboolean fill_members(
        Db *db, const Actor *actor, const MovedWay *way, guint64 id, GError **error)
{
	g_autoptr(MailList) list = mail_list_load(db, id, error);

	if (list == NULL)
		return FALSE;
	g_ptr_array_unref(list->members);
	list->members = g_ptr_array_ref(way->to);
	return mail_list_save(db, actor, list, error);
}

static gboolean forward_there(Db *db, const Actor *actor, const MovedWay *way, GError **error)
{
	guint64 id;
	g_autoptr(Forward) forward =
	        mailbox_named_by(db, way->address, &id, error) ? forward_load(db, id, error) : NULL;

	if (forward == NULL)
		return FALSE;
	forward->keep_copy = way->keep_copy;
	g_ptr_array_unref(forward->to);
	forward->to = g_ptr_array_ref(way->to);
	return forward_save(db, actor, forward, error);
}

static gboolean catch_there(Db *db, const Actor *actor, const MovedWay *way, GError **error)
{
	g_autoptr(GPtrArray) domains = domain_list(db, error);
	guint64 id;

	if (domains == NULL || !mailbox_named_by(db, way->address, &id, error))
		return FALSE;
	for (guint i = 0; i < domains->len; i++) {
		const Domain *domain = domains->pdata[i];
		if (strcmp(domain->name, way->to->pdata[0]) == 0)
			return catch_all_set(db, actor, domain, id, error);
	}
	ps_invalid(error, "domain", "foreign", "there is no domain %s", (char *)way->to->pdata[0]);
	return FALSE;
}

/* Lists first, without members, as all else may lead to them; their members last, so that what they
 * lead to is computed once. None of these addresses took mail before, so that no mail is under way
 * to where one led (address_change.h). */
gboolean import_way_write(Db *db, const ImportRun *run, const GPtrArray *ways, GError **error)
{
	const Actor actor = {.user_id = run->actor_id, .login = run->actor};
	g_autofree guint64 *ids = g_new0(guint64, ways->len + 1);

	for (guint i = 0; i < ways->len; i++) {
		const MovedWay *way = ways->pdata[i];
		if (way->kind == MOVED_LIST &&
		        !mail_list_create(db, &actor, way->address, &ids[i], error))
			return FALSE;
	}
	for (guint i = 0; i < ways->len; i++) {
		const MovedWay *way = ways->pdata[i];
		if ((way->kind == MOVED_FORWARD && !forward_there(db, &actor, way, error)) ||
		        (way->kind == MOVED_CATCH_ALL && !catch_there(db, &actor, way, error)))
			return FALSE;
	}
	for (guint i = 0; i < ways->len; i++)
		if (ids[i] != 0 && !fill_members(db, &actor, ways->pdata[i], ids[i], error))
			return FALSE;
	return TRUE;
}
