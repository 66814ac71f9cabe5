/* alias.c: gives a mailbox aliases and takes them away. */
#include "lib/mailbox/alias.h"

#include "lib/base/error.h"
#include "lib/mailbox/absence.h"
#include "lib/mailbox/address_change.h"
#include "lib/mailbox/address_row.h"
#include "lib/mailbox/mailbox.h"
#include "lib/mailbox/mailbox_address.h"
#include "lib/mailbox/mailbox_clock.h"
#include "lib/mailbox/way.h"
#include "lib/office/change_log.h"
#include "lib/office/notice.h"

static const char SQL_ONE[] =
        "SELECT address FROM address WHERE id = ? AND mailbox_id = ? AND is_alias = 1 AND twin_of IS NULL";
typedef struct {
	const Actor *actor;
	guint64 mailbox_id, alias_id, domain_id;
	const char *address;
} AliasWork;

/* The list finds it by its further addresses, which were others before. */
static gboolean follow_alias(Db *db, const Mailbox *mailbox, const char *before, GError **error)
{
	MailboxFindKey after = mailbox_find_key(mailbox), old = after;

	old.further = before;
	return mailbox_find_update(db, &old, &after, error);
}

static gboolean add_alias(Db *db, gpointer data, GError **error)
{
	AliasWork *work = data;
	guint64 at;

	if (!way_begin(db, error) || !mailbox_clock_lock(db, &work->mailbox_id, 1, &at, error))
		return FALSE;
	g_autoptr(Mailbox) mailbox = mailbox_load_live(db, work->mailbox_id, error);
	g_autofree char *before =
	        mailbox != NULL ? mailbox_find_further(db, work->mailbox_id, error) : NULL;
	return before != NULL &&
	       address_row_add(db, work->address, work->domain_id, work->mailbox_id, TRUE, error) &&
	       follow_alias(db, mailbox, before, error) &&
	       absence_follow_addresses(db, work->mailbox_id, error) &&
	       change_log_add(db, work->actor, work->mailbox_id, mailbox->address, "alias.added",
	               "", NULL, work->address, error) &&
	       address_change_add(db, work->address, work->mailbox_id, error) &&
	       notice_add_address(db, NOTICE_ALIAS_ADDED, work->mailbox_id, work->actor,
	               work->address, error) &&
	       mailbox_clock_set(db, &work->mailbox_id, 1, at, error);
}

gboolean alias_add(
        Db *db, const Actor *actor, guint64 mailbox_id, const char *typed, GError **error)
{
	g_autoptr(GError) failure = NULL;
	guint64 domain_id = 0;
	g_autofree char *address = mailbox_address_typed(db, typed, &domain_id, error);
	AliasWork work = {.actor = actor,
	        .mailbox_id = mailbox_id,
	        .domain_id = domain_id,
	        .address = address};

	if (address == NULL)
		return FALSE;
	if (db_transaction(db, add_alias, &work, &failure)) {
		address_change_over(db, mailbox_id);
		return TRUE;
	}
	return mailbox_address_refused(&failure, "address", address, error);
}

static gboolean remove_alias(Db *db, gpointer data, GError **error)
{
	AliasWork *work = data;
	guint64 at;

	if (!mailbox_clock_lock(db, &work->mailbox_id, 1, &at, error))
		return FALSE;
	g_autoptr(Mailbox) mailbox = mailbox_load_live(db, work->mailbox_id, error);
	if (mailbox == NULL)
		return FALSE;
	g_autoptr(DbRows) rows =
	        db_query(db, error, SQL_ONE, "uu", work->alias_id, work->mailbox_id);
	if (rows == NULL)
		return FALSE;
	if (!db_rows_next(rows)) {
		g_set_error(error, PS_ERROR, PS_ERROR_NOT_FOUND, "no such alias");
		return FALSE;
	}
	g_autofree char *before = mailbox_find_further(db, work->mailbox_id, error);
	return before != NULL && address_row_remove(db, work->alias_id, error) &&
	       follow_alias(db, mailbox, before, error) &&
	       absence_follow_addresses(db, work->mailbox_id, error) &&
	       change_log_add(db, work->actor, work->mailbox_id, mailbox->address, "alias.removed",
	               "", db_rows_text(rows, 0), NULL, error) &&
	       address_change_add(db, db_rows_text(rows, 0), work->mailbox_id, error) &&
	       notice_add_address(db, NOTICE_ALIAS_REMOVED, work->mailbox_id, work->actor,
	               db_rows_text(rows, 0), error) &&
	       mailbox_clock_set(db, &work->mailbox_id, 1, at, error);
}

gboolean alias_remove(
        Db *db, const Actor *actor, guint64 mailbox_id, guint64 alias_id, GError **error)
{
	AliasWork work = {.actor = actor, .mailbox_id = mailbox_id, .alias_id = alias_id};

	if (!db_transaction(db, remove_alias, &work, error))
		return FALSE;
	address_change_over(db, mailbox_id);
	return TRUE;
}

typedef struct {
	AliasWork from, to;
} AliasMove;

static gboolean move_alias(Db *db, gpointer data, GError **error)
{
	AliasMove *move = data;
	guint64 ids[2], at;
	gsize count = 0;

	if (move->from.mailbox_id != 0)
		ids[count++] = move->from.mailbox_id;
	if (move->to.mailbox_id != 0)
		ids[count++] = move->to.mailbox_id;
	/* Both in their order, before each is locked again by its own part. */
	return mailbox_clock_lock(db, ids, count, &at, error) &&
	       (move->from.mailbox_id == 0 || remove_alias(db, &move->from, error)) &&
	       (move->to.mailbox_id == 0 || add_alias(db, &move->to, error));
}

gboolean alias_move(Db *db, const Actor *actor, const char *address, guint64 domain_id,
        guint64 from, guint64 alias_id, guint64 to, GError **error)
{
	g_autoptr(GError) failure = NULL;
	AliasMove move = {.from = {.actor = actor, .mailbox_id = from, .alias_id = alias_id},
	        .to = {.actor = actor,
	                .mailbox_id = to,
	                .domain_id = domain_id,
	                .address = address}};

	if (!db_transaction(db, move_alias, &move, &failure))
		return mailbox_address_refused(&failure, "address", address, error);
	if (from != 0)
		address_change_over(db, from);
	if (to != 0)
		address_change_over(db, to);
	return TRUE;
}
