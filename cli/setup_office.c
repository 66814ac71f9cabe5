/* setup_office.c: what an office needs before somebody can sign in and mail arrives. */
#include "cli/setup.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/error.h"
#include "lib/base/seal.h"
#include "lib/mailbox/alias.h"
#include "lib/mailbox/assignment.h"
#include "lib/mailbox/mailbox.h"
#include "lib/mailbox/postmaster.h"
#include "lib/office/domain.h"
#include "lib/mailbox/setting_save.h"
#include "lib/user/user.h"
#include "lib/user/user_list.h"

/* Number of the first active administrator; 0: there is none, or error. */
static guint64 find_admin(Db *db, GError **error)
{
	g_autofree char *after = g_strdup("");

	while (after != NULL) {
		g_autoptr(UserPage) page = user_list(db, "", TRUE, &(ListAt){after, ""}, error);
		if (page == NULL)
			return 0;
		for (guint i = 0; i < page->users->len; i++) {
			const User *user = page->users->pdata[i];
			if (user->active && user->role == USER_ADMIN)
				return user->id;
		}
		g_free(after);
		after = g_steal_pointer(&page->next);
	}
	return 0;
}

gboolean setup_has_admin(Db *db)
{
	return find_admin(db, NULL) != 0;
}

/* Whether an error only says that the name is taken; then it is cleared. */
static gboolean only_taken(GError **error)
{
	if (g_strcmp0(ps_error_reason(*error), "taken") != 0)
		return FALSE;
	g_clear_error(error);
	return TRUE;
}

static gboolean make_admin(
        Db *db, const Actor *actor, const Setup *setup, guint64 *id, GError **error)
{
	g_autoptr(GError) failure = NULL;

	*id = find_admin(db, &failure);
	if (failure != NULL) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	if (*id != 0)
		return TRUE;
	char none[] = "";
	User wanted = {
	        .login = setup->admin,
	        .name = setup->admin_name,
	        .email_name = none,
	        .contact_email = setup->contact,
	        .role = USER_ADMIN,
	        .journal_right = USER_JOURNAL_ALL,
	        .locale = none,
	        .active = TRUE,
	};
	if (!user_create(db, actor, &wanted, setup->password, id, error))
		return FALSE;
	printf("made      administrator %s\n", setup->admin);
	return TRUE;
}

static Domain *make_domain(Db *db, const Actor *actor, const char *name, GError **error)
{
	g_autoptr(GError) failure = NULL;
	guint64 id = 0;

	if (domain_create(db, actor, name, &id, &failure)) {
		printf("made      domain %s\n", name);
		return domain_load(db, id, error);
	}
	if (!only_taken(&failure)) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return NULL;
	}
	g_autoptr(GPtrArray) domains = domain_list(db, error);
	for (guint i = 0; domains != NULL && i < domains->len; i++) {
		const Domain *domain = domains->pdata[i];
		if (strcmp(domain->name, name) == 0)
			return domain_load(db, domain->id, error);
	}
	return NULL;
}

/* The mailbox in the domain that is the sender of Poststelle's own mails, with the administrator as
 * its user. An address that exists already stays as it is; *id is then 0. */
static gboolean make_mailbox(Db *db, const Actor *actor, const char *key_file, const Setup *setup,
        const Domain *domain, guint64 admin, guint64 *id, GError **error)
{
	const char *at = strchr(setup->mailbox, '@');
	g_autofree char *local = g_strndup(setup->mailbox, (gsize)(at - setup->mailbox));
	g_autoptr(GArray) users = g_array_new(FALSE, FALSE, sizeof(guint64));
	g_autoptr(KeyRing) ring = keyring_load(key_file, error);
	g_autoptr(GError) failure = NULL;

	*id = 0;
	if (ring == NULL)
		return FALSE;
	if (strcmp(at + 1, domain->name) != 0)
		return TRUE;
	g_array_append_val(users, admin);
	if (assignment_create_mailbox(
	            db, ring, actor, local, domain->id, "Poststelle", users, id, &failure)) {
		printf("made      mailbox %s\n", setup->mailbox);
		return TRUE;
	}
	if (only_taken(&failure))
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

/* postmaster@ and abuse@ of the domain, and root@, which mail of the machine itself goes to. */
static gboolean reach_somebody(
        Db *db, const Actor *actor, const Domain *domain, guint64 mailbox_id, GError **error)
{
	g_autoptr(Postmaster) now = postmaster_load(db, domain, error);
	g_autofree char *root = g_strconcat("root@", domain->name, NULL);
	g_autoptr(GError) failure = NULL;

	if (now == NULL)
		return FALSE;
	if (now->of[POSTMASTER].mailbox_id == 0 || now->of[ABUSE].mailbox_id == 0) {
		guint64 holder = now->of[POSTMASTER].mailbox_id;
		if (!postmaster_set(db, actor, domain, holder != 0 ? holder : mailbox_id, error))
			return FALSE;
		printf("made      postmaster@%s and abuse@%s reach a mailbox\n", domain->name,
		        domain->name);
	}
	if (alias_add(db, actor, mailbox_id, root, &failure))
		printf("made      further address %s\n", root);
	else if (!only_taken(&failure)) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	return TRUE;
}

static gboolean name_server(MailServer *server, const char *name)
{
	if (*server->host != '\0' && strcmp(server->host, "localhost") != 0)
		return FALSE;
	g_free(server->host);
	server->host = g_strdup(name);
	return TRUE;
}

static gboolean name_servers(Db *db, const Actor *actor, const char *name, GError **error)
{
	g_autoptr(Setting) setting = setting_load(db, error);

	if (setting == NULL)
		return FALSE;
	gboolean imap = name_server(&setting->imap, name);
	gboolean pop3 = name_server(&setting->pop3, name);
	gboolean smtp = name_server(&setting->smtp, name);
	if (!imap && !pop3 && !smtp)
		return TRUE;
	if (!setting_save(db, actor, setting, error))
		return FALSE;
	printf("set       the mail servers' name in the settings to %s\n", name);
	return TRUE;
}

gboolean setup_office(
        Db *db, const Actor *actor, const char *key_file, const Setup *setup, GError **error)
{
	guint64 admin = 0, mailbox_id = 0;

	if (!make_admin(db, actor, setup, &admin, error))
		return FALSE;
	g_autoptr(Domain) domain = make_domain(db, actor, setup->domain, error);
	if (domain == NULL ||
	        !make_mailbox(db, actor, key_file, setup, domain, admin, &mailbox_id, error))
		return FALSE;
	return (mailbox_id == 0 || reach_somebody(db, actor, domain, mailbox_id, error)) &&
	       name_servers(db, actor, setup->name, error);
}
