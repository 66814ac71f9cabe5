/* import.c: mailboxes from a table: the table, what it says and what is wrong with it, and the yes.
 */
#include "lib/mailbox/import.h"

#include <string.h>

#include "cgi-bin/error_page.h"
#include "cgi-bin/field.h"
#include "cgi-bin/format.h"
#include "cgi-bin/import_page.h"
#include "cgi-bin/page.h"
#include "cgi-bin/pages.h"
#include "cgi-bin/text.h"
#include "lib/base/token.h"
#include "lib/mailbox/import_check.h"
#include "lib/mailbox/import_csv.h"

#define FAULTS_SHOWN 1000 /* of many more a page would be too large */
#define LINES_SHOWN 20
#define CSV_MAX (512 * 1024) /* octets of a table that was typed */

static void begin(Request *req, const char *title_key)
{
	page_begin(req, AREA_SETTINGS_EMAIL, text(req, title_key));
	page_crumb(req, text(req, "import.crumb"), NULL);
}

/* The form for a table, and what that looks like. */
static gboolean send_form(Request *req, int status, GError **error)
{
	HDF *list = page_node(req, "columns");
	g_autoptr(GString) head = g_string_new(NULL);

	for (guint i = 0; import_columns[i] != NULL; i++) {
		HDF *item = page_item(list, i);
		g_autofree char *help = g_strconcat("import.help.", import_columns[i], NULL);
		page_item_set(item, "name", import_columns[i]);
		page_item_set(item, "help", text(req, help));
		g_string_append_printf(head, "%s%s", i > 0 ? ";" : "", import_columns[i]);
	}
	page_set(req, "head", head->str);
	return page_send(req, status, "import.cst", error);
}

gboolean import_show(Request *req, GError **error)
{
	begin(req, "import.title");
	return send_form(req, 200, error);
}

/* ---- what is wrong ---- */

static void fill_faults(Request *req, const GPtrArray *faults)
{
	HDF *list = page_node(req, "faults");

	page_set_number(req, "faults_count", faults->len);
	for (guint i = 0; i < MIN(faults->len, FAULTS_SHOWN); i++) {
		const ImportFault *fault = faults->pdata[i];
		HDF *item = page_item(list, i);
		g_autofree char *line = g_strdup_printf("%u", fault->line);
		g_autofree char *what = import_page_fault(req, fault);
		page_item_set(item, "line", line);
		page_item_set(item, "column", fault->column);
		page_item_set(item, "value", fault->value);
		page_item_set(item, "text", what);
	}
	page_set_flag(req, "faults_more", faults->len > FAULTS_SHOWN);
}

static gboolean show_faults(
        Request *req, int status, const GPtrArray *faults, gboolean since, GError **error)
{
	g_autofree char *count = format_count(req, faults->len);
	g_autofree char *said =
	        text_with(req, since ? "import.faults_since" : "import.faults", count, NULL);

	field_error_text(req, "file", said);
	begin(req, "import.title");
	page_keep_typed(req);
	fill_faults(req, faults);
	return send_form(req, status, error);
}

/* ---- what will be made ---- */

static char *joined_list(const GPtrArray *list)
{
	g_autoptr(GString) all = g_string_new(NULL);

	for (guint i = 0; i < list->len; i++)
		g_string_append_printf(
		        all, "%s%s", i > 0 ? ", " : "", (const char *)list->pdata[i]);
	return g_string_free(g_steal_pointer(&all), FALSE);
}

/* Each once, by name. */
static void fill_new_users(Request *req, const GPtrArray *lines)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	HDF *list = page_node(req, "people");

	for (guint i = 0; i < lines->len; i++) {
		const ImportLine *line = lines->pdata[i];
		for (guint j = 0; j < line->users->len; j++) {
			if (g_array_index(line->users, guint64, j) != 0 ||
			        !g_hash_table_add(seen, line->logins->pdata[j]))
				continue;
			HDF *item = page_item(list, g_hash_table_size(seen) - 1);
			page_item_set(item, "name", line->user_names->pdata[j]);
			page_item_set(item, "login", line->logins->pdata[j]);
			page_item_set_address(item, "email", line->user_emails->pdata[j]);
		}
	}
	page_set_number(req, "sum.people", g_hash_table_size(seen));
}

static void fill_table(Request *req, const GPtrArray *lines)
{
	guint aliases = 0, users = 0, hashes = 0;
	HDF *list = page_node(req, "rows");

	for (guint i = 0; i < lines->len; i++) {
		const ImportLine *line = lines->pdata[i];
		aliases += line->aliases->len;
		users += line->users->len;
		hashes += line->password_hash != NULL;
		if (i >= LINES_SHOWN)
			continue;
		HDF *item = page_item(list, i);
		g_autofree char *further = joined_list(line->aliases);
		g_autofree char *logins = joined_list(line->logins);
		page_item_set_address(item, "address", line->address);
		page_item_set(item, "name", line->email_name);
		page_item_set_address(item, "aliases", further);
		page_item_set(item, "users", logins);
	}
	page_set_count(req, "sum.mailboxes", lines->len);
	page_set_count(req, "sum.aliases", aliases);
	page_set_count(req, "sum.users", users);
	fill_new_users(req, lines);
	if (hashes > 0)
		page_set_count(req, "sum.hashes", hashes);
	page_set_flag(req, "rows_more", lines->len > LINES_SHOWN);
}

static gboolean show_table(Request *req, const GPtrArray *lines, GError **error)
{
	g_autofree char *token = NULL;
	Actor actor = request_actor(req);
	guint64 id = 0;

	if (!import_prepare(req->db, &actor, lines, &id, &token, error))
		return FALSE;
	begin(req, "import.preview_title");
	fill_table(req, lines);
	page_set(req, "token", token);
	g_string_append(req->headers, "Cache-Control: no-store\r\n");
	return page_send(req, 200, "import_preview.cst", error);
}

/* ---- */

/* The table, as a file or as it was typed; NULL: there is none. */
static FILE *open_table(Request *req)
{
	const char *typed = field_text(req, "csv", CSV_MAX);

	if (req->upload != NULL)
		return g_steal_pointer(&req->upload);
	if (*typed == '\0')
		return NULL;
	FILE *file = tmpfile();
	if (file != NULL && fputs(typed, file) >= 0)
		rewind(file);
	return file;
}

static gboolean confirm_table(Request *req, GError **error)
{
	g_autoptr(GPtrArray) faults = import_faults_new();
	const char *token = field_line(req, "token", TOKEN_LENGTH);
	Actor actor = request_actor(req);
	guint64 id = 0;

	if (error_page_unconfirmed(req))
		return TRUE;
	if (!import_begin(req->db, &actor, token, &id, faults, error))
		return FALSE;
	if (faults->len > 0)
		return show_faults(req, 409, faults, TRUE, error);
	return page_redirect(req, NULL, "/mailboxes/bulk/%" G_GUINT64_FORMAT, id);
}

static gboolean cancel_run(Request *req, GError **error)
{
	guint64 id = field_number(req, "cancel", 1, G_MAXINT64);

	if (!import_cancel(req->db, id, error))
		return FALSE;
	return page_redirect(req, NULL, "/mailboxes/bulk/%" G_GUINT64_FORMAT, id);
}

gboolean import_save(Request *req, GError **error)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(import_line_free);
	g_autoptr(GPtrArray) faults = import_faults_new();

	if (form_find(req->form, "cancel") != NULL)
		return cancel_run(req, error);
	if (form_find(req->form, "token") != NULL)
		return confirm_table(req, error);
	FILE *table = open_table(req);
	if (table == NULL) {
		if (!field_has_errors(req))
			field_error(req, "file", "empty");
		begin(req, "import.title");
		page_keep_typed(req);
		return send_form(req, 422, error);
	}
	gboolean read = import_csv_read(table, lines, faults, error);
	fclose(table);
	if (!read || !import_check(req->db, lines, faults, error))
		return FALSE;
	return faults->len > 0 ? show_faults(req, 422, faults, FALSE, error)
	                       : show_table(req, lines, error);
}
