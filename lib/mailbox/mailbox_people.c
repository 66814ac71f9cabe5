/* mailbox_people.c: lists who is assigned to a mailbox, and its further addresses. */
#include "lib/mailbox/mailbox_people.h"

#include <string.h>

static const char SQL_USERS[] =
        "SELECT " MAILBOX_USER_COLUMNS " FROM " MAILBOX_USER_ROWS " ORDER BY pu.name, pu.id";
enum { USER_ID, USER_ASSIGNED_AT, USER_NAME, USER_EMAIL_NAME, USER_ACTIVE, USER_LOGIN };
#define ALIASES "SELECT id, address FROM address WHERE mailbox_id = ? AND is_alias = 1"
static const char SQL_ALIASES[] = ALIASES " AND twin_of IS NULL ORDER BY address";
static const char SQL_ALL_ALIASES[] = ALIASES " ORDER BY address";
enum { ALIAS_ID, ALIAS_ADDRESS };

static void user_free(gpointer data)
{
	MailboxUser *user = data;

	g_free(user->name);
	g_free(user->login);
	g_free(user->email_name);
	g_free(user);
}

GPtrArray *mailbox_users_new(void)
{
	return g_ptr_array_new_with_free_func(user_free);
}

MailboxUser *mailbox_user_read(DbRows *rows, guint first)
{
	MailboxUser *user = g_new0(MailboxUser, 1);

	user->user_id = db_rows_u64(rows, first + USER_ID);
	user->assigned_at = db_rows_u64(rows, first + USER_ASSIGNED_AT);
	user->name = g_strdup(db_rows_text(rows, first + USER_NAME));
	user->email_name = g_strdup(db_rows_text(rows, first + USER_EMAIL_NAME));
	user->active = db_rows_u64(rows, first + USER_ACTIVE) != 0;
	user->login = g_strdup(db_rows_text(rows, first + USER_LOGIN));
	return user;
}

/* As the database would: all columns compare by their octets. */
static gint users_by_name(gconstpointer a, gconstpointer b)
{
	const MailboxUser *one = *(const MailboxUser *const *)a;
	const MailboxUser *other = *(const MailboxUser *const *)b;
	int order = strcmp(one->name, other->name);

	return order != 0 ? order : one->user_id < other->user_id ? -1 : 1;
}

void mailbox_users_sort(GPtrArray *users)
{
	g_ptr_array_sort(users, users_by_name);
}

GPtrArray *mailbox_users(Db *db, guint64 id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_USERS, "u", id);

	if (rows == NULL)
		return NULL;
	GPtrArray *users = mailbox_users_new();
	while (db_rows_next(rows))
		g_ptr_array_add(users, mailbox_user_read(rows, 0));
	return users;
}

static void alias_free(gpointer data)
{
	MailboxAlias *alias = data;

	g_free(alias->address);
	g_free(alias);
}

GPtrArray *mailbox_aliases_new(void)
{
	return g_ptr_array_new_with_free_func(alias_free);
}

MailboxAlias *mailbox_alias_new(guint64 id, const char *address)
{
	MailboxAlias *alias = g_new0(MailboxAlias, 1);

	alias->id = id;
	alias->address = g_strdup(address);
	return alias;
}

static GPtrArray *aliases_of(Db *db, const char *sql, guint64 id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, sql, "u", id);

	if (rows == NULL)
		return NULL;
	GPtrArray *aliases = mailbox_aliases_new();
	while (db_rows_next(rows))
		g_ptr_array_add(aliases, mailbox_alias_new(db_rows_u64(rows, ALIAS_ID),
		                                 db_rows_text(rows, ALIAS_ADDRESS)));
	return aliases;
}

GPtrArray *mailbox_aliases(Db *db, guint64 id, GError **error)
{
	return aliases_of(db, SQL_ALIASES, id, error);
}

GPtrArray *mailbox_all_aliases(Db *db, guint64 id, GError **error)
{
	return aliases_of(db, SQL_ALL_ALIASES, id, error);
}
