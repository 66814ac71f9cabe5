/* way.c: writes the ways of lists and forwards, and of those that lead to them. */
#include "lib/mailbox/way.h"

#include "lib/db/db_bulk.h"
#include "lib/mailbox/address_change.h"

static const char SQL_BEGIN[] = "UPDATE guard SET value = value + 1 WHERE name = 'ways'";
#define OF_SOURCE " WHERE list_id = ? AND mailbox_id = ?"
static const char SQL_REMOVE[] = "DELETE FROM way" OF_SOURCE;
static const char SQL_REMOVE_GATES[] = "DELETE FROM way_gate" OF_SOURCE;
static const char *const SQL_ADD[DB_BULK] = DB_BULK_INSERT(
        "INSERT INTO way (list_id, mailbox_id, place, destination, reached_id, delivers,"
        " starts_at, ends_at) VALUES ",
        "(?, ?, ?, ?, ?, ?, ?, ?)");
static const char *const SQL_ADD_GATE[DB_BULK] = DB_BULK_INSERT(
        "INSERT IGNORE INTO way_gate (list_id, mailbox_id, place, address_id) VALUES ",
        "(?, ?, ?, ?)");
/* What names an address of it. */
static const char SQL_PARENTS[] =
        "SELECT x.list_id, 0 FROM mail_list_member x JOIN address a ON a.id = x.address_id"
        " WHERE a.list_id = ? OR a.mailbox_id = ?"
        " UNION SELECT 0, x.mailbox_id FROM forward_to x JOIN address a ON a.id = x.address_id"
        " WHERE a.list_id = ? OR a.mailbox_id = ?";
enum { PARENT_LIST, PARENT_MAILBOX };
/* As the mail servers find it (views.sql, mail_list_way). */
static const char SQL_NOW[] = "SELECT DISTINCT w.destination FROM mail_way_open w" OF_SOURCE
                              " AND (w.delivers = 1 OR NOT EXISTS (SELECT 1 FROM mail_way_open o"
                              "   WHERE o.list_id = 0 AND o.mailbox_id = w.reached_id))"
                              " ORDER BY w.destination";

gboolean way_begin(Db *db, GError **error)
{
	return db_execute(db, error, SQL_BEGIN, "") == 1;
}

typedef struct {
	const WaySource *source;
	GPtrArray *ways;
	GArray *gates; /* Gate */
} WayRows;

typedef struct {
	guint place;
	guint64 address_id;
} Gate;

static void add_way_row(DbValues *values, guint i, gpointer data)
{
	const WayRows *rows = data;
	const Way *way = rows->ways->pdata[i];

	db_values_add_u64(values, rows->source->list_id);
	db_values_add_u64(values, rows->source->mailbox_id);
	db_values_add_u64(values, i);
	db_values_add_text(values, way->destination);
	db_values_add_u64(values, way->reached_id);
	db_values_add_u64(values, way->delivers);
	db_values_add_u64(values, way->starts_at);
	db_values_add_u64(values, way->ends_at);
}

static void add_gate_row(DbValues *values, guint i, gpointer data)
{
	const WayRows *rows = data;
	const Gate *gate = &g_array_index(rows->gates, Gate, i);

	db_values_add_u64(values, rows->source->list_id);
	db_values_add_u64(values, rows->source->mailbox_id);
	db_values_add_u64(values, gate->place);
	db_values_add_u64(values, gate->address_id);
}

static gboolean write_ways(Db *db, const WaySource *source, const char *field, GError **error)
{
	g_autoptr(GPtrArray) ways = way_flat(db, source, field, error);
	g_autoptr(GArray) gates = g_array_new(FALSE, FALSE, sizeof(Gate));
	WayRows rows = {.source = source, .ways = ways, .gates = gates};

	for (guint i = 0; ways != NULL && i < ways->len; i++) {
		const Way *way = ways->pdata[i];
		for (guint j = 0; j < way->gates->len; j++) {
			Gate gate = {
			        .place = i, .address_id = g_array_index(way->gates, guint64, j)};
			g_array_append_val(gates, gate);
		}
	}
	return ways != NULL &&
	       db_execute(db, error, SQL_REMOVE_GATES, "uu", source->list_id, source->mailbox_id) >=
	               0 &&
	       db_execute(db, error, SQL_REMOVE, "uu", source->list_id, source->mailbox_id) >= 0 &&
	       db_bulk_insert(db, SQL_ADD, ways->len, add_way_row, &rows, error) &&
	       db_bulk_insert(db, SQL_ADD_GATE, gates->len, add_gate_row, &rows, error) &&
	       address_change_add_way(db, source->list_id, source->mailbox_id, error);
}

static gboolean is_listed(const GArray *sources, const WaySource *one)
{
	for (guint i = 0; i < sources->len; i++) {
		const WaySource *other = &g_array_index(sources, WaySource, i);
		if (other->list_id == one->list_id && other->mailbox_id == one->mailbox_id)
			return TRUE;
	}
	return FALSE;
}

static gboolean add_parents(Db *db, GArray *sources, const WaySource *source, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_PARENTS, "uuuu", source->list_id,
	        source->mailbox_id, source->list_id, source->mailbox_id);

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows)) {
		WaySource parent = {.list_id = db_rows_u64(rows, PARENT_LIST),
		        .mailbox_id = db_rows_u64(rows, PARENT_MAILBOX)};
		if (!is_listed(sources, &parent))
			g_array_append_val(sources, parent);
	}
	return TRUE;
}

gboolean way_follow(Db *db, const WaySource *source, const char *field, GError **error)
{
	g_autoptr(GArray) sources = g_array_new(FALSE, FALSE, sizeof(WaySource));

	g_array_append_val(sources, *source);
	for (guint i = 0; i < sources->len; i++) {
		WaySource one = g_array_index(sources, WaySource, i);
		if (!write_ways(db, &one, field, error) || !add_parents(db, sources, &one, error))
			return FALSE;
	}
	return TRUE;
}

gboolean way_note_mailbox(Db *db, guint64 mailbox_id, GError **error)
{
	return address_change_add_gates(db, mailbox_id, 0, error);
}

gboolean way_note_domain(Db *db, guint64 domain_id, GError **error)
{
	if (!address_change_add_gates(db, 0, domain_id, error))
		return FALSE;
	address_change_over(db, 0);
	return TRUE;
}

GPtrArray *way_now(Db *db, const WaySource *source, GError **error)
{
	g_autoptr(DbRows) rows =
	        db_query(db, error, SQL_NOW, "uu", source->list_id, source->mailbox_id);

	return rows != NULL ? db_rows_texts(rows) : NULL;
}
