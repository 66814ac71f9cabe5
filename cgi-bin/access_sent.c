/* access_sent.c: what became of access data that was sent; link and QR code once, after sending. */
#include "cgi-bin/access_sent.h"

#include <string.h>

#include "cgi-bin/access_page.h"
#include "cgi-bin/mailbox_page.h"
#include "cgi-bin/page.h"
#include "cgi-bin/pages.h"
#include "cgi-bin/text.h"
#include "lib/base/address_readable.h"
#include "lib/base/error.h"

#define SENT_COOKIE "poststelle_sent"
#define SENT_SECONDS 60

gboolean access_sent_lead(Request *req, guint64 mailbox_id, const AccessResult *result)
{
	const char *token = result->link != NULL ? strrchr(result->link, '/') : NULL;

	if (token != NULL) {
		g_autofree char *value =
		        g_strdup_printf("%" G_GUINT64_FORMAT ".%s", result->id, token + 1);
		request_set_cookie(req, SENT_COOKIE, value, SENT_SECONDS);
	}
	return page_redirect(req, NULL,
	        "/mailboxes/%" G_GUINT64_FORMAT "/access/sent/%" G_GUINT64_FORMAT, mailbox_id,
	        result->id);
}

/* The token that the cookie brings along for this page; NULL: none, or one that isn't its. */
static char *take_token(Request *req, guint64 mailbox_id, guint64 id, GError **error)
{
	const char *cookie = request_cookie(req, SENT_COOKIE);
	g_autoptr(GError) failure = NULL;
	AccessLink link = {0};
	char *dot = NULL;

	if (cookie == NULL || g_ascii_strtoull(cookie, &dot, 10) != id || *dot != '.')
		return NULL;
	request_set_cookie(req, SENT_COOKIE, "", -1);
	if (access_link_find(req->db, dot + 1, &link, &failure))
		return link.mailbox_id == mailbox_id ? g_strdup(dot + 1) : NULL;
	if (!g_error_matches(failure, PS_ERROR, PS_ERROR_NOT_FOUND))
		g_propagate_error(error, g_steal_pointer(&failure));
	return NULL;
}

static const AccessSent *find_sent(const GPtrArray *list, guint64 id)
{
	for (guint i = 0; i < list->len; i++) {
		const AccessSent *sent = list->pdata[i];
		if (sent->id == id && sent->state != ACCESS_FAILED)
			return sent;
	}
	return NULL;
}

gboolean access_sent_show(Request *req, GError **error)
{
	g_autoptr(Mailbox) mailbox = mailbox_page_load(req, error);
	g_autoptr(GPtrArray) list = mailbox != NULL ? access_page_sent(req, mailbox, error) : NULL;
	g_autoptr(GError) failure = NULL;

	if (list == NULL)
		return FALSE;
	const AccessSent *sent = find_sent(list, req->ids[1]);
	if (sent == NULL) {
		g_set_error(error, PS_ERROR, PS_ERROR_NOT_FOUND, "nothing was sent by that number");
		return FALSE;
	}
	g_autofree char *token = take_token(req, mailbox->id, sent->id, &failure);
	if (failure != NULL) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	g_autofree char *recipient = address_readable(sent->recipient);
	g_autofree char *done = text_with(req,
	        sent->state == ACCESS_PLAIN ? "send.done_plain" : "send.done", recipient, NULL);
	g_autofree char *state = access_page_state(req, sent);
	mailbox_page_begin(req, mailbox, "send.done_title", text(req, "access.send_data"));
	page_set(req, "done", done);
	if (sent->state != ACCESS_PLAIN)
		page_set(req, "state", state);
	if (token != NULL && sent->state == ACCESS_WAITS)
		access_page_link(req, sent->state_at, token);
	return page_send(req, 200, "access_sent.cst", error);
}
