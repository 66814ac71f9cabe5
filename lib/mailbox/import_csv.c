/* import_csv.c: reads a table with libcsv, cell by cell, and says what is wrong with a cell. */
#include "lib/mailbox/import_csv.h"

#include <errno.h>
#include <string.h>

#include <csv.h>

#include "lib/base/error.h"
#include "lib/base/text_check.h"
#include "lib/mailbox/import_cell.h"
#include "lib/mailbox/import_people.h"
#include "lib/mailbox/mailbox_csv.h"

#define PIECE 65536

const char *const import_columns[] = {"address", "name", "state", "vip", "quota_mb", "aliases",
        "users", "user_names", "user_emails", "password_hash", "note", "last_login", NULL};

typedef struct {
	GPtrArray *lines, *faults;
	GArray *columns; /* numbers of import_columns by the head; -1: unknown */
	gboolean has_head, too_many;
	guint line;        /* that is being read ... */
	guint record;      /* ... and in which the row began */
	gboolean in_quote; /* at the end of what was read */
	/* The row so far. */
	guint cells;
	gboolean any;
	ImportLine *row;
	char *names, *emails; /* cells about the row's users; NULL: none */
	guint faults_before;
} TableReader;

/* Without the apostrophe that took the danger from it (mailbox_csv.h). */
static const char *unarmed(const char *cell)
{
	return *cell == '\'' && mailbox_csv_is_risky(cell) ? cell + 1 : cell;
}

static void read_head(TableReader *reader, const char *cell)
{
	g_autofree char *lower = g_ascii_strdown(cell, -1);
	gint column = -1;

	g_strstrip(lower);
	for (gint i = 0; import_columns[i] != NULL; i++)
		if (strcmp(import_columns[i], lower) == 0)
			column = i;
	for (guint i = 0; i < reader->columns->len; i++)
		if (column >= 0 && g_array_index(reader->columns, gint, i) == column)
			column = -1;
	if (column < 0 && *lower != '\0')
		import_fault_add(reader->faults, reader->record, "", "name", cell, 0);
	g_array_append_val(reader->columns, column);
}

/* What belongs to another cell of the row waits for that. */
static void keep_cell(TableReader *reader, const char *column, const char *text)
{
	char **kept = strcmp(column, "user_names") == 0    ? &reader->names
	              : strcmp(column, "user_emails") == 0 ? &reader->emails
	                                                   : NULL;

	if (kept == NULL) {
		import_cell(reader->row, column, text, reader->faults);
		return;
	}
	g_free(*kept);
	*kept = text_strip(g_strdup(text));
}

static void read_cell(void *text, size_t size, void *data)
{
	TableReader *reader = data;
	const char *cell = text != NULL ? text : "";
	guint number = reader->cells++;

	if (size > 0)
		reader->any = TRUE;
	if (reader->row == NULL) {
		reader->row = import_line_new(reader->record);
		reader->faults_before = reader->faults->len;
	}
	gint column = -1;
	if (reader->has_head && number < reader->columns->len)
		column = g_array_index(reader->columns, gint, number);
	const char *name = column >= 0 ? import_columns[column] : "";
	if (size > IMPORT_CELL_MAX || strlen(cell) != size || !g_utf8_validate(cell, -1, NULL)) {
		import_fault_add(reader->faults, reader->record, name,
		        size > IMPORT_CELL_MAX ? "too_long" : "utf8", cell, 0);
		if (!reader->has_head)
			read_head(reader, "");
	} else if (!reader->has_head) {
		read_head(reader, cell);
	} else if (number >= reader->columns->len) {
		if (size > 0)
			import_fault_add(reader->faults, reader->record, "", "cells", cell, 0);
	} else if (column >= 0) {
		keep_cell(reader, name, unarmed(cell));
	}
}

static gboolean has_address(const TableReader *reader)
{
	for (guint i = 0; i < reader->columns->len; i++)
		if (g_array_index(reader->columns, gint, i) == 0)
			return TRUE;
	return FALSE;
}

static void end_row(TableReader *reader)
{
	const char *names = reader->names != NULL ? reader->names : "";
	const char *emails = reader->emails != NULL ? reader->emails : "";
	gboolean clean = reader->faults->len == reader->faults_before;

	if (!reader->has_head) {
		reader->has_head = TRUE;
		if (!has_address(reader))
			import_fault_add(reader->faults, reader->record, "", "no_address", "", 0);
		return;
	}
	if (!reader->any || !has_address(reader))
		return;
	if (reader->lines->len == IMPORT_MAX) {
		if (!reader->too_many)
			import_fault_add(reader->faults, reader->record, "", "too_many", "", 0);
		reader->too_many = TRUE;
		return;
	}
	if (clean && *reader->row->address == '\0')
		import_fault_add(reader->faults, reader->record, "address", "empty", "", 0);
	import_people_match(reader->row, names, emails, reader->faults);
	g_ptr_array_add(reader->lines, g_steal_pointer(&reader->row));
}

static void clear_row(TableReader *reader)
{
	g_clear_pointer(&reader->row, import_line_free);
	g_clear_pointer(&reader->names, g_free);
	g_clear_pointer(&reader->emails, g_free);
}

static void read_end(int end, void *data)
{
	TableReader *reader = data;

	(void)end;
	if (reader->row != NULL)
		end_row(reader);
	clear_row(reader);
	reader->cells = 0;
	reader->any = FALSE;
	reader->in_quote = FALSE;
}

/* Which of ; , and tab the head has most of. */
static unsigned char delimiter_of(const char *text, size_t size)
{
	static const unsigned char choices[] = {';', ',', '\t'};
	guint counts[G_N_ELEMENTS(choices)] = {0};
	gsize best = 0;

	for (size_t i = 0; i < size && text[i] != '\n' && text[i] != '\r'; i++)
		for (gsize j = 0; j < G_N_ELEMENTS(choices); j++)
			counts[j] += (unsigned char)text[i] == choices[j];
	for (gsize j = 1; j < G_N_ELEMENTS(choices); j++)
		if (counts[j] > counts[best])
			best = j;
	return choices[best];
}

/* The parser doesn't say in which line a row begins: it gets one line after the other. */
static gboolean feed(struct csv_parser *parser, TableReader *reader, const char *text, size_t size)
{
	while (size > 0) {
		const char *newline = memchr(text, '\n', size);
		size_t length = newline != NULL ? (size_t)(newline - text) + 1 : size;
		if (reader->cells == 0 && !reader->in_quote)
			reader->record = reader->line;
		for (size_t i = 0; i < length; i++)
			if (text[i] == '"')
				reader->in_quote = !reader->in_quote;
		gboolean quoted = reader->in_quote;
		if (csv_parse(parser, text, length, read_cell, read_end, reader) != length)
			return FALSE;
		reader->in_quote = quoted;
		reader->line += newline != NULL;
		text += length;
		size -= length;
	}
	return TRUE;
}

/* FALSE: the table's form is broken, at reader->record. */
static gboolean read_pieces(
        FILE *file, struct csv_parser *parser, TableReader *reader, gboolean *unreadable)
{
	g_autofree char *piece = g_malloc(PIECE);
	gboolean first = TRUE;
	size_t got;

	while ((got = fread(piece, 1, PIECE, file)) > 0) {
		const char *text = piece;
		if (first && got >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
			text += 3;
			got -= 3;
		}
		if (first)
			csv_set_delim(parser, delimiter_of(text, got));
		first = FALSE;
		if (!feed(parser, reader, text, got))
			return FALSE;
	}
	*unreadable = ferror(file) != 0;
	return csv_fini(parser, read_cell, read_end, reader) == 0;
}

gboolean import_csv_read(FILE *file, GPtrArray *lines, GPtrArray *faults, GError **error)
{
	g_autoptr(GArray) columns = g_array_new(FALSE, FALSE, sizeof(gint));
	TableReader reader = {.lines = lines, .faults = faults, .columns = columns, .line = 1};
	struct csv_parser parser;
	gboolean unreadable = FALSE;

	if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL) != 0)
		g_error("out of memory");
	gboolean whole = read_pieces(file, &parser, &reader, &unreadable);
	csv_free(&parser);
	clear_row(&reader);
	if (unreadable) {
		g_set_error(error, PS_ERROR, PS_ERROR_INTERNAL, "the table can't be read: %s",
		        g_strerror(errno));
		return FALSE;
	}
	if (!whole)
		import_fault_add(faults, reader.record, "", "quotes", "", 0);
	else if (!reader.has_head)
		import_fault_add(faults, 1, "", "no_address", "", 0);
	else if (lines->len == 0 && faults->len == 0)
		import_fault_add(faults, reader.line, "", "nothing", "", 0);
	return TRUE;
}
