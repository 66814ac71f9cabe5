/* import_cell.c: reads the cells of an import. */
#include "lib/mailbox/import_cell.h"

#include <string.h>

#include "lib/base/address.h"
#include "lib/base/error.h"
#include "lib/base/text_check.h"
#include "lib/base/user_login.h"
#include "lib/mailbox/import_hash.h"
#include "lib/mailbox/mailbox.h"

static const char *reason_of_cell(const GError *error)
{
	const char *reason = ps_error_reason(error);

	return reason != NULL ? reason : "address";
}

static void read_address(ImportLine *line, const char *text, GPtrArray *faults)
{
	g_autoptr(GError) error = NULL;
	char *address = *text != '\0' ? address_own(text, "address", &error) : NULL;

	if (address == NULL) {
		import_fault_add(faults, line->number, "address",
		        error != NULL ? reason_of_cell(error) : "empty", text, 0);
		return;
	}
	g_free(line->address);
	line->address = address;
}

static void read_aliases(ImportLine *line, const char *text, GPtrArray *faults)
{
	g_auto(GStrv) parts = g_strsplit_set(text, ",; \n", -1);

	for (char **part = parts; *part != NULL; part++) {
		g_autoptr(GError) error = NULL;
		if (*text_strip(*part) == '\0')
			continue;
		char *alias = address_own(*part, "aliases", &error);
		if (alias != NULL)
			g_ptr_array_add(line->aliases, alias);
		else
			import_fault_add(
			        faults, line->number, "aliases", reason_of_cell(error), *part, 0);
	}
}

static void read_users(ImportLine *line, const char *text)
{
	g_auto(GStrv) parts = g_strsplit_set(text, ",;\n", -1);

	for (char **part = parts; *part != NULL; part++) {
		g_autofree char *login = user_login_normal(*part);
		if (*login != '\0')
			g_ptr_array_add(line->logins, g_steal_pointer(&login));
	}
}

static void read_name(ImportLine *line, const char *text, GPtrArray *faults)
{
	g_autoptr(GError) error = NULL;
	char *name = text_check_email_name(text, &error);

	if (name == NULL) {
		import_fault_add(faults, line->number, "name", reason_of_cell(error), text, 0);
		return;
	}
	g_free(line->email_name);
	line->email_name = name;
}

static void cell_note(ImportLine *line, const char *text, GPtrArray *faults)
{
	g_autoptr(GError) error = NULL;

	if (!text_check_line(text, "note", MAILBOX_NOTE_MAX, &error)) {
		import_fault_add(faults, line->number, "note", reason_of_cell(error), text, 0);
		return;
	}
	g_free(line->note);
	line->note = g_strdup(text);
}

static void read_quota(ImportLine *line, const char *text, GPtrArray *faults)
{
	guint64 quota_mb;

	if (*text == '\0')
		return;
	if (g_ascii_string_to_unsigned(text, 10, 0, MAILBOX_QUOTA_MAX, &quota_mb, NULL))
		line->quota_mb = (gint64)quota_mb;
	else
		import_fault_add(faults, line->number, "quota_mb", "quota", text, 0);
}

/* One of two words; "" is what holds anyway. */
static void read_choice(gboolean *choice, const char *no, const char *yes, ImportLine *line,
        const char *column, const char *text, GPtrArray *faults)
{
	if (g_ascii_strcasecmp(text, yes) == 0)
		*choice = TRUE;
	else if (g_ascii_strcasecmp(text, no) == 0)
		*choice = FALSE;
	else if (*text != '\0')
		import_fault_add(faults, line->number, column, column, text, 0);
}

static void read_hash(ImportLine *line, const char *text, GPtrArray *faults)
{
	if (*text == '\0')
		return;
	line->password_hash = import_hash(text, NULL);
	/* A cell is said again, a password never. */
	if (line->password_hash == NULL)
		import_fault_add(faults, line->number, "password_hash", "hash", "", 0);
}

void import_cell(ImportLine *line, const char *column, const char *text, GPtrArray *faults)
{
	g_autofree char *copy = text_strip(g_strdup(text));

	if (strcmp(column, "address") == 0)
		read_address(line, copy, faults);
	else if (strcmp(column, "name") == 0)
		read_name(line, copy, faults);
	else if (strcmp(column, "state") == 0)
		read_choice(&line->active, "inactive", "active", line, "state", copy, faults);
	else if (strcmp(column, "vip") == 0)
		read_choice(&line->vip, "0", "1", line, "vip", copy, faults);
	else if (strcmp(column, "quota_mb") == 0)
		read_quota(line, copy, faults);
	else if (strcmp(column, "aliases") == 0)
		read_aliases(line, copy, faults);
	else if (strcmp(column, "users") == 0)
		read_users(line, copy);
	else if (strcmp(column, "note") == 0)
		cell_note(line, copy, faults);
	else if (strcmp(column, "password_hash") == 0)
		read_hash(line, copy, faults);
}
