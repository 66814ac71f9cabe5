/* import_page.c: the words for what is wrong with a line, and how far an import is. */
#include "cgi-bin/import_page.h"

#include <string.h>

#include "cgi-bin/field.h"
#include "cgi-bin/format.h"
#include "cgi-bin/page.h"
#include "cgi-bin/text.h"
#include "lib/base/step_pace.h"
#include "lib/mailbox/import_step.h"

/* The field of a form that takes what stands in the column. */
static const char *field_of_column(const char *column)
{
	static const struct {
		const char *column, *field;
	} fields[] = {{"address", "local_part"}, {"aliases", "local_part"}, {"users", "login"},
	        {"user_names", "name"}, {"user_emails", "contact_email"}};

	for (gsize i = 0; i < G_N_ELEMENTS(fields); i++)
		if (strcmp(fields[i].column, column) == 0)
			return fields[i].field;
	return column;
}

char *import_page_fault(Request *req, const ImportFault *fault)
{
	g_autofree char *own = g_strconcat("import.fault.", fault->reason, NULL);
	g_autofree char *of_field =
	        g_strdup_printf("error.%s.%s", field_of_column(fault->column), fault->reason);
	g_autofree char *common = g_strconcat("error.", fault->reason, NULL);
	g_autofree char *other = g_strdup_printf("%u", fault->other);
	const char *key = text_or_null(req, own) != NULL        ? own
	                  : text_or_null(req, of_field) != NULL ? of_field
	                                                        : common;

	return text_with(req, key, other, NULL);
}

static const char *state_of(const ImportRun *run)
{
	if (run->began_at == 0)
		return "new";
	if (run->way == IMPORT_UNDONE)
		return "undone";
	if (run->way == IMPORT_BACK)
		return "back";
	return run->ended_at == 0 ? "runs" : "ended";
}

static gboolean show_import(Request *req, const ImportRun *run, GError **error)
{
	gboolean runs = run->began_at != 0 && run->ended_at == 0;
	g_autofree char *why = import_page_fault(req, &run->fault);
	g_autofree char *count = format_count(req, run->lines);
	g_autofree char *title = g_strconcat("import.run_title.", state_of(run), NULL);
	g_autofree char *will = text_with(req, "import.will", count, NULL);

	page_begin(req, AREA_SETTINGS_EMAIL, text(req, title));
	page_crumb(req, text(req, "import.crumb"), NULL);
	page_set_number(req, "run.id", run->id);
	page_set(req, "run.will", will);
	page_set(req, "run.state", state_of(run));
	if (run->users > 0) {
		g_autofree char *people = format_count(req, run->users);
		g_autofree char *made = text_with(req, "import.people_made", people, NULL);
		page_set(req, "run.people", made);
	}
	page_setf(req, "run.done", "%u", run->done);
	page_setf(req, "run.total", "%u", run->lines);
	page_set_count(req, "run.over", run->done);
	page_set_count(req, "run.all", run->lines);
	page_set_flag(req, "alone", req->transport->is_trusted);
	page_set_flag(req, "paused", *query_line(req, "pause", 1) != '\0');
	if (*run->fault.reason != '\0') {
		page_set_number(req, "fault.line", run->fault.line);
		page_set(req, "fault.column", run->fault.column);
		page_set(req, "fault.value", run->fault.value);
		page_set(req, "fault.text", why);
	}
	if (runs && *query_line(req, "pause", 1) == '\0')
		g_string_append(req->headers, "Refresh: 1\r\n");
	return page_send(req, 200, "import_run.cst", error);
}

/* As plain CGI there is nobody else who goes on (background.h). */
static gboolean step_alone(Request *req, guint64 id, GError **error)
{
	g_autoptr(KeyRing) ring = keyring_load(req->app->config->key_file, error);

	return ring != NULL && import_step(req->db, ring, id, STEP_US, error);
}

gboolean import_page_run(Request *req, guint64 id, gboolean *found, GError **error)
{
	g_autoptr(ImportRun) before = NULL;

	if (!import_find(req->db, id, &before, error))
		return FALSE;
	*found = before != NULL;
	if (before == NULL)
		return TRUE;
	if (!req->transport->is_trusted)
		return show_import(req, before, error);
	if (!step_alone(req, id, error))
		return FALSE;
	g_autoptr(ImportRun) run = import_load(req->db, id, error);
	return run != NULL && show_import(req, run, error);
}
