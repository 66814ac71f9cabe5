/* mailbox_delete.c: Postfach löschen, with a page that says what will be lost, and restoring it. */
#include "lib/mailbox/mailbox_delete.h"

#include "cgi-bin/conflict.h"
#include "cgi-bin/field.h"
#include "cgi-bin/mailbox_page.h"
#include "cgi-bin/page.h"
#include "cgi-bin/pages.h"
#include "cgi-bin/text.h"
#include "lib/base/error.h"

static gboolean show_deletion(Request *req, int status, const Mailbox *mailbox, GError **error)
{
	g_autoptr(GPtrArray) users = mailbox_users(req->db, mailbox->id, error);
	g_autoptr(GPtrArray) aliases =
	        users != NULL ? mailbox_aliases(req->db, mailbox->id, error) : NULL;

	if (aliases == NULL)
		return FALSE;
	mailbox_page_begin(req, mailbox, "delete.title", text(req, "mailbox.delete"));
	mailbox_page_usage(req, mailbox);
	g_autofree char *names = mailbox_page_joined(users, G_STRUCT_OFFSET(MailboxUser, name));
	g_autofree char *addresses =
	        mailbox_page_joined(aliases, G_STRUCT_OFFSET(MailboxAlias, address));
	page_set(req, "users", names);
	if (addresses != NULL)
		page_set_address(req, "aliases", addresses);
	page_set_number(req, "f.version", mailbox->version);
	conflict_note_time(req);
	if (status == 409) {
		page_set_flag(req, "conflict", TRUE);
		if (!conflict_meanwhile(req, mailbox->id, NULL, error))
			return FALSE;
	}
	return page_send(req, status, "mailbox_delete.cst", error);
}

gboolean mailbox_delete_show(Request *req, GError **error)
{
	g_autoptr(Mailbox) mailbox = mailbox_load(req->db, req->ids[0], error);

	if (mailbox == NULL)
		return FALSE;
	if (mailbox->deleted)
		return page_redirect(req, NULL, "/mailboxes/%" G_GUINT64_FORMAT, mailbox->id);
	return show_deletion(req, 200, mailbox, error);
}

/* Somebody was quicker: shows how the mailbox is now. */
static gboolean show_deletion_conflict(Request *req, gboolean deleting, GError **error)
{
	g_autoptr(Mailbox) mailbox = mailbox_load(req->db, req->ids[0], error);

	if (mailbox == NULL)
		return FALSE;
	if (deleting && !mailbox->deleted)
		return show_deletion(req, 409, mailbox, error);
	mailbox_page_fields(req, mailbox);
	page_set_flag(req, "conflict", TRUE);
	if (!conflict_meanwhile(req, mailbox->id, NULL, error))
		return FALSE;
	return mailbox_page_show(req, 409, mailbox, error);
}

static gboolean delete_or_restore(Request *req, gboolean deleting, GError **error)
{
	g_autoptr(GError) failure = NULL;
	Actor actor = request_actor(req);
	guint64 id = req->ids[0], version = field_version(req);

	if (deleting ? mailbox_delete(req->db, &actor, id, version, &failure)
	             : mailbox_restore(req->db, &actor, id, version, &failure))
		return page_redirect(req, deleting ? "mailbox_deleted" : "mailbox_restored",
		        "/mailboxes/%" G_GUINT64_FORMAT, id);
	if (g_error_matches(failure, PS_ERROR, PS_ERROR_CONFLICT))
		return show_deletion_conflict(req, deleting, error);
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

gboolean mailbox_delete_save(Request *req, GError **error)
{
	return delete_or_restore(req, TRUE, error);
}

gboolean mailbox_restore_save(Request *req, GError **error)
{
	return delete_or_restore(req, FALSE, error);
}
