/* mail_list.c: loads, makes, saves and deletes distribution lists. */
#include "lib/mailbox/mail_list.h"

#include <string.h>

#include "lib/base/error.h"
#include "lib/db/db_bulk.h"
#include "lib/mailbox/address_change.h"
#include "lib/mailbox/address_row.h"
#include "lib/mailbox/mailbox_address.h"
#include "lib/mailbox/way.h"
#include "lib/mailbox/way_member.h"
#include "lib/office/change_fields.h"
#include "lib/office/change_log.h"
#include "lib/office/mailbox_mark.h"
#include "lib/office/setting.h"

const char *const mail_list_who[] = {"all", "office", "members", NULL};

#define COLUMNS                                                                                    \
	"SELECT l.id, l.version, l.address, l.who, l.active,"                                      \
	" (SELECT COUNT(*) FROM mail_list_member c WHERE c.list_id = l.id) FROM mail_list l"
enum { C_ID, C_VERSION, C_ADDRESS, C_WHO, C_ACTIVE, C_COUNT };
static const char SQL_LOAD[] = COLUMNS " WHERE l.id = ?";
static const char SQL_PAGE[] =
        COLUMNS " WHERE l.address > CONVERT(? USING ascii) ORDER BY l.address" LIST_PAGE_LIMIT;
static const char SQL_PAGE_BACK[] =
        COLUMNS " WHERE l.address < CONVERT(? USING ascii) ORDER BY l.address DESC" LIST_PAGE_LIMIT;
static const char SQL_MEMBERS[] =
        "SELECT address FROM mail_list_member WHERE list_id = ? ORDER BY address";
static const char SQL_CREATE[] = "INSERT INTO mail_list (domain_id, address, created_at)"
                                 " VALUES (?, ?, " DB_NOW ")";
static const char SQL_UPDATE[] = "UPDATE mail_list SET who = ?, active = ?, version = version + 1"
                                 " WHERE id = ? AND version = ?";
static const char SQL_CLEAR[] = "DELETE FROM mail_list_member WHERE list_id = ?";
static const char *const SQL_ADD_MEMBER[DB_BULK] =
        DB_BULK_INSERT("INSERT INTO mail_list_member (list_id, address, address_id) VALUES ",
                "(?, ?, NULLIF(?, 0))");
static const char SQL_DELETE[] = "DELETE FROM mail_list WHERE id = ? AND version = ?";

void mail_list_free(MailList *list)
{
	if (list == NULL)
		return;
	g_free(list->address);
	g_free(list->who);
	g_clear_pointer(&list->members, g_ptr_array_unref);
	g_free(list);
}

static MailList *row_to_list(DbRows *rows)
{
	MailList *list = g_new0(MailList, 1);

	list->id = db_rows_u64(rows, C_ID);
	list->version = db_rows_u64(rows, C_VERSION);
	list->address = g_strdup(db_rows_text(rows, C_ADDRESS));
	list->who = g_strdup(db_rows_text(rows, C_WHO));
	list->active = db_rows_u64(rows, C_ACTIVE) != 0;
	list->count = db_rows_u64(rows, C_COUNT);
	return list;
}

MailList *mail_list_load(Db *db, guint64 id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_LOAD, "u", id);

	if (rows == NULL)
		return NULL;
	if (!db_rows_next(rows)) {
		g_set_error(error, PS_ERROR, PS_ERROR_NOT_FOUND, "no such list");
		return NULL;
	}
	g_autoptr(DbRows) members = db_query(db, error, SQL_MEMBERS, "u", id);
	if (members == NULL)
		return NULL;
	MailList *list = row_to_list(rows);
	list->members = db_rows_texts(members);
	return list;
}

static GPtrArray *read_lists(
        Db *db, gconstpointer all, gboolean backward, const char *address, GError **error)
{
	g_autoptr(DbRows) rows =
	        db_query(db, error, backward ? SQL_PAGE_BACK : SQL_PAGE, "a", address);
	(void)all;

	if (rows == NULL)
		return NULL;
	GPtrArray *lists = g_ptr_array_new_with_free_func((GDestroyNotify)mail_list_free);
	while (db_rows_next(rows))
		g_ptr_array_add(lists, row_to_list(rows));
	return lists;
}

ListPage *mail_list_page(Db *db, const ListAt *at, GError **error)
{
	return list_page(db, read_lists, NULL, at, error);
}

typedef struct {
	const Actor *actor;
	const MailList *wanted;
	GPtrArray *members; /* WayMember */
	const char *address;
	guint64 domain_id, id, version;
} ListWork;

static gboolean create_list(Db *db, gpointer data, GError **error)
{
	ListWork *work = data;

	if (!way_begin(db, error) ||
	        db_execute(db, error, SQL_CREATE, "ua", work->domain_id, work->address) != 1)
		return FALSE;
	work->id = db_insert_id(db);
	return address_row_add_list(db, work->address, work->domain_id, work->id, error) &&
	       address_change_add_way(db, work->id, 0, error) &&
	       change_log_add(
	               db, work->actor, 0, work->address, "list.created", "", NULL, NULL, error);
}

gboolean mail_list_create(
        Db *db, const Actor *actor, const char *typed, guint64 *id, GError **error)
{
	g_autoptr(GError) failure = NULL;
	guint64 domain_id = 0;
	g_autofree char *address = mailbox_address_typed(db, typed, &domain_id, error);
	ListWork work = {.actor = actor, .address = address, .domain_id = domain_id};

	if (address == NULL)
		return FALSE;
	if (!db_transaction(db, create_list, &work, &failure))
		return mailbox_address_refused(&failure, "address", address, error);
	address_change_over(db, 0);
	*id = work.id;
	return TRUE;
}

static void add_member_row(DbValues *values, guint i, gpointer data)
{
	const ListWork *work = data;
	const WayMember *member = work->members->pdata[i];

	db_values_add_u64(values, work->wanted->id);
	db_values_add_text(values, member->address);
	db_values_add_u64(values, member->address_id);
}

static gboolean log_list(Db *db, const ListWork *work, const MailList *old, GError **error)
{
	const MailList *wanted = work->wanted;
	g_autofree char *before = way_member_lines(old->members);
	g_autofree char *after = way_member_sorted(work->members);
	const ChangeField fields[] = {
	        {"member", before, after},
	        {"who", old->who, wanted->who},
	        {"active", old->active ? "1" : "0", wanted->active ? "1" : "0"},
	};

	return change_fields_log(db, work->actor, 0, old->address, "list.changed", fields,
	        G_N_ELEMENTS(fields), error);
}

static gboolean save_list(Db *db, gpointer data, GError **error)
{
	ListWork *work = data;
	const MailList *wanted = work->wanted;
	WaySource source = {.list_id = wanted->id};

	if (!way_begin(db, error))
		return FALSE;
	g_autoptr(MailList) old = mail_list_load(db, wanted->id, error);
	if (old == NULL)
		return FALSE;
	gint64 changed = db_execute(db, error, SQL_UPDATE, "atuu", wanted->who, wanted->active,
	        wanted->id, wanted->version);
	if (changed < 0)
		return FALSE;
	if (changed == 0)
		return ps_conflict(error, "the list");
	return db_execute(db, error, SQL_CLEAR, "u", wanted->id) >= 0 &&
	       db_bulk_insert(
	               db, SQL_ADD_MEMBER, work->members->len, add_member_row, work, error) &&
	       mailbox_mark_list(db, wanted->id, error) &&
	       way_follow(db, &source, "member", error) && log_list(db, work, old, error);
}

gboolean mail_list_save(Db *db, const Actor *actor, const MailList *wanted, GError **error)
{
	g_autoptr(Setting) setting = setting_load(db, error);

	if (setting == NULL)
		return FALSE;
	if (!g_strv_contains(mail_list_who, wanted->who)) {
		ps_invalid(error, "who", "choice", "not one of the choices");
		return FALSE;
	}
	g_autoptr(GPtrArray) members =
	        way_members(db, wanted->members, setting->outside_members, "member", error);
	ListWork work = {.actor = actor, .wanted = wanted, .members = members};
	if (members == NULL || !db_transaction(db, save_list, &work, error))
		return FALSE;
	address_change_over(db, 0);
	return TRUE;
}

static gboolean delete_list(Db *db, gpointer data, GError **error)
{
	const ListWork *work = data;
	WaySource source = {.list_id = work->id};

	if (!way_begin(db, error))
		return FALSE;
	g_autoptr(MailList) old = mail_list_load(db, work->id, error);
	if (old == NULL)
		return FALSE;
	if (old->version != work->version)
		return ps_conflict(error, "the list");
	/* Those that lead to it first: they are found by its address. */
	return db_execute(db, error, SQL_CLEAR, "u", work->id) >= 0 &&
	       way_follow(db, &source, "member", error) &&
	       address_row_remove_list(db, work->id, error) &&
	       db_execute(db, error, SQL_DELETE, "uu", work->id, work->version) == 1 &&
	       change_log_add(
	               db, work->actor, 0, old->address, "list.deleted", "", NULL, NULL, error);
}

gboolean mail_list_delete(Db *db, const Actor *actor, guint64 id, guint64 version, GError **error)
{
	ListWork work = {.actor = actor, .id = id, .version = version};

	if (!db_transaction(db, delete_list, &work, error))
		return FALSE;
	address_change_over(db, 0);
	return TRUE;
}
