/* fuzz_csv.c: a table of mailboxes; what was read is written and read again the same. */
#include "tests/fuzz/fuzz.h"

#include "lib/mailbox/import_csv.h"
#include "lib/mailbox/mailbox_csv.h"

typedef struct {
	GPtrArray *lines, *faults;
} Table;

static Table read_table(const char *octets, gsize size)
{
	Table table = {g_ptr_array_new_with_free_func(import_line_free), import_faults_new()};
	g_autoptr(GString) copy = g_string_new_len(octets, (gssize)size);
	FILE *file = fmemopen(copy->str, MAX(size, 1), "r");
	g_autoptr(GError) error = NULL;

	g_assert_nonnull(file);
	g_assert_true(import_csv_read(file, table.lines, table.faults, &error));
	fclose(file);
	return table;
}

static void table_clear(Table *table)
{
	g_ptr_array_unref(table->lines);
	g_ptr_array_unref(table->faults);
}

static void check_texts(const GPtrArray *texts, const GPtrArray *others)
{
	g_assert_cmpuint(texts->len, ==, others->len);
	for (guint i = 0; i < texts->len; i++)
		g_assert_cmpstr(texts->pdata[i], ==, others->pdata[i]);
}

static void check_kept(const ImportLine *line)
{
	g_autofree char *text = import_line_write(line);
	ImportLine *again = import_line_read(line->number, text);

	fuzz_is_utf8(text, G_MAXSIZE);
	g_assert_nonnull(again);
	g_assert_cmpstr(again->address, ==, line->address);
	g_assert_cmpstr(again->email_name, ==, line->email_name);
	g_assert_cmpstr(again->note, ==, line->note);
	g_assert_cmpstr(again->password_hash, ==, line->password_hash);
	g_assert_cmpint(again->quota_mb, ==, line->quota_mb);
	g_assert_true(again->active == line->active && again->vip == line->vip);
	check_texts(again->aliases, line->aliases);
	check_texts(again->logins, line->logins);
	import_line_free(again);
}

static void append_joined(GString *out, const GPtrArray *texts)
{
	g_autoptr(GString) cell = g_string_new(NULL);

	for (guint i = 0; i < texts->len; i++)
		g_string_append_printf(cell, "%s%s", i > 0 ? ", " : "", (char *)texts->pdata[i]);
	mailbox_csv_cell(out, cell->str);
}

/* As the export has it. */
static void check_exported(const ImportLine *line)
{
	g_autoptr(GString) out = g_string_new("address;name;state;aliases;users;note\r\n");

	mailbox_csv_cell(out, line->address);
	g_string_append_c(out, ';');
	mailbox_csv_cell(out, line->email_name);
	g_string_append_printf(out, ";%s;", line->active ? "active" : "inactive");
	append_joined(out, line->aliases);
	g_string_append_c(out, ';');
	append_joined(out, line->logins);
	g_string_append_c(out, ';');
	mailbox_csv_cell(out, line->note);
	g_string_append(out, "\r\n");
	Table table = read_table(out->str, out->len);
	g_assert_cmpuint(table.faults->len, ==, 0);
	g_assert_cmpuint(table.lines->len, ==, 1);
	const ImportLine *again = table.lines->pdata[0];
	g_assert_cmpstr(again->address, ==, line->address);
	g_assert_cmpstr(again->email_name, ==, line->email_name);
	g_assert_cmpstr(again->note, ==, line->note);
	g_assert_true(again->active == line->active);
	check_texts(again->aliases, line->aliases);
	check_texts(again->logins, line->logins);
	table_clear(&table);
}

/* Whether it is without a fault: an export has no others. */
static gboolean is_whole(const Table *table, const ImportLine *line)
{
	for (guint i = 0; i < table->faults->len; i++)
		if (((const ImportFault *)table->faults->pdata[i])->line == line->number)
			return FALSE;
	return TRUE;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Table table = read_table((const char *)data, size);

	g_assert_true(table.lines->len > 0 || table.faults->len > 0);
	import_faults_sort(table.faults);
	for (guint i = 0; i < table.faults->len; i++) {
		const ImportFault *fault = table.faults->pdata[i];
		g_autofree char *text = import_fault_text(fault);
		fuzz_is_utf8(fault->value, 1000);
		/* Each reason has its sentence. */
		g_assert_cmpstr(text, !=, fault->reason);
	}
	for (guint i = 0; i < table.lines->len; i++) {
		const ImportLine *line = table.lines->pdata[i];
		check_kept(line);
		if (is_whole(&table, line))
			check_exported(line);
	}
	table_clear(&table);
	return 0;
}
