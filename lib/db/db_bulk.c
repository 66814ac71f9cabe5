/* db_bulk.c: inserts many rows with as few statements as there are powers of two; lists for IN. */
#include "lib/db/db_bulk.h"

gboolean db_bulk_insert(Db *db, const char *const sql[DB_BULK], guint count, DbBulkRow row,
        gpointer data, GError **error)
{
	guint done = 0;

	for (guint step = DB_BULK; step-- > 0;) {
		guint size = 1U << step;
		while (count - done >= size) {
			g_autoptr(DbValues) values = db_values_new();
			for (guint i = 0; i < size; i++)
				row(values, done + i, data);
			if (db_execute_values(db, error, sql[step], values) < 0)
				return FALSE;
			done += size;
		}
	}
	return TRUE;
}

void db_list_add(DbValues *values, const GArray *numbers, guint first, guint length)
{
	for (guint i = 0; i < length; i++)
		db_values_add_u64(
		        values, g_array_index(numbers, guint64, MIN(first + i, numbers->len - 1)));
}
