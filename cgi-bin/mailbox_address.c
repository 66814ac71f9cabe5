/* mailbox_address.c: Umbenennen: a new main address for a mailbox, with what that means. */
#include "lib/mailbox/mailbox_rename.h"

#include "cgi-bin/conflict.h"
#include "cgi-bin/domain_options.h"
#include "cgi-bin/field.h"
#include "cgi-bin/mailbox_page.h"
#include "cgi-bin/page.h"
#include "cgi-bin/pages.h"
#include "cgi-bin/text.h"
#include "lib/base/error.h"

#define MAX_TYPED 1000

static gboolean show_rename(
        Request *req, int status, const Mailbox *mailbox, guint64 domain_id, GError **error)
{
	guint count = 0;

	if (!domain_options_fill(req, "dom", domain_id, TRUE, &count, error))
		return FALSE;
	mailbox_page_begin(req, mailbox, "rename.title", text(req, "rename.crumb"));
	page_set(req, "label.local_part", text(req, "rename.local_part"));
	page_set_number(req, "f.version", mailbox->version);
	conflict_note_time(req);
	if (status == 409) {
		page_set_flag(req, "conflict", TRUE);
		if (!conflict_meanwhile(req, mailbox->id, NULL, error))
			return FALSE;
	}
	return page_send(req, status, "mailbox_address.cst", error);
}

gboolean mailbox_address_show(Request *req, GError **error)
{
	g_autoptr(Mailbox) mailbox = mailbox_page_load(req, error);

	return mailbox != NULL && show_rename(req, 200, mailbox, mailbox->domain_id, error);
}

gboolean mailbox_address_save(Request *req, GError **error)
{
	g_autoptr(GError) failure = NULL;
	const char *local_part = field_line(req, "local_part", MAX_TYPED);
	guint64 domain_id = field_number(req, "domain_id", 1, G_MAXUINT32);
	guint64 version = field_version(req);
	Actor actor = request_actor(req);

	if (!field_has_errors(req) && mailbox_rename(req->db, &actor, req->ids[0], version,
	                                      local_part, domain_id, &failure))
		return page_redirect(
		        req, "mailbox_renamed", "/mailboxes/%" G_GUINT64_FORMAT, req->ids[0]);
	if (!field_take_failure(req, &failure, error))
		return FALSE;
	g_autoptr(Mailbox) mailbox = mailbox_page_load(req, error);
	if (mailbox == NULL)
		return FALSE;
	page_keep_typed(req);
	return show_rename(req, failure != NULL ? 409 : 422, mailbox, domain_id, error);
}
