/* mailbox_password.c: renews and shows passwords of mailboxes, with all that has to follow. */
#include "lib/mailbox/mailbox_password.h"

#include "lib/base/error.h"
#include "lib/base/password.h"
#include "lib/mailbox/access_link.h"
#include "lib/mailbox/mailbox_secret.h"
#include "lib/office/change_log.h"
#include "lib/office/mailbox_mark.h"
#include "lib/office/notice.h"
#include "lib/office/task.h"

typedef struct {
	const KeyRing *ring;
	const Actor *actor;
	guint64 id, version;
	const char *address;
} PasswordWork;

gboolean mailbox_password_renew(Db *db, const KeyRing *ring, const Actor *actor,
        const Mailbox *mailbox, guint64 version, guint64 at, GError **error)
{
	if (keyring_is_empty(ring)) {
		ps_invalid(error, "new_password", "no_key", "nobody could see the new password");
		return FALSE;
	}
	gint64 changed = mailbox_secret_store(db, ring, mailbox->id, version, at, error);
	if (changed < 0)
		return FALSE;
	if (changed == 0)
		return ps_conflict(error, "the mailbox");
	return mailbox_mark_refresh(db, mailbox->id, error) &&
	       access_link_void(db, mailbox->id, 0, "password", error) &&
	       change_log_add(db, actor, mailbox->id, mailbox->address, "password.generated", "",
	               NULL, NULL, error) &&
	       notice_add(db, NOTICE_GENERATED, mailbox->id, actor, 0, error) &&
	       task_kick(db, mailbox->id, mailbox->address, error);
}

static gboolean renew_password(Db *db, gpointer data, GError **error)
{
	PasswordWork *work = data;
	g_autoptr(Mailbox) mailbox = mailbox_load(db, work->id, error);

	return mailbox != NULL && mailbox_password_renew(db, work->ring, work->actor, mailbox,
	                                  work->version, 0, error);
}

gboolean mailbox_password_new(Db *db, const KeyRing *ring, const Actor *actor, guint64 id,
        guint64 version, GError **error)
{
	PasswordWork work = {.ring = ring, .actor = actor, .id = id, .version = version};

	if (version == 0) /* mailbox_password_renew() would take whatever it is */
		return ps_conflict(error, "the mailbox");
	return db_transaction(db, renew_password, &work, error);
}

static gboolean log_shown(Db *db, gpointer data, GError **error)
{
	PasswordWork *work = data;

	return mailbox_secret_note_seen(db, work->id, work->actor->user_id, error) &&
	       change_log_add(db, work->actor, work->id, work->address, "password.shown", "", NULL,
	               NULL, error) &&
	       notice_add(db, NOTICE_SHOWN, work->id, work->actor, 0, error);
}

char *mailbox_password_show(
        Db *db, const KeyRing *ring, const Actor *actor, const Mailbox *mailbox, GError **error)
{
	PasswordWork work = {.actor = actor, .id = mailbox->id, .address = mailbox->address};
	char *password = mailbox_secret_open(db, ring, mailbox->id, error);

	if (password != NULL && !db_transaction(db, log_shown, &work, error))
		g_clear_pointer(&password, password_free);
	return password;
}
