/* mailbox_insert.c: writes new mailboxes: themselves, their addresses, use of storage, clocks,
 * passwords and rows of the list. */
#include "lib/mailbox/mailbox_insert.h"

#include "lib/base/fold.h"
#include "lib/mailbox/address_row.h"
#include "lib/mailbox/mailbox_clock.h"
#include "lib/mailbox/mailbox_find_many.h"
#include "lib/mailbox/mailbox_secret.h"
#include "lib/mailbox/mailbox_usage.h"

static const char SQL_MAILBOX[] =
        "INSERT INTO mailbox (domain_id, address, email_name, name_sort, active, vip, may_send, may_log_in,"
        " quota_mb, deleted, note, password_hash, own_only, has_ways, created_at, password_changed_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
        " IF(?, (SELECT own_only_vip FROM setting WHERE id = 1), 0), 0, " DB_NOW ", " DB_NOW ")";
#define HIDDEN 3 /* mailbox.deleted */

static gboolean insert_one(Db *db, const KeyRing *ring, NewMailbox *fresh, GError **error)
{
	g_autoptr(GBytes) sort = fold_name_sort(fresh->email_name, fresh->address);
	gsize size;
	const void *octets = g_bytes_get_data(sort, &size);

	if (db_execute(db, error, SQL_MAILBOX, "uasbttttuusst", fresh->domain_id, fresh->address,
	            fresh->email_name, octets, size, fresh->active, fresh->vip, !fresh->no_sending,
	            !fresh->no_log_in, fresh->quota_mb, (guint64)(fresh->hidden ? HIDDEN : 0),
	            fresh->note != NULL ? fresh->note : "", fresh->password_hash,
	            fresh->vip && fresh->password_hash == NULL) != 1)
		return FALSE;
	fresh->id = db_insert_id(db);
	/* The password is sealed for the mailbox's number. */
	return address_row_add(db, fresh->address, fresh->domain_id, fresh->id, FALSE, error) &&
	       mailbox_usage_create(db, fresh->address, fresh->quota_mb, error) &&
	       (fresh->password_hash != NULL ||
	               mailbox_secret_store(db, ring, fresh->id, 1, 0, error) == 1);
}

gboolean mailbox_insert(Db *db, const KeyRing *ring, NewMailbox *fresh, guint count, GError **error)
{
	g_autofree guint64 *ids = g_new(guint64, count);
	g_autofree MailboxFindKey *keys = g_new(MailboxFindKey, count);

	for (guint i = 0; i < count; i++) {
		if (!insert_one(db, ring, &fresh[i], error))
			return FALSE;
		ids[i] = fresh[i].id;
		keys[i] = (MailboxFindKey){
		        .id = fresh[i].id,
		        .domain_id = fresh[i].domain_id,
		        .address = fresh[i].address,
		        .email_name = fresh[i].email_name,
		        .further = fresh[i].further != NULL ? fresh[i].further : "",
		        .active = fresh[i].active,
		        .vip = fresh[i].vip,
		};
	}
	return mailbox_clock_create(db, ids, count, error) &&
	       mailbox_find_add(db, keys, count, error);
}
