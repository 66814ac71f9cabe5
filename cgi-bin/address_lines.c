/* address_lines.c: reads addresses that were typed line by line, and says which are wrong. */
#include "cgi-bin/address_lines.h"

#include <string.h>

#include "cgi-bin/field.h"
#include "cgi-bin/page.h"
#include "cgi-bin/text.h"
#include "lib/base/address_readable.h"
#include "lib/base/error.h"
#include "lib/base/text_check.h"
#include "lib/mailbox/way_member.h"

#define NAMED_MAX 20 /* wrong lines that are named */
#define SHOWN_MAX 64 /* characters */

static void split_lines(GPtrArray *lines, const char *text)
{
	g_auto(GStrv) parts = g_strsplit_set(text, "\r\n,;", -1);

	for (char **part = parts; *part != NULL; part++) {
		text_strip(*part);
		if (**part != '\0')
			g_ptr_array_add(lines, g_strdup(*part));
	}
}

GPtrArray *address_lines(Request *req, const char *name)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < req->form->fields->len; i++) {
		const FormField *field = req->form->fields->pdata[i];
		if (strcmp(field->name, name) != 0)
			continue;
		if (field->bad)
			field_error(req, name, "control");
		else
			split_lines(lines, field->value);
	}
	return lines;
}

/* As much of a line as says which one it is. */
static char *line_shown(const char *line)
{
	if (g_utf8_strlen(line, -1) <= SHOWN_MAX)
		return g_strdup(line);
	g_autofree char *begin = g_utf8_substring(line, 0, SHOWN_MAX);
	return g_strconcat(begin, "\u2026", NULL);
}

static void add_wrong(
        Request *req, GString *wrong, const char *name, const char *line, const GError *failure)
{
	g_autofree char *shown = line_shown(line);

	g_string_append_printf(wrong, "%s%s: %s", wrong->len > 0 ? "\n" : "", shown,
	        field_reason(req, name, ps_error_reason(failure)));
}

gboolean address_lines_check(
        Request *req, const char *name, const GPtrArray *lines, gboolean outside, GError **error)
{
	g_autoptr(GString) wrong = g_string_new(NULL);
	guint count = 0;

	for (guint i = 0; i < lines->len && count < NAMED_MAX; i++) {
		g_autoptr(GError) failure = NULL;
		WayMember *one = way_member(req->db, lines->pdata[i], outside, name, &failure);
		way_member_free(one);
		if (one != NULL)
			continue;
		if (ps_error_field(failure) == NULL) {
			g_propagate_error(error, g_steal_pointer(&failure));
			return FALSE;
		}
		add_wrong(req, wrong, name, lines->pdata[i], failure);
		count++;
	}
	if (count > 0)
		field_error_text(req, name, wrong->str);
	return TRUE;
}

void address_lines_fill(Request *req, const char *name, const GPtrArray *addresses)
{
	g_autofree char *lines = way_member_lines(addresses);
	g_autofree char *readable = address_readable(lines);
	g_autofree char *node = g_strconcat("f.", name, NULL);

	page_set(req, node, readable);
}

void address_lines_show(Request *req, const char *node, const GPtrArray *addresses)
{
	HDF *list = page_node(req, node);

	for (guint i = 0; i < addresses->len; i++)
		page_item_set_address(page_item(list, i), "a", addresses->pdata[i]);
}
