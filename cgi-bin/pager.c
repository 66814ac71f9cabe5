/* pager.c: writes the links to the first, the previous and the next page, or on, of any list. */
#include "cgi-bin/pager.h"

#include <string.h>

#include "cgi-bin/page.h"
#include "cgi-bin/text.h"

char *pager_path(const char *path, const QueryPart *parts, gsize count)
{
	GString *whole = g_string_new(path);
	char before = strchr(path, '?') != NULL ? '&' : '?';

	for (gsize i = 0; i < count; i++) {
		if (*parts[i].value == '\0')
			continue;
		g_string_append_printf(whole, "%c%s=", before, parts[i].name);
		g_string_append_uri_escaped(whole, parts[i].value, NULL, FALSE);
		before = '&';
	}
	return g_string_free(whole, FALSE);
}

static void set_href(
        Request *req, const char *name, const char *path, const char *way, const char *cursor)
{
	g_autofree char *escaped = g_uri_escape_string(cursor, NULL, FALSE);

	page_setf(req, name, "%s%s%c%s=%s", req->prefix, path,
	        strchr(path, '?') != NULL ? '&' : '?', way, escaped);
}

void pager_fill(Request *req, const char *path, gboolean is_first, const char *next,
        const char *searched_to)
{
	if (searched_to != NULL) {
		g_autofree char *note = text_with(req, "list.searched", searched_to, NULL);
		page_set(req, "pager.note", note);
	}
	if (!is_first)
		page_setf(req, "pager.first_href", "%s%s", req->prefix, path);
	if (next != NULL) {
		set_href(req, "pager.next_href", path, "after", next);
		page_set(req, "pager.next_text",
		        text(req, searched_to != NULL ? "list.go_on" : "list.next"));
	}
}

void pager_previous(Request *req, const char *path, const char *previous, gboolean back)
{
	if (previous == NULL)
		return;
	set_href(req, "pager.previous_href", path, "before", previous);
	page_set(req, "pager.previous_text", text(req, back ? "list.go_on" : "list.previous"));
	if (back)
		page_set(req, "pager.next_text", text(req, "list.next"));
}

void pager_fill_number(
        Request *req, const char *path, gboolean is_first, guint64 next, const char *searched_to)
{
	g_autofree char *cursor = next > 0 ? g_strdup_printf("%" G_GUINT64_FORMAT, next) : NULL;

	pager_fill(req, path, is_first, cursor, searched_to);
}
