/* alias.c: Weitere Adressen of a mailbox; their page is the mailbox's. */
#include "lib/mailbox/alias.h"

#include "cgi-bin/field.h"
#include "cgi-bin/mailbox_page.h"
#include "cgi-bin/page.h"
#include "cgi-bin/pages.h"

#define MAX_TYPED 1000

gboolean alias_save(Request *req, GError **error)
{
	g_autoptr(GError) failure = NULL;
	const char *address = field_line(req, "address", MAX_TYPED);
	Actor actor = request_actor(req);

	if (!field_has_errors(req) && alias_add(req->db, &actor, req->ids[0], address, &failure))
		return page_redirect(
		        req, "alias_added", "/mailboxes/%" G_GUINT64_FORMAT, req->ids[0]);
	if (failure != NULL && !field_take_error(req, &failure)) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	g_autoptr(Mailbox) mailbox = mailbox_load(req->db, req->ids[0], error);
	if (mailbox == NULL)
		return FALSE;
	mailbox_page_fields(req, mailbox);
	page_set(req, "f.address", address);
	return mailbox_page_show(req, 422, mailbox, error);
}

gboolean alias_delete(Request *req, GError **error)
{
	Actor actor = request_actor(req);

	return alias_remove(req->db, &actor, req->ids[0], req->ids[1], error) &&
	       page_redirect(req, "alias_removed", "/mailboxes/%" G_GUINT64_FORMAT, req->ids[0]);
}
