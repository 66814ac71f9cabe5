/* healthz.c: for load balancers and monitoring: does the program reach its database? */
#include <string.h>

#include "cgi-bin/page.h"
#include "cgi-bin/pages.h"

gboolean healthz_show(Request *req, GError **error)
{
	(void)error;
	g_autoptr(GError) failure = NULL;
	g_autoptr(DbRows) rows = db_query(req->db, &failure, "SELECT 1", "");
	const char *body = rows != NULL ? "ok\n" : "database unavailable\n";

	if (rows == NULL)
		request_log(req, "unhealthy", failure->message);
	return page_send_raw(req, rows != NULL ? 200 : 503, "text/plain; charset=utf-8",
	        rows != NULL ? NULL : "Retry-After: 10\r\n", body, strlen(body));
}
