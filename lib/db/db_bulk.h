/* db_bulk.h: many rows by few statements. */
#ifndef POSTSTELLE_LIB_DB_DB_BULK_H
#define POSTSTELLE_LIB_DB_DB_BULK_H

#include "lib/db/db.h"

/*
 * The texts of an INSERT with 1, 2, 4, 8, 16 and 32 rows:
 *   static const char *const SQL_ADD[DB_BULK] =
 *           DB_BULK_INSERT("INSERT INTO t (a, b) VALUES ", "(?, ?)");
 */
#define DB_BULK 6
#define DB_BULK_2(row) row ", " row
#define DB_BULK_4(row) DB_BULK_2(row) ", " DB_BULK_2(row)
#define DB_BULK_8(row) DB_BULK_4(row) ", " DB_BULK_4(row)
#define DB_BULK_16(row) DB_BULK_8(row) ", " DB_BULK_8(row)
#define DB_BULK_32(row) DB_BULK_16(row) ", " DB_BULK_16(row)
#define DB_BULK_INSERT(head, row)                                                                  \
	{                                                                                          \
		head row, head DB_BULK_2(row), head DB_BULK_4(row), head DB_BULK_8(row),           \
		        head DB_BULK_16(row), head DB_BULK_32(row)                                 \
	}

/* Adds the values of row number i (at most 8 of them). */
typedef void (*DbBulkRow)(DbValues *values, guint i, gpointer data);
/* Inserts count rows in their order. FALSE and error if a statement fails. */
gboolean db_bulk_insert(Db *db, const char *const sql[DB_BULK], guint count, DbBulkRow row,
        gpointer data, GError **error);

/* Lists of a fixed length for IN (...): the last value stands again where there are fewer. */
#define DB_LIST 16
#define DB_LIST_PLACES "(" DB_BULK_16("?") ")"
#define DB_LIST_PAGE 64
#define DB_LIST_PAGE_PLACES "(" DB_BULK_32("?") ", " DB_BULK_32("?") ")"
#define DB_LIST_LONG 192
#define DB_LIST_LONG_PLACES                                                                        \
	"(" DB_BULK_32("?") ", " DB_BULK_32("?") ", " DB_BULK_32("?") ", " DB_BULK_32(             \
	        "?") ", " DB_BULK_32("?") ", " DB_BULK_32("?") ")"
/* length numbers (DB_LIST, DB_LIST_PAGE, DB_LIST_LONG) of an array of guint64 that isn't empty,
 * from first on. */
void db_list_add(DbValues *values, const GArray *numbers, guint first, guint length);

#endif
