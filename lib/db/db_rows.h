/* db_rows.h: the rows of a query: read at once, they own what they hold. */
#ifndef POSTSTELLE_LIB_DB_DB_ROWS_H
#define POSTSTELLE_LIB_DB_DB_ROWS_H

#include <glib.h>

typedef struct DbRows DbRows;

/* Moves to the next row (the first call to the first). FALSE: no more rows. */
gboolean db_rows_next(DbRows *rows);
/* A column (from 0) of the current row. text and blob are NULL for SQL NULL, borrowed from rows;
 * numbers are 0 for SQL NULL. */
const char *db_rows_text(DbRows *rows, guint column);
const guint8 *db_rows_blob(DbRows *rows, guint column, gsize *length);
guint64 db_rows_u64(DbRows *rows, guint column);
gint64 db_rows_i64(DbRows *rows, guint column);
gboolean db_rows_is_null(DbRows *rows, guint column);
/* The first column of all rows that are left, as texts. Free: g_ptr_array_unref(). */
GPtrArray *db_rows_texts(DbRows *rows);
void db_rows_free(DbRows *rows);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DbRows, db_rows_free)

/* For db.c: all rows of a statement that was just executed. NULL: the client library knows why (the
 * statement's error). */
struct DbStatement;
DbRows *db_rows_read(struct DbStatement *statement);

#endif
