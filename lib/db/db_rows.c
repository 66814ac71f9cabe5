/* db_rows.c: the rows of a query, copied out of the client library as soon as they arrive: they
 * outlive the statement, the connection, and every other query. */
#include "lib/db/db_rows.h"

#include <string.h>

#include "lib/db/db_statement.h"

#define MAX_COLUMNS 64 /* bits of DbRows.numbers */

typedef struct {
	guint64 value; /* a number, or where the text begins in octets */
	gsize length;  /* of a text, which ends with a NUL beside that */
	gboolean is_null;
} Cell;

struct DbRows {
	guint columns;
	guint64 numbers; /* bit i: column i is a number */
	gint64 row;      /* -1: before the first */
	GArray *cells;   /* Cell, row after row */
	GByteArray *octets;
};

/* A text that didn't fit its buffer is read once more, to where it stays. */
static gboolean read_long_text(DbStatement *statement, guint i, guint8 *target)
{
	const DbColumn *column = &statement->column[i];
	unsigned long length = 0;
	db_bool is_null = 0, is_cut = 0;
	MYSQL_BIND bind = {.buffer_type = MYSQL_TYPE_STRING,
	        .buffer = target,
	        .buffer_length = column->length,
	        .length = &length,
	        .is_null = &is_null,
	        .error = &is_cut};

	return mysql_stmt_fetch_column(statement->stmt, &bind, i, 0) == 0;
}

static gboolean copy_text(DbRows *rows, DbStatement *statement, guint i, Cell *cell)
{
	const DbColumn *column = &statement->column[i];
	guint start = rows->octets->len;

	cell->value = start;
	cell->length = column->length;
	g_byte_array_set_size(rows->octets, start + (guint)column->length + 1);
	rows->octets->data[start + column->length] = '\0';
	if (column->length > DB_TEXT_BUFFER)
		return read_long_text(statement, i, rows->octets->data + start);
	memcpy(rows->octets->data + start, column->buffer, column->length);
	return TRUE;
}

static gboolean copy_row(DbRows *rows, DbStatement *statement)
{
	guint first = rows->cells->len;

	g_array_set_size(rows->cells, first + rows->columns);
	for (guint i = 0; i < rows->columns; i++) {
		const DbColumn *column = &statement->column[i];
		Cell *cell = &g_array_index(rows->cells, Cell, first + i);

		*cell = (Cell){.is_null = column->is_null != 0};
		if (!cell->is_null && column->buffer == NULL)
			cell->value = column->number;
		else if (!cell->is_null && !copy_text(rows, statement, i, cell))
			return FALSE;
	}
	return TRUE;
}

DbRows *db_rows_read(DbStatement *statement)
{
	g_autoptr(DbRows) rows = g_new0(DbRows, 1);
	int status = 0;

	g_assert(statement->columns > 0 && statement->columns <= MAX_COLUMNS);
	rows->columns = statement->columns;
	rows->row = -1;
	rows->cells = g_array_new(FALSE, FALSE, sizeof(Cell));
	rows->octets = g_byte_array_new();
	for (guint i = 0; i < rows->columns; i++)
		if (statement->column[i].buffer == NULL)
			rows->numbers |= G_GUINT64_CONSTANT(1) << i;
	/* The library forgets where to put a row when it prepares a statement again by itself. */
	if (mysql_stmt_bind_result(statement->stmt, statement->binds) != 0)
		return NULL;
	while ((status = mysql_stmt_fetch(statement->stmt)) == 0 || status == MYSQL_DATA_TRUNCATED)
		if (!copy_row(rows, statement))
			return NULL;
	if (status != MYSQL_NO_DATA)
		return NULL;
	mysql_stmt_free_result(statement->stmt);
	return g_steal_pointer(&rows);
}

gboolean db_rows_next(DbRows *rows)
{
	gsize first = (gsize)(rows->row + 1) * rows->columns;

	if (first >= rows->cells->len)
		return FALSE;
	rows->row++;
	return TRUE;
}

static const Cell *cell_of(const DbRows *rows, guint column)
{
	gsize at = (gsize)rows->row * rows->columns + column;

	g_assert(rows->row >= 0 && column < rows->columns && at < rows->cells->len);
	return &g_array_index(rows->cells, Cell, at);
}

static gboolean is_number(const DbRows *rows, guint column)
{
	return (rows->numbers >> column & 1) != 0;
}

const guint8 *db_rows_blob(DbRows *rows, guint column, gsize *length)
{
	const Cell *cell = cell_of(rows, column);

	g_assert(!is_number(rows, column));
	*length = cell->is_null ? 0 : cell->length;
	return cell->is_null ? NULL : rows->octets->data + cell->value;
}

const char *db_rows_text(DbRows *rows, guint column)
{
	gsize length;

	return (const char *)db_rows_blob(rows, column, &length);
}

guint64 db_rows_u64(DbRows *rows, guint column)
{
	if (!is_number(rows, column)) { /* DECIMAL, as SUM() makes it */
		const char *digits = db_rows_text(rows, column);
		return digits != NULL ? g_ascii_strtoull(digits, NULL, 10) : 0;
	}
	return db_rows_is_null(rows, column) ? 0 : cell_of(rows, column)->value;
}

gint64 db_rows_i64(DbRows *rows, guint column)
{
	g_assert(is_number(rows, column));
	return db_rows_is_null(rows, column) ? 0 : (gint64)cell_of(rows, column)->value;
}

gboolean db_rows_is_null(DbRows *rows, guint column)
{
	return cell_of(rows, column)->is_null;
}

void db_rows_free(DbRows *rows)
{
	if (rows == NULL)
		return;
	g_array_unref(rows->cells);
	g_byte_array_unref(rows->octets);
	g_free(rows);
}

GPtrArray *db_rows_texts(DbRows *rows)
{
	GPtrArray *texts = g_ptr_array_new_with_free_func(g_free);

	while (db_rows_next(rows))
		g_ptr_array_add(texts, g_strdup(db_rows_text(rows, 0)));
	return texts;
}
