/* pager.c: writes the links to the first, the previous and the next page, or on, of any list. */
#include "cgi-bin/pager.h"

#include <string.h>

#include "cgi-bin/field.h"
#include "cgi-bin/list_place.h"
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

static char *number_cursor(guint64 number)
{
	return number > 0 ? g_strdup_printf("%" G_GUINT64_FORMAT, number) : NULL;
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

void pager_fill_numbers(
        Request *req, const char *path, const PagerNumbers *ends, const char *searched_to)
{
	g_autofree char *next = number_cursor(ends->next);
	g_autofree char *previous = number_cursor(ends->previous);

	pager_fill(req, path, previous == NULL, next, searched_to);
	pager_previous(req, path, previous, searched_to != NULL && ends->backward);
}

ListAt pager_at(Request *req, gsize max)
{
	ListAt at = {query_line(req, "after", max), query_line(req, "before", max)};

	return (ListAt){g_str_is_ascii(at.after) ? at.after : "",
	        g_str_is_ascii(at.before) ? at.before : ""};
}

void pager_keep(Request *req, const char *path, const ListAt *at)
{
	const QueryPart parts[] = {{"after", at->after}, {"before", at->before}};
	g_autofree char *whole = pager_path(path, parts, G_N_ELEMENTS(parts));

	list_place_keep(req, whole);
}

guint64 pager_number(Request *req, const char *name)
{
	guint64 number = 0;

	g_ascii_string_to_unsigned(
	        query_line(req, name, PAGER_NUMBER_MAX), 10, 1, G_MAXINT64, &number, NULL);
	return number;
}

void pager_fill_page(
        Request *req, const char *path, const ListPage *page, const ListAt *at, PagerCursor cursor)
{
	const GPtrArray *rows = page->rows;
	g_autofree char *first = rows->len > 0 ? cursor(rows->pdata[0]) : g_strdup(at->after);
	g_autofree char *last = page->next ? cursor(rows->pdata[rows->len - 1]) : NULL;

	pager_fill(req, path, !page->previous, last, NULL);
	pager_previous(req, path, page->previous ? first : NULL, FALSE);
}
