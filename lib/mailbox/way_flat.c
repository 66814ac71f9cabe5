/* way_flat.c: follows lists and forwards to their ends, and finds loops. */
#include "lib/mailbox/way_flat.h"

#include "lib/base/error.h"

#define ROWS_MAX (4 * WAY_MAX)

/* What a list or a forward names (x), whose address it is, and whether that is forwarded itself. An
 * address outside may have become the office's. */
#define EDGES                                                                                      \
	"SELECT x.address, x.address_id, a.id, a.list_id, m.id, m.address,"                        \
	"       f.mailbox_id IS NOT NULL AND EXISTS (SELECT 1 FROM forward_to t"                   \
	"         WHERE t.mailbox_id = f.mailbox_id) AND (f.ends_at = 0 OR f.ends_at > " DB_NOW    \
	"),"                                                                                       \
	"       f.keep_copy, f.ends_at FROM "
#define EDGE_TABLES                                                                                \
	" x LEFT JOIN address a ON a.id = COALESCE(x.address_id,"                                  \
	"   (SELECT o.id FROM address o WHERE o.address = x.address))"                             \
	" LEFT JOIN mailbox m ON m.id = a.mailbox_id"                                              \
	" LEFT JOIN forward f ON f.mailbox_id = m.id"
static const char SQL_MEMBERS[] =
        EDGES "mail_list_member" EDGE_TABLES " WHERE x.list_id = ? ORDER BY x.address";
static const char SQL_FORWARDED[] =
        EDGES "forward_to" EDGE_TABLES " WHERE x.mailbox_id = ? ORDER BY x.address";
enum { E_ADDRESS, E_NAMED_ID, E_ID, E_LIST, E_MAILBOX, E_MAIN, E_FORWARDS, E_KEEPS, E_ENDS };
static const char SQL_FORWARD[] =
        "SELECT m.address, f.keep_copy, f.ends_at FROM forward f"
        "  JOIN mailbox m ON m.id = f.mailbox_id WHERE f.mailbox_id = ?"
        "   AND EXISTS (SELECT 1 FROM forward_to t WHERE t.mailbox_id = f.mailbox_id)";
enum { F_MAIN, F_KEEPS, F_ENDS };

typedef struct {
	guint64 starts_at, ends_at;
} Window;

typedef struct {
	Db *db;
	const char *field;
	GPtrArray *ways;
	GHashTable *destinations; /* that are delivered to; borrowed from ways */
	GArray *gates;            /* of the present path */
	GArray *path;             /* WaySource: where it came through */
} Flat;

static void way_free(gpointer data)
{
	Way *way = data;

	g_free(way->destination);
	g_array_unref(way->gates);
	g_free(way);
}

/* What is in both; FALSE: nothing. */
static gboolean narrow(Window *window, guint64 starts_at, guint64 ends_at)
{
	window->starts_at = MAX(window->starts_at, starts_at);
	if (ends_at != 0 && (window->ends_at == 0 || ends_at < window->ends_at))
		window->ends_at = ends_at;
	return window->ends_at == 0 || window->starts_at < window->ends_at;
}

static gboolean add_way(Flat *flat, const char *destination, guint64 reached_id, gboolean delivers,
        const Window *window, GError **error)
{
	Way *way = g_new0(Way, 1);

	*way = (Way){.destination = g_strdup(destination),
	        .reached_id = reached_id,
	        .delivers = delivers,
	        .starts_at = window->starts_at,
	        .ends_at = window->ends_at,
	        .gates = g_array_copy(flat->gates)};
	g_ptr_array_add(flat->ways, way);
	if (delivers)
		g_hash_table_add(flat->destinations, way->destination);
	if (g_hash_table_size(flat->destinations) <= WAY_MAX && flat->ways->len <= ROWS_MAX)
		return TRUE;
	ps_invalid(error, flat->field, "too_many", "more than %d destinations", WAY_MAX);
	return FALSE;
}

static gboolean enter(Flat *flat, guint64 list_id, guint64 mailbox_id, GError **error)
{
	WaySource one = {.list_id = list_id, .mailbox_id = mailbox_id};

	for (guint i = 0; i < flat->path->len; i++) {
		const WaySource *on = &g_array_index(flat->path, WaySource, i);
		if (on->list_id == list_id && on->mailbox_id == mailbox_id) {
			ps_invalid(error, flat->field, "loop", "it would lead back to itself");
			return FALSE;
		}
	}
	g_array_append_val(flat->path, one);
	return TRUE;
}

static void leave(Flat *flat)
{
	g_array_set_size(flat->path, flat->path->len - 1);
}

static gboolean follow(Flat *flat, const char *sql, guint64 id, Window window, GError **error);

/* A mailbox that is forwarded, until its last day, and what it is from then on. */
static gboolean follow_forward(Flat *flat, DbRows *edge, Window window, GError **error)
{
	guint64 mailbox_id = db_rows_u64(edge, E_MAILBOX), ends_at = db_rows_u64(edge, E_ENDS);
	gboolean keeps = db_rows_u64(edge, E_KEEPS) != 0;
	const char *main_address = db_rows_text(edge, E_MAIN);
	Window while_on = window, later = window;

	if (!enter(flat, 0, mailbox_id, error))
		return FALSE;
	if (narrow(&while_on, 0, ends_at) &&
	        (!add_way(flat, main_address, mailbox_id, keeps, &while_on, error) ||
	                !follow(flat, SQL_FORWARDED, mailbox_id, while_on, error)))
		return FALSE;
	leave(flat);
	return ends_at == 0 || !narrow(&later, ends_at, 0) ||
	       add_way(flat, main_address, mailbox_id, TRUE, &later, error);
}

static gboolean follow_own(Flat *flat, DbRows *edge, Window window, GError **error)
{
	guint64 list_id = db_rows_u64(edge, E_LIST);

	if (list_id != 0) {
		if (!enter(flat, list_id, 0, error) ||
		        !follow(flat, SQL_MEMBERS, list_id, window, error))
			return FALSE;
		leave(flat);
		return TRUE;
	}
	if (db_rows_u64(edge, E_FORWARDS) != 0)
		return follow_forward(flat, edge, window, error);
	return add_way(flat, db_rows_text(edge, E_MAIN), db_rows_u64(edge, E_MAILBOX), TRUE,
	        &window, error);
}

/* All that one list or forward names. */
static gboolean follow(Flat *flat, const char *sql, guint64 id, Window window, GError **error)
{
	g_autoptr(DbRows) edge = db_query(flat->db, error, sql, "u", id);

	if (edge == NULL)
		return FALSE;
	while (db_rows_next(edge)) {
		guint64 address_id = db_rows_u64(edge, E_ID);
		gboolean ok = TRUE;
		if (address_id != 0) {
			g_array_append_val(flat->gates, address_id);
			ok = follow_own(flat, edge, window, error);
			g_array_set_size(flat->gates, flat->gates->len - 1);
		} else if (db_rows_is_null(edge, E_NAMED_ID)) {
			ok = add_way(flat, db_rows_text(edge, E_ADDRESS), 0, TRUE, &window, error);
		}
		if (!ok)
			return FALSE;
	}
	return TRUE;
}

/* A forward as the beginning: what stays in the mailbox is a way to itself. */
static gboolean follow_mailbox(Flat *flat, guint64 mailbox_id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(flat->db, error, SQL_FORWARD, "u", mailbox_id);

	if (rows == NULL)
		return FALSE;
	if (!db_rows_next(rows))
		return TRUE;
	Window window = {.ends_at = db_rows_u64(rows, F_ENDS)};
	return enter(flat, 0, mailbox_id, error) &&
	       (db_rows_u64(rows, F_KEEPS) == 0 || add_way(flat, db_rows_text(rows, F_MAIN),
	                                                   mailbox_id, TRUE, &window, error)) &&
	       follow(flat, SQL_FORWARDED, mailbox_id, window, error);
}

GPtrArray *way_flat(Db *db, const WaySource *source, const char *field, GError **error)
{
	static const Window always = {0, 0};
	g_autoptr(GPtrArray) ways = g_ptr_array_new_with_free_func(way_free);
	g_autoptr(GHashTable) destinations = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GArray) gates = g_array_new(FALSE, FALSE, sizeof(guint64));
	g_autoptr(GArray) path = g_array_new(FALSE, FALSE, sizeof(WaySource));
	Flat flat = {.db = db,
	        .field = field,
	        .ways = ways,
	        .destinations = destinations,
	        .gates = gates,
	        .path = path};
	gboolean ok = source->list_id != 0
	                      ? enter(&flat, source->list_id, 0, error) &&
	                                follow(&flat, SQL_MEMBERS, source->list_id, always, error)
	                      : follow_mailbox(&flat, source->mailbox_id, error);

	return ok ? g_steal_pointer(&ways) : NULL;
}
