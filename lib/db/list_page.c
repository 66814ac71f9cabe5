/* list_page.c: reads a page of a list, from its beginning on or backwards from the page behind. */
#include "lib/db/list_page.h"

void list_page_turn(GPtrArray *rows)
{
	for (guint i = 0; i < rows->len / 2; i++) {
		gpointer row = rows->pdata[i];
		rows->pdata[i] = rows->pdata[rows->len - 1 - i];
		rows->pdata[rows->len - 1 - i] = row;
	}
}

ListPage *list_page(Db *db, ListRead read, gconstpointer list, const ListAt *at, GError **error)
{
	gboolean backward = *at->before != '\0';
	g_autoptr(ListPage) page = g_new0(ListPage, 1);

	page->rows = read(db, list, backward, backward ? at->before : at->after, error);
	if (page->rows == NULL)
		return NULL;
	gboolean more = page->rows->len > LIST_PAGE;
	if (backward && !more && page->rows->len < LIST_PAGE)
		return list_page(db, read, list, &LIST_FIRST, error);
	if (more)
		g_ptr_array_set_size(page->rows, LIST_PAGE);
	if (backward)
		list_page_turn(page->rows);
	page->previous = backward ? more : *at->after != '\0';
	page->next = backward || more;
	return g_steal_pointer(&page);
}

void list_page_free(ListPage *page)
{
	if (page == NULL)
		return;
	g_clear_pointer(&page->rows, g_ptr_array_unref);
	g_free(page);
}
