/* mailbox_rename.c: changes a mailbox's main address, and what is kept by it, in one transaction.
 */
#include "lib/mailbox/mailbox_rename.h"

#include <string.h>

#include "lib/base/error.h"
#include "lib/base/fold.h"
#include "lib/mailbox/absence.h"
#include "lib/mailbox/address_change.h"
#include "lib/mailbox/address_row.h"
#include "lib/mailbox/mailbox.h"
#include "lib/mailbox/mailbox_address.h"
#include "lib/mailbox/mailbox_clock.h"
#include "lib/mailbox/way.h"
#include "lib/office/change_log.h"
#include "lib/office/notice.h"
#include "lib/office/task.h"

static const char SQL_RENAME[] =
        "UPDATE mailbox SET address = ?, domain_id = ?, name_sort = ?, version = version + 1"
        " WHERE id = ? AND version = ? AND deleted = 0";
static const char SQL_OWN_ALIAS[] =
        "SELECT id FROM address WHERE address = ? AND mailbox_id = ? AND is_alias = 1";
static const char SQL_DEMOTE[] =
        "UPDATE address SET is_alias = 1 WHERE mailbox_id = ? AND is_alias = 0";
static const char SQL_PROMOTE[] = "UPDATE address SET is_alias = 0 WHERE id = ?";
/* Dovecot writes it by the log-in name. What an open session of the old name writes at its end is
 * nobody's; so may be what stands under the new one. */
static const char SQL_FORGET_USAGE[] = "DELETE FROM mailbox_usage WHERE username = ?";
static const char SQL_MOVE_USAGE[] = "UPDATE mailbox_usage SET username = ? WHERE username = ?";

typedef struct {
	const Actor *actor;
	guint64 id, version, domain_id;
	const char *address;
} RenameWork;

static gboolean move_address(Db *db, const RenameWork *work, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_OWN_ALIAS, "au", work->address, work->id);

	if (rows == NULL)
		return FALSE;
	guint64 alias_id = db_rows_next(rows) ? db_rows_u64(rows, 0) : 0;
	if (db_execute(db, error, SQL_DEMOTE, "u", work->id) < 0)
		return FALSE;
	return alias_id != 0 ? db_execute(db, error, SQL_PROMOTE, "u", alias_id) == 1
	                     : address_row_add(
	                               db, work->address, work->domain_id, work->id, FALSE, error);
}

static gboolean move_usage(Db *db, const RenameWork *work, const char *old, GError **error)
{
	return db_execute(db, error, SQL_FORGET_USAGE, "a", work->address) >= 0 &&
	       db_execute(db, error, SQL_MOVE_USAGE, "aa", work->address, old) >= 0;
}

/* The rows of the list are found by the address. */
static gboolean move_search_rows(
        Db *db, const RenameWork *work, const Mailbox *old, const char *further, GError **error)
{
	MailboxFindKey before = mailbox_find_key(old), after = before;

	before.further = further;
	after.address = work->address;
	after.domain_id = work->domain_id;
	return mailbox_find_update(db, &before, NULL, error) &&
	       mailbox_find_update(db, NULL, &after, error);
}

static gboolean rename_mailbox(Db *db, gpointer data, GError **error)
{
	const RenameWork *work = data;
	WaySource source = {.mailbox_id = work->id};
	guint64 at;

	if (!way_begin(db, error) || !mailbox_clock_lock(db, &work->id, 1, &at, error))
		return FALSE;
	g_autoptr(Mailbox) old = mailbox_load(db, work->id, error);
	if (old == NULL)
		return FALSE;
	if (strcmp(old->address, work->address) == 0) {
		ps_invalid(error, "local_part", "same", "that is its address already");
		return FALSE;
	}
	g_autoptr(GBytes) sort = fold_name_sort(old->email_name, work->address);
	gsize size;
	const void *octets = g_bytes_get_data(sort, &size);
	gint64 changed = db_execute(db, error, SQL_RENAME, "aubuu", work->address, work->domain_id,
	        octets, size, work->id, work->version);
	if (changed < 0)
		return FALSE;
	if (changed == 0)
		return ps_conflict(error, "the mailbox");
	g_autofree char *further = mailbox_find_further(db, work->id, error);
	return further != NULL && move_address(db, work, error) &&
	       move_usage(db, work, old->address, error) &&
	       move_search_rows(db, work, old, further, error) &&
	       way_follow(db, &source, "local_part", error) &&
	       absence_follow_addresses(db, work->id, error) &&
	       change_log_add(db, work->actor, work->id, work->address, "mailbox.renamed",
	               "address", old->address, work->address, error) &&
	       notice_add_address(db, NOTICE_RENAMED, work->id, work->actor, old->address, error) &&
	       address_change_add_all(db, work->id, error) &&
	       task_kick(db, work->id, old->address, error) &&
	       mailbox_clock_set(db, &work->id, 1, at, error);
}

gboolean mailbox_rename(Db *db, const Actor *actor, guint64 id, guint64 version,
        const char *local_part, guint64 domain_id, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autofree char *address = mailbox_address_new(db, local_part, domain_id, error);
	RenameWork work = {.actor = actor,
	        .id = id,
	        .version = version,
	        .domain_id = domain_id,
	        .address = address};

	if (address == NULL)
		return FALSE;
	if (db_transaction(db, rename_mailbox, &work, &failure)) {
		address_change_over(db, id);
		address_change_over(db, 0);
		return TRUE;
	}
	return mailbox_address_refused(&failure, "local_part", address, error);
}
