/* mailbox_delete.c: deletes, restores and purges mailboxes, with what each of these shuts. */
#include "lib/mailbox/mailbox_delete.h"

#include "lib/base/error.h"
#include "lib/base/fold.h"
#include "lib/mailbox/access_link.h"
#include "lib/mailbox/address_change.h"
#include "lib/mailbox/mailbox_clock.h"
#include "lib/mailbox/mailbox_find.h"
#include "lib/mailbox/mailbox_usage.h"
#include "lib/mailbox/own_password.h"
#include "lib/mailbox/way.h"
#include "lib/office/change_log.h"
#include "lib/office/notice.h"
#include "lib/office/task.h"

static const char SQL_DELETE[] =
        "UPDATE mailbox SET deleted = 1, deleted_at = " DB_NOW ", version = version + 1"
        " WHERE id = ? AND version = ? AND deleted = 0";
static const char SQL_RESTORE[] =
        "UPDATE mailbox SET deleted = 0, deleted_at = NULL, version = version + 1"
        " WHERE id = ? AND version = ? AND deleted = 1";
static const char SQL_PURGE[] =
        "UPDATE mailbox SET deleted = 2, email_name = '', note = '', name_sort = ?, password_hash = NULL,"
        " password_sealed = NULL, password_key_id = NULL, version = version + 1"
        " WHERE id = ? AND deleted = 1";
static const char SQL_DUE[] =
        "SELECT id FROM mailbox FORCE INDEX (mailbox_deleted)"
        " WHERE deleted = 1 AND deleted_at <= " DB_NOW " - ? ORDER BY deleted_at LIMIT 1000";
static const char SQL_READY[] =
        "SELECT deleted_at <= " DB_NOW " - ? FROM mailbox WHERE id = ? AND deleted = 2";
/* Only as long as the address is this mailbox's: another one may have it later. */
static const char SQL_FINISH_USAGE[] =
        "DELETE FROM mailbox_usage WHERE username = (SELECT a.address FROM address a"
        "  JOIN mailbox m ON m.id = a.mailbox_id"
        " WHERE a.mailbox_id = ? AND a.is_alias = 0 AND m.deleted = 2)";
static const char SQL_FINISH_NOTE[] = "DELETE FROM absence WHERE mailbox_id = ?";
static const char SQL_FINISH_REPLIES[] =
        "DELETE FROM absence_reply WHERE mailbox_id = ? LIMIT 1000";
static const char SQL_FREE[] =
        "DELETE FROM address WHERE mailbox_id = ? AND EXISTS (SELECT 1 FROM mailbox m"
        " WHERE m.id = address.mailbox_id AND m.deleted = 2 AND m.deleted_at <= " DB_NOW " - ?)"
        " AND NOT EXISTS (SELECT 1 FROM task t"
        " WHERE t.mailbox_id = address.mailbox_id AND t.kind = 'purge' AND t.done_at = 0)";
static const char SQL_IS_TAKEN[] = "SELECT 1 FROM address WHERE mailbox_id = ? LIMIT 1";
#define ADDRESS_US ((guint64)MAILBOX_ADDRESS_DAYS * 86400 * G_USEC_PER_SEC)

typedef struct {
	const Actor *actor;
	guint64 id, version;
	gboolean deleted; /* what it becomes: deleted, or restored */
} DeleteWork;

/* TRUE if the statement changed the row. */
static gboolean changed_one(gint64 changed, GError **error)
{
	if (changed == 0)
		ps_conflict(error, "the mailbox");
	return changed > 0;
}

/* The mailbox as it is now; what else changes its search rows (settings, absence note) waits until
 * the clock is set again. */
static Mailbox *locked_mailbox(Db *db, guint64 id, guint64 *at, GError **error)
{
	return mailbox_clock_lock(db, &id, 1, at, error) ? mailbox_load(db, id, error) : NULL;
}

/* What only a deletion does: links are void, open sessions end, users of a VIP mailbox are told. */
static gboolean shut_mailbox(Db *db, const Actor *actor, const Mailbox *mailbox, GError **error)
{
	return access_link_void(db, mailbox->id, 0, "deleted", error) &&
	       own_password_end(db, mailbox->id, mailbox->address, 0, error) &&
	       notice_add(db, NOTICE_DELETED, mailbox->id, actor, 0, error) &&
	       task_kick(db, mailbox->id, mailbox->address, error);
}

static gboolean set_deleted(Db *db, gpointer data, GError **error)
{
	const DeleteWork *work = data;
	guint64 at = 0;
	g_autoptr(Mailbox) old = locked_mailbox(db, work->id, &at, error);

	if (old == NULL ||
	        !changed_one(db_execute(db, error, work->deleted ? SQL_DELETE : SQL_RESTORE, "uu",
	                             work->id, work->version),
	                error))
		return FALSE;
	Mailbox fresh = *old;
	fresh.deleted = work->deleted;
	MailboxFindKey before = mailbox_find_key(old), after = mailbox_find_key(&fresh);
	return mailbox_find_update(db, &before, &after, error) &&
	       mailbox_usage_limit(db, old->address, work->deleted ? 0 : old->quota_mb, error) &&
	       change_log_add(db, work->actor, old->id, old->address,
	               work->deleted ? "mailbox.deleted" : "mailbox.restored", "", NULL, NULL,
	               error) &&
	       (!work->deleted || shut_mailbox(db, work->actor, old, error)) &&
	       address_change_add_all(db, work->id, error) &&
	       way_note_mailbox(db, work->id, error) &&
	       mailbox_clock_set(db, &work->id, 1, at, error);
}

static gboolean change_deleted(Db *db, DeleteWork *work, GError **error)
{
	if (!db_transaction(db, set_deleted, work, error))
		return FALSE;
	address_change_over(db, work->id);
	address_change_over(db, 0);
	return TRUE;
}

gboolean mailbox_delete(Db *db, const Actor *actor, guint64 id, guint64 version, GError **error)
{
	DeleteWork work = {.actor = actor, .id = id, .version = version, .deleted = TRUE};

	return change_deleted(db, &work, error);
}

gboolean mailbox_restore(Db *db, const Actor *actor, guint64 id, guint64 version, GError **error)
{
	DeleteWork work = {.actor = actor, .id = id, .version = version};

	return change_deleted(db, &work, error);
}

static gboolean purge_mailbox(Db *db, gpointer data, GError **error)
{
	const DeleteWork *work = data;
	guint64 at = 0;
	g_autoptr(Mailbox) old = locked_mailbox(db, work->id, &at, error);

	if (old == NULL)
		return FALSE;
	if (!old->deleted) {
		g_set_error(error, PS_ERROR, PS_ERROR_CONFLICT,
		        "%s is not deleted; delete it first, then it can be purged", old->address);
		return FALSE;
	}
	g_autoptr(GBytes) sort = fold_name_sort("", old->address);
	gsize size;
	const void *octets = g_bytes_get_data(sort, &size);
	MailboxFindKey before = mailbox_find_key(old);
	return mailbox_find_update(db, &before, NULL, error) &&
	       changed_one(db_execute(db, error, SQL_PURGE, "bu", octets, size, old->id), error) &&
	       change_log_forget_note(db, old->id, error) &&
	       change_log_add(db, work->actor, old->id, old->address, "mailbox.purged", "", NULL,
	               NULL, error) &&
	       task_add_at(db, "purge", old->id, old->address,
	               old->deleted_at + (guint64)MAILBOX_PURGE_WAIT_S * G_USEC_PER_SEC, error) &&
	       task_add_at(db, "free", old->id, old->address, mailbox_free_at(old), error) &&
	       mailbox_clock_set(db, &work->id, 1, at, error);
}

gboolean mailbox_purge(Db *db, const Actor *actor, guint64 id, GError **error)
{
	DeleteWork work = {.actor = actor, .id = id};

	return db_transaction(db, purge_mailbox, &work, error);
}

GArray *mailbox_purge_due(Db *db, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_DUE, "u", MAILBOX_RESTORE_US);

	if (rows == NULL)
		return NULL;
	GArray *ids = g_array_new(FALSE, FALSE, sizeof(guint64));
	while (db_rows_next(rows)) {
		guint64 id = db_rows_u64(rows, 0);
		g_array_append_val(ids, id);
	}
	return ids;
}

guint64 mailbox_free_at(const Mailbox *mailbox)
{
	return mailbox->deleted_at + ADDRESS_US;
}

gboolean mailbox_purge_ready(Db *db, guint64 id, gboolean *ready, GError **error)
{
	g_autoptr(DbRows) rows = db_query(
	        db, error, SQL_READY, "uu", (guint64)MAILBOX_PURGE_WAIT_S * G_USEC_PER_SEC, id);

	if (rows == NULL)
		return FALSE;
	*ready = db_rows_next(rows) && db_rows_u64(rows, 0) != 0;
	return TRUE;
}

static gboolean finish_purge(Db *db, gpointer data, GError **error)
{
	const guint64 *id = data;

	return db_execute(db, error, SQL_FINISH_NOTE, "u", *id) >= 0 &&
	       db_execute(db, error, SQL_FINISH_USAGE, "u", *id) >= 0;
}

gboolean mailbox_purge_finish(Db *db, guint64 id, GError **error)
{
	gint64 replies;

	/* Numbers are never used again, so what is kept by the number can go without a look. */
	do
		replies = db_execute(db, error, SQL_FINISH_REPLIES, "u", id);
	while (replies > 0);
	return replies == 0 && db_transaction(db, finish_purge, &id, error);
}

gboolean mailbox_purge_free(Db *db, guint64 id, gboolean *freed, GError **error)
{
	if (db_execute(db, error, SQL_FREE, "uu", id, ADDRESS_US) < 0)
		return FALSE;
	g_autoptr(DbRows) rows = db_query(db, error, SQL_IS_TAKEN, "u", id);
	if (rows == NULL)
		return FALSE;
	*freed = !db_rows_next(rows);
	return TRUE;
}
