/* access.c: Zugangsdaten: the page, with the password when asked for, and a new password. */
#include "cgi-bin/access_page.h"
#include "cgi-bin/conflict.h"
#include "cgi-bin/field.h"
#include "cgi-bin/mailbox_page.h"
#include "cgi-bin/page.h"
#include "cgi-bin/pages.h"
#include "cgi-bin/text.h"
#include "lib/base/error.h"
#include "lib/base/password.h"
#include "lib/mailbox/mailbox_password.h"

gboolean access_show(Request *req, GError **error)
{
	g_autoptr(Mailbox) mailbox = mailbox_page_load(req, error);

	return mailbox != NULL && access_page_show(req, mailbox, NULL, error);
}

gboolean access_password(Request *req, GError **error)
{
	g_autoptr(Mailbox) mailbox = mailbox_page_load(req, error);
	g_autoptr(KeyRing) ring =
	        mailbox != NULL ? keyring_load(req->app->config->key_file, error) : NULL;
	g_autoptr(GError) failure = NULL;
	Actor actor = request_actor(req);

	if (ring == NULL)
		return FALSE;
	char *password = mailbox_password_show(req->db, ring, &actor, mailbox, &failure);
	if (g_error_matches(failure, PS_ERROR, PS_ERROR_SEALED)) {
		/* Moved from another mailbox, or changed. */
		request_log(req, "seal_broken", failure->message);
		page_set(req, "key", "broken");
	} else if (failure != NULL && !g_error_matches(failure, PS_ERROR, PS_ERROR_NOT_FOUND)) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE; /* without the key the page says so */
	}
	/* Who has seen it now may be one who shouldn't know it. */
	g_autoptr(Mailbox) seen = mailbox_page_load(req, error);
	gboolean ok = seen != NULL && access_page_show(req, seen, password, error);
	password_free(password);
	return ok;
}

static gboolean show_new_password(Request *req, int status, const Mailbox *mailbox, GError **error)
{
	g_autoptr(GPtrArray) users = mailbox_users(req->db, mailbox->id, error);

	if (users == NULL)
		return FALSE;
	g_autofree char *names = mailbox_page_joined(users, G_STRUCT_OFFSET(MailboxUser, name));
	mailbox_page_begin(req, mailbox, "new_password.title", text(req, "access.new"));
	page_set_number(req, "f.version", mailbox->version);
	if (names != NULL) {
		g_autofree char *line = text_with(req, "new_password.users", names, NULL);
		page_set(req, "users", line);
	}
	conflict_note_time(req);
	if (status == 409) {
		page_set_flag(req, "conflict", TRUE);
		if (!conflict_meanwhile(req, mailbox->id, NULL, error))
			return FALSE;
	}
	return page_send(req, status, "new_password.cst", error);
}

gboolean new_password_show(Request *req, GError **error)
{
	g_autoptr(Mailbox) mailbox = mailbox_page_load(req, error);

	return mailbox != NULL && show_new_password(req, 200, mailbox, error);
}

gboolean new_password_save(Request *req, GError **error)
{
	g_autoptr(Mailbox) mailbox = mailbox_page_load(req, error);
	g_autoptr(KeyRing) ring =
	        mailbox != NULL ? keyring_load(req->app->config->key_file, error) : NULL;
	g_autoptr(GError) failure = NULL;
	Actor actor = request_actor(req);

	if (ring == NULL)
		return FALSE;
	if (mailbox_password_new(req->db, ring, &actor, mailbox->id, field_version(req), &failure))
		return page_redirect(req, "password_new", "/mailboxes/%" G_GUINT64_FORMAT "/access",
		        mailbox->id);
	if (g_error_matches(failure, PS_ERROR, PS_ERROR_CONFLICT))
		return show_new_password(req, 409, mailbox, error);
	if (access_page_no_key(req, &failure))
		return show_new_password(req, 422, mailbox, error);
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}
