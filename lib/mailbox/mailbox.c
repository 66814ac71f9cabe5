/* mailbox.c: loads, makes and saves mailboxes, and lists what belongs to one. */
#include "lib/mailbox/mailbox.h"

#include "lib/base/error.h"
#include "lib/base/fold.h"
#include "lib/base/text_check.h"
#include "lib/mailbox/address_change.h"
#include "lib/mailbox/address_row.h"
#include "lib/mailbox/mailbox_address.h"
#include "lib/mailbox/mailbox_clock.h"
#include "lib/mailbox/mailbox_insert.h"
#include "lib/mailbox/mailbox_usage.h"
#include "lib/mailbox/way.h"
#include "lib/office/change_fields.h"
#include "lib/office/change_log.h"
#include "lib/office/mailbox_mark.h"
#include "lib/office/notice.h"
#include "lib/office/task.h"

enum { C_ID, C_DOMAIN, C_VERSION, C_ADDRESS, C_NAME, C_ACTIVE, C_VIP, C_QUOTA, C_DOMAIN_ACTIVE };
enum {
	C_DELETED = C_DOMAIN_ACTIVE + 1,
	C_DELETED_AT,
	C_SEALED,
	C_KEY,
	C_PASSWORD_AT,
	C_BYTES,
	C_LAST_LOGIN,
	C_ABSENT,
	C_ABSENT_FROM,
	C_ABSENT_UNTIL,
	C_SEND_LIMIT,
	C_MAY_SEND,
	C_MAY_LOG_IN,
	C_OWN_ONLY,
	C_NOTE,
	C_KNOWN,
	C_COUNT
};
G_STATIC_ASSERT(C_COUNT == MAILBOX_COLUMN_COUNT);

#define MAILBOX_FROM " FROM mailbox m " MAILBOX_JOINED
static const char SQL_LOAD[] =
        "SELECT " MAILBOX_COLUMNS MAILBOX_FROM " WHERE m.id = ? AND m.deleted < 2";
static const char SQL_LOAD_ADDRESS[] =
        "SELECT " MAILBOX_COLUMNS MAILBOX_FROM
        " WHERE m.id = (SELECT a.mailbox_id FROM address a WHERE a.address = ? AND a.is_alias = 0) AND m.deleted < 2";
static const char SQL_BATCH[] = "SELECT " MAILBOX_COLUMNS MAILBOX_FROM
                                " WHERE m.deleted = 0 AND m.id > ? ORDER BY m.id LIMIT 1000";
static const char SQL_UPDATE[] =
        "UPDATE mailbox SET active = ?, email_name = ?, name_sort = ?, vip = ?, quota_mb = ?,"
        " send_limit = NULLIF(?, -1), may_send = ?, may_log_in = ?, own_only = ?, note = ?,"
        " version = version + 1"
        " WHERE id = ? AND version = ? AND deleted = 0";
#define OF_USER                                                                                    \
	"SELECT " MAILBOX_COLUMNS " FROM assignment a JOIN mailbox m ON m.id = a.mailbox_id"       \
	" " MAILBOX_JOINED                                                                         \
	" WHERE a.user_id = ? AND a.removed_at = 0 AND m.deleted = 0 AND m.address "
static const char SQL_OF_USER[] = OF_USER "> ? ORDER BY m.address" LIST_PAGE_LIMIT;
static const char SQL_OF_USER_BACK[] = OF_USER "< ? ORDER BY m.address DESC" LIST_PAGE_LIMIT;

Mailbox *mailbox_read(DbRows *rows, guint first)
{
	Mailbox *mailbox = g_new0(Mailbox, 1);

	mailbox->id = db_rows_u64(rows, first + C_ID);
	mailbox->domain_id = db_rows_u64(rows, first + C_DOMAIN);
	mailbox->version = db_rows_u64(rows, first + C_VERSION);
	mailbox->address = g_strdup(db_rows_text(rows, first + C_ADDRESS));
	mailbox->email_name = g_strdup(db_rows_text(rows, first + C_NAME));
	mailbox->active = db_rows_u64(rows, first + C_ACTIVE) != 0;
	mailbox->vip = db_rows_u64(rows, first + C_VIP) != 0;
	mailbox->quota_mb = db_rows_u64(rows, first + C_QUOTA);
	mailbox->domain_active = db_rows_u64(rows, first + C_DOMAIN_ACTIVE) != 0;
	mailbox->deleted = db_rows_u64(rows, first + C_DELETED) != 0;
	mailbox->deleted_at = db_rows_u64(rows, first + C_DELETED_AT);
	mailbox->sealed = db_rows_u64(rows, first + C_SEALED) != 0;
	mailbox->key_id = g_strdup(db_rows_text(rows, first + C_KEY));
	mailbox->password_changed_at = db_rows_u64(rows, first + C_PASSWORD_AT);
	mailbox->bytes = db_rows_u64(rows, first + C_BYTES);
	mailbox->last_login = db_rows_u64(rows, first + C_LAST_LOGIN);
	mailbox->absent = db_rows_u64(rows, first + C_ABSENT) != 0;
	mailbox->absent_from = db_rows_u64(rows, first + C_ABSENT_FROM);
	mailbox->absent_until = db_rows_u64(rows, first + C_ABSENT_UNTIL);
	mailbox->send_limit = send_limit_of(rows, first + C_SEND_LIMIT);
	mailbox->may_send = db_rows_u64(rows, first + C_MAY_SEND) != 0;
	mailbox->may_log_in = db_rows_u64(rows, first + C_MAY_LOG_IN) != 0;
	mailbox->own_only = db_rows_u64(rows, first + C_OWN_ONLY) != 0;
	mailbox->note = g_strdup(db_rows_text(rows, first + C_NOTE));
	mailbox->known = db_rows_u64(rows, first + C_KNOWN) != 0;
	return mailbox;
}

void mailbox_free(Mailbox *mailbox)
{
	if (mailbox == NULL)
		return;
	g_free(mailbox->address);
	g_free(mailbox->email_name);
	g_free(mailbox->key_id);
	g_free(mailbox->note);
	g_free(mailbox);
}

static Mailbox *one_mailbox(DbRows *rows, GError **error)
{
	if (rows == NULL)
		return NULL;
	if (db_rows_next(rows))
		return mailbox_read(rows, 0);
	g_set_error(error, PS_ERROR, PS_ERROR_NOT_FOUND, "no such mailbox");
	return NULL;
}

Mailbox *mailbox_load(Db *db, guint64 id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_LOAD, "u", id);

	return one_mailbox(rows, error);
}

Mailbox *mailbox_load_live(Db *db, guint64 id, GError **error)
{
	g_autoptr(Mailbox) mailbox = mailbox_load(db, id, error);

	if (mailbox == NULL || !mailbox->deleted)
		return g_steal_pointer(&mailbox);
	g_set_error(error, PS_ERROR, PS_ERROR_NOT_FOUND, "the mailbox is deleted");
	return NULL;
}

Mailbox *mailbox_load_address(Db *db, const char *address, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_LOAD_ADDRESS, "s", address);

	return one_mailbox(rows, error);
}

MailboxFindKey mailbox_find_key(const Mailbox *mailbox)
{
	return (MailboxFindKey){
	        .id = mailbox->id,
	        .domain_id = mailbox->domain_id,
	        .address = mailbox->address,
	        .email_name = mailbox->email_name,
	        .active = mailbox->active,
	        .vip = mailbox->vip,
	        .absent = mailbox->absent,
	        .deleted = mailbox->deleted,
	};
}

typedef struct {
	const KeyRing *ring;
	const Actor *actor;
	const Mailbox *wanted;
	const char *address, *email_name;
	guint64 domain_id, id;
} MailboxWork;

/* What it begins with, if that is limited. */
static gboolean log_quota(Db *db, const MailboxWork *work, guint64 quota_mb, GError **error)
{
	g_autofree char *quota = g_strdup_printf("%" G_GUINT64_FORMAT, quota_mb);

	return quota_mb == 0 || change_log_add(db, work->actor, work->id, work->address,
	                                "mailbox.created", "quota_mb", NULL, quota, error);
}

static gboolean create_mailbox(Db *db, gpointer data, GError **error)
{
	MailboxWork *work = data;
	gboolean named = *work->email_name != '\0';

	if (!way_begin(db, error))
		return FALSE;
	g_autoptr(Setting) setting = setting_load(db, error);
	if (setting == NULL)
		return FALSE;
	NewMailbox fresh = {.address = work->address,
	        .email_name = work->email_name,
	        .domain_id = work->domain_id,
	        .quota_mb = setting->default_quota_mb,
	        .active = TRUE};
	if (!mailbox_insert(db, work->ring, &fresh, 1, error))
		return FALSE;
	work->id = fresh.id;
	return change_log_add(db, work->actor, work->id, work->address, "mailbox.created",
	               named ? "email_name" : "", NULL, named ? work->email_name : NULL, error) &&
	       log_quota(db, work, setting->default_quota_mb, error);
}

gboolean mailbox_create(Db *db, const KeyRing *ring, const Actor *actor, const char *local_part,
        guint64 domain_id, const char *email_name, guint64 *id, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autofree char *name = text_check_email_name(email_name, error);
	g_autofree char *address =
	        name != NULL ? mailbox_address_new(db, local_part, domain_id, error) : NULL;

	if (address == NULL)
		return FALSE;
	MailboxWork work = {.ring = ring,
	        .actor = actor,
	        .address = address,
	        .email_name = name,
	        .domain_id = domain_id};
	if (!db_transaction(db, create_mailbox, &work, &failure))
		return mailbox_address_refused(&failure, "local_part", address, error);
	*id = work.id;
	return TRUE;
}

static gboolean log_mailbox_changes(Db *db, const Actor *actor, const Mailbox *old,
        const Mailbox *wanted, const char *email_name, GError **error)
{
	g_autofree char *old_quota = g_strdup_printf("%" G_GUINT64_FORMAT, old->quota_mb);
	g_autofree char *quota = g_strdup_printf("%" G_GUINT64_FORMAT, wanted->quota_mb);
	g_autofree char *old_limit = send_limit_text(old->send_limit);
	g_autofree char *limit = send_limit_text(wanted->send_limit);
	const ChangeField fields[] = {
	        {"active", old->active ? "1" : "0", wanted->active ? "1" : "0"},
	        {"may_send", old->may_send ? "1" : "0", wanted->may_send ? "1" : "0"},
	        {"may_log_in", old->may_log_in ? "1" : "0", wanted->may_log_in ? "1" : "0"},
	        {"own_only", old->own_only ? "1" : "0", wanted->own_only ? "1" : "0"},
	        {"email_name", old->email_name, email_name},
	        {"vip", old->vip ? "1" : "0", wanted->vip ? "1" : "0"},
	        {"quota_mb", old_quota, quota},
	        {"send_limit", old_limit, limit},
	        {"note", old->note, wanted->note},
	};

	return change_fields_log(db, actor, old->id, old->address, "mailbox.changed", fields,
	        G_N_ELEMENTS(fields), error);
}

/* Whether sessions that are open may not go on. */
static gboolean shuts_out(const Mailbox *old, const Mailbox *wanted)
{
	return (old->may_log_in && !wanted->may_log_in) || (!old->own_only && wanted->own_only);
}

static gboolean update_mailbox(Db *db, gpointer data, GError **error)
{
	MailboxWork *work = data;
	const Mailbox *wanted = work->wanted;
	guint64 at;

	/* What protects a mail is VIP at its time: one order with the mails of this mailbox, and
	 * with what else changes its rows in the list. */
	if (!mailbox_clock_lock(db, &wanted->id, 1, &at, error))
		return FALSE;
	g_autoptr(Mailbox) old = mailbox_load(db, wanted->id, error);
	if (old == NULL)
		return FALSE;
	if (old->vip && !wanted->vip &&
	        !notice_add(db, NOTICE_VIP_OFF, old->id, work->actor, 0, error))
		return FALSE;
	if (old->active && !wanted->active &&
	        !notice_add(db, NOTICE_INACTIVE, old->id, work->actor, 0, error))
		return FALSE;
	g_autofree char *further = mailbox_find_further(db, old->id, error);
	if (further == NULL)
		return FALSE;
	g_autoptr(GBytes) sort = fold_name_sort(work->email_name, old->address);
	gsize size;
	const void *sort_octets = g_bytes_get_data(sort, &size);
	gint64 changed = db_execute(db, error, SQL_UPDATE, "tsbtuitttsuu", wanted->active,
	        work->email_name, sort_octets, size, wanted->vip, wanted->quota_mb,
	        wanted->send_limit, wanted->may_send, wanted->may_log_in, wanted->own_only,
	        wanted->note, wanted->id, wanted->version);
	if (changed < 0)
		return FALSE;
	if (changed == 0)
		return ps_conflict(error, "the mailbox");
	MailboxFindKey before = mailbox_find_key(old), after = before;
	before.further = further;
	after.active = wanted->active;
	after.vip = wanted->vip;
	after.email_name = work->email_name;
	return mailbox_find_update(db, &before, &after, error) &&
	       mailbox_usage_limit(db, old->address, wanted->quota_mb, error) &&
	       (!shuts_out(old, wanted) || task_kick(db, old->id, old->address, error)) &&
	       (old->own_only == wanted->own_only || mailbox_mark_refresh(db, old->id, error)) &&
	       (old->active == wanted->active || way_note_mailbox(db, old->id, error)) &&
	       log_mailbox_changes(db, work->actor, old, wanted, work->email_name, error) &&
	       mailbox_clock_set(db, &old->id, 1, at, error);
}

char *mailbox_check(const Mailbox *wanted, GError **error)
{
	g_autofree char *name = text_check_email_name(wanted->email_name, error);
	gboolean ok = text_check_line(wanted->note, "note", MAILBOX_NOTE_MAX, error);

	if (wanted->quota_mb > MAILBOX_QUOTA_MAX)
		ps_invalid(
		        error, "quota_mb", "number", "the quota is above %d MB", MAILBOX_QUOTA_MAX);
	return send_limit_check(wanted->send_limit, error) && ok &&
	                       wanted->quota_mb <= MAILBOX_QUOTA_MAX
	               ? g_steal_pointer(&name)
	               : NULL;
}

gboolean mailbox_update(Db *db, const Actor *actor, const Mailbox *wanted, GError **error)
{
	g_autofree char *name = mailbox_check(wanted, error);
	MailboxWork work = {.actor = actor, .wanted = wanted, .email_name = name};

	if (name == NULL || !db_transaction(db, update_mailbox, &work, error))
		return FALSE;
	address_change_over(db, 0);
	return TRUE;
}

static GPtrArray *all_mailboxes(DbRows *rows)
{
	if (rows == NULL)
		return NULL;
	GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)mailbox_free);
	while (db_rows_next(rows))
		g_ptr_array_add(list, mailbox_read(rows, 0));
	return list;
}

static GPtrArray *read_of_user(
        Db *db, gconstpointer user_id, gboolean backward, const char *address, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, backward ? SQL_OF_USER_BACK : SQL_OF_USER,
	        "ua", *(const guint64 *)user_id, address);

	return all_mailboxes(rows);
}

ListPage *mailbox_of_user(Db *db, guint64 user_id, const ListAt *at, GError **error)
{
	return list_page(db, read_of_user, &user_id, at, error);
}

GPtrArray *mailbox_batch(Db *db, guint64 after, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_BATCH, "u", after);

	return all_mailboxes(rows);
}
