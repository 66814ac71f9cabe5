/* db_statement.c: makes room for the columns of a prepared statement, once for all its runs. */
#include "lib/db/db_statement.h"

static gboolean is_number_type(enum enum_field_types type)
{
	switch (type) {
	case MYSQL_TYPE_TINY:
	case MYSQL_TYPE_SHORT:
	case MYSQL_TYPE_INT24:
	case MYSQL_TYPE_LONG:
	case MYSQL_TYPE_LONGLONG:
		return TRUE;
	default:
		return FALSE;
	}
}

static void bind_column(DbColumn *column, MYSQL_BIND *bind, const MYSQL_FIELD *field)
{
	bind->is_null = &column->is_null;
	bind->length = &column->length;
	if (is_number_type(field->type)) {
		bind->buffer_type = MYSQL_TYPE_LONGLONG;
		bind->buffer = &column->number;
		bind->is_unsigned = (field->flags & UNSIGNED_FLAG) != 0;
		return;
	}
	column->buffer = g_malloc(DB_TEXT_BUFFER);
	bind->buffer_type = MYSQL_TYPE_STRING;
	bind->buffer = column->buffer;
	bind->buffer_length = DB_TEXT_BUFFER;
}

DbStatement *db_statement_new(MYSQL_STMT *stmt)
{
	DbStatement *statement = g_new0(DbStatement, 1);
	MYSQL_RES *meta = mysql_stmt_result_metadata(stmt);

	statement->stmt = stmt;
	if (meta == NULL)
		return statement;
	statement->columns = mysql_num_fields(meta);
	statement->binds = g_new0(MYSQL_BIND, statement->columns);
	statement->column = g_new0(DbColumn, statement->columns);
	for (guint i = 0; i < statement->columns; i++)
		bind_column(&statement->column[i], &statement->binds[i],
		        mysql_fetch_field_direct(meta, i));
	mysql_free_result(meta);
	return statement;
}

void db_statement_free(gpointer data)
{
	DbStatement *statement = data;

	mysql_stmt_close(statement->stmt);
	for (guint i = 0; i < statement->columns; i++)
		g_free(statement->column[i].buffer);
	g_free(statement->column);
	g_free(statement->binds);
	g_free(statement);
}
