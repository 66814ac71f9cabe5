/* healthz.c: for load balancers and monitoring: does the program reach its database? */
#include <string.h>

#include "cgi-bin/page.h"
#include "cgi-bin/pages.h"

gboolean healthz_show(Request *req, GError **error)
{
	(void)error;
	g_autoptr(GError) failure = NULL;
	gboolean healthy = db_ping(req->db, &failure);
	const char *body = healthy ? "ok\n" : "database unavailable\n";

	if (!healthy)
		request_log(req, "unhealthy", failure->message);
	return page_send_raw(req, healthy ? 200 : 503, "text/plain; charset=utf-8",
	        healthy ? NULL : "Retry-After: 10\r\n", body, strlen(body));
}
