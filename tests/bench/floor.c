/* floor.c: the least that a list page can cost: libfcgi, the same one list query prepared once, the
 * rows into HTML by hand, filled up to the same number of octets. `floor CONF OCTETS [range]`,
 * socket as file descriptor 0. With "range" the query is the least as well: one range of one key,
 * no table.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fcgiapp.h>

#include "lib/db/db.h"
#include "lib/mailbox/mailbox_search.h"

static const char SQL[] =
        "SELECT " MAILBOX_ROW_COLUMNS
        " FROM mailbox_find k STRAIGHT_JOIN mailbox m ON m.id = k.mailbox_id" MAILBOX_ROW_USAGE
        " WHERE k.domain_id = 0 AND k.state = 'l' AND k.prefix = ''"
        " AND k.address > CONVERT(? USING ascii) ORDER BY k.address LIMIT 51";

static const char SQL_RANGE[] =
        "SELECT mailbox_id, 0, address, '', 0, 0, 0, 0, 0, 0, 0 FROM mailbox_find"
        " WHERE domain_id = 0 AND state = 'l' AND prefix = ''"
        " AND address > CONVERT(? USING ascii) ORDER BY address LIMIT 51";

static void append_escaped(GString *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '&')
			g_string_append(out, "&amp;");
		else if (*text == '<')
			g_string_append(out, "&lt;");
		else if (*text == '>')
			g_string_append(out, "&gt;");
		else if (*text == '"')
			g_string_append(out, "&#34;");
		else
			g_string_append_c(out, *text);
	}
}

int main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	FCGX_Request request;

	if (argc < 3)
		return 2;
	gboolean range = argc > 3 && strcmp(argv[3], "range") == 0;
	g_autoptr(Config) config = config_load(argv[1], &error);
	gsize octets = (gsize)atol(argv[2]);
	if (config == NULL || FCGX_Init() != 0 || FCGX_InitRequest(&request, 0, 0) != 0)
		return 1;
	g_autoptr(Db) db = db_new(config);
	while (FCGX_Accept_r(&request) >= 0) {
		g_autoptr(GString) body = g_string_sized_new(octets + 1024);
		g_autoptr(DbRows) rows = db_query(db, &error, range ? SQL_RANGE : SQL, "a", "");

		if (rows == NULL)
			return 1;
		g_string_append(body, "<!DOCTYPE html><html><body><table>\n");
		while (db_rows_next(rows)) {
			g_string_append_printf(
			        body, "<tr><td>%" G_GUINT64_FORMAT "<td>", db_rows_u64(rows, 0));
			append_escaped(body, db_rows_text(rows, 2));
			g_string_append(body, "<td>");
			append_escaped(body, db_rows_text(rows, 3));
			g_string_append_printf(
			        body, "<td>%" G_GUINT64_FORMAT "</tr>\n", db_rows_u64(rows, 10));
		}
		while (body->len < octets)
			g_string_append_c(body, ' ');
		g_autofree char *head = g_strdup_printf("Content-Type: text/html; charset=utf-8\r\n"
		                                        "Content-Length: %zu\r\n\r\n",
		        body->len);
		FCGX_PutStr(head, (int)strlen(head), request.out);
		FCGX_PutStr(body->str, (int)body->len, request.out);
		FCGX_Finish_r(&request);
	}
	return 0;
}
