/* own_password.c: makes, lists and ends own passwords, and says whose one is. */
#include "lib/mailbox/own_password.h"

#include <string.h>

#include "lib/base/error.h"
#include "lib/base/password.h"
#include "lib/base/text_check.h"
#include "lib/base/token.h"
#include "lib/mailbox/mailbox.h"
#include "lib/mailbox/mailbox_clock.h"
#include "lib/office/change_log.h"
#include "lib/office/mailbox_mark.h"
#include "lib/office/task.h"
#include "lib/user/user_hold.h"

#define USED(service)                                                                              \
	"COALESCE((SELECT w.last_login * 1000000 FROM own_password_use w"                          \
	" WHERE w.password_id = o.id AND w.service = '" service "'), 0)"
static const char SQL_LIST[] =
        "SELECT o.id, o.user_id, o.made_at, o.name, u.name, " USED("imap") ", " USED(
                "pop3") ", o.sent_at"
                        "  FROM own_password o JOIN user u ON u.id = o.user_id"
                        " WHERE o.mailbox_id = ? AND o.ended_at = 0 AND ? IN (0, o.user_id)"
                        " ORDER BY u.name, u.id, o.name, o.id";
enum { C_ID, C_USER_ID, C_MADE_AT, C_NAME, C_USER, C_IMAP_AT, C_POP3_AT, C_SENT_AT };
static const char SQL_READER[] =
        "SELECT 1 FROM assignment a JOIN user u ON u.id = a.user_id"
        "  JOIN mailbox m ON m.id = a.mailbox_id"
        " WHERE a.mailbox_id = ? AND a.user_id = ? AND a.removed_at = 0 AND u.active = 1"
        "   AND m.deleted = 0 LOCK IN SHARE MODE";
static const char SQL_MAKE[] =
        "INSERT INTO own_password (mailbox_id, user_id, name, secret, made_at)"
        " VALUES (?, ?, ?, ?, " DB_NOW ")";
static const char SQL_ONE[] =
        "SELECT o.name, u.login FROM own_password o JOIN user u ON u.id = o.user_id"
        " WHERE o.id = ? AND o.mailbox_id = ? AND o.ended_at = 0 AND ? IN (0, o.user_id)";
enum { ONE_NAME, ONE_LOGIN };
static const char SQL_REVOKE[] =
        "UPDATE own_password SET ended_at = " DB_NOW " WHERE id = ? AND ended_at = 0";
static const char SQL_END[] =
        "UPDATE own_password SET ended_at = " DB_NOW " WHERE mailbox_id = ? AND ended_at = 0";
static const char SQL_END_OF[] = "UPDATE own_password SET ended_at = " DB_NOW
                                 " WHERE mailbox_id = ? AND ended_at = 0 AND user_id = ?";
static const char SQL_WRITER[] = "SELECT user_id FROM own_password WHERE id = ? AND mailbox_id = ?";
/* Another mail's transaction notes it as well as this one. */
static const char SQL_SENT_LATELY[] =
        "SELECT sent_at > " DB_NOW " - 60000000 FROM own_password WHERE id = ?";
static const char SQL_SENT[] = "UPDATE own_password SET sent_at = " DB_NOW " WHERE id = ?";

static void own_password_free(gpointer data)
{
	OwnPassword *one = data;

	g_free(one->name);
	g_free(one->user);
	g_free(one);
}

GPtrArray *own_password_list(Db *db, guint64 mailbox_id, guint64 user_id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_LIST, "uu", mailbox_id, user_id);

	if (rows == NULL)
		return NULL;
	GPtrArray *list = g_ptr_array_new_with_free_func(own_password_free);
	while (db_rows_next(rows)) {
		OwnPassword *one = g_new0(OwnPassword, 1);
		one->id = db_rows_u64(rows, C_ID);
		one->user_id = db_rows_u64(rows, C_USER_ID);
		one->made_at = db_rows_u64(rows, C_MADE_AT);
		one->name = g_strdup(db_rows_text(rows, C_NAME));
		one->user = g_strdup(db_rows_text(rows, C_USER));
		one->at[0] = db_rows_u64(rows, C_IMAP_AT);
		one->at[1] = db_rows_u64(rows, C_POP3_AT);
		one->at[2] = db_rows_u64(rows, C_SENT_AT);
		g_ptr_array_add(list, one);
	}
	return list;
}

gboolean own_password_check_name(const char *name, GError **error)
{
	g_autofree char *text = text_strip(g_strdup(name));

	if (*text != '\0')
		return text_check_line(text, "name", OWN_PASSWORD_NAME_MAX, error);
	ps_invalid(error, "name", "empty", "a device needs a name");
	return FALSE;
}

typedef struct {
	const Actor *actor;
	guint64 mailbox_id, id, user_id;
	const char *name;
	gboolean number;
	TokenHash secret;
} OwnWork;

static gboolean is_taken(const GPtrArray *list, const char *name)
{
	for (guint i = 0; i < list->len; i++)
		if (strcmp(((const OwnPassword *)list->pdata[i])->name, name) == 0)
			return TRUE;
	return FALSE;
}

/* The name that it gets beside those that the user has. NULL and error: none. Free: g_free(). */
static char *free_name(Db *db, const OwnWork *work, GError **error)
{
	g_autoptr(GPtrArray) list =
	        own_password_list(db, work->mailbox_id, work->actor->user_id, error);

	if (list == NULL)
		return NULL;
	if (list->len >= OWN_PASSWORD_MAX) {
		ps_invalid(error, "name", "device_many", "there are %d", OWN_PASSWORD_MAX);
		return NULL;
	}
	g_autofree char *name = g_strdup(work->name);
	for (guint number = 2; is_taken(list, name); number++) {
		if (!work->number) {
			ps_invalid(error, "name", "device_taken", "there is one called %s", name);
			return NULL;
		}
		g_autofree char *begin = g_utf8_substring(work->name, 0,
		        MIN(OWN_PASSWORD_NAME_MAX - 3, g_utf8_strlen(work->name, -1)));
		g_free(name);
		name = g_strdup_printf("%s %u", begin, number);
	}
	return g_steal_pointer(&name);
}

/* The user may read the mailbox, and does so until this is committed: the mailbox's clock and the
 * user's row say so to every node. */
static gboolean lock_reader(Db *db, const OwnWork *work, GError **error)
{
	gboolean active = FALSE;

	if (!user_hold(db, work->actor->user_id, NULL, &active, error))
		return FALSE;
	g_autoptr(DbRows) rows =
	        db_query(db, error, SQL_READER, "uu", work->mailbox_id, work->actor->user_id);
	if (rows == NULL || (active && db_rows_next(rows)))
		return rows != NULL;
	g_set_error(error, PS_ERROR, PS_ERROR_NOT_FOUND, "the mailbox isn't the user's");
	return FALSE;
}

/* The mailbox's clock puts this and the end of an assignment in one order. */
static gboolean make_password(Db *db, gpointer data, GError **error)
{
	const OwnWork *work = data;
	guint64 at = 0;

	if (!mailbox_clock_lock(db, &work->mailbox_id, 1, &at, error))
		return FALSE;
	g_autoptr(Mailbox) mailbox = mailbox_load(db, work->mailbox_id, error);
	if (mailbox == NULL || !lock_reader(db, work, error))
		return FALSE;
	g_autofree char *name = free_name(db, work, error);
	return name != NULL &&
	       db_execute(db, error, SQL_MAKE, "uusb", mailbox->id, work->actor->user_id, name,
	               work->secret.octets, sizeof(work->secret.octets)) == 1 &&
	       mailbox_mark_own(db, mailbox->id, error) &&
	       change_log_add(db, work->actor, mailbox->id, mailbox->address, "own_password.made",
	               "", NULL, name, error) &&
	       mailbox_clock_set(db, &mailbox->id, 1, at, error);
}

char *own_password_make(Db *db, const Actor *actor, guint64 mailbox_id, const char *name,
        gboolean number, GError **error)
{
	g_autofree char *text = text_strip(g_strdup(name));

	if (!own_password_check_name(text, error))
		return NULL;
	char *password = password_generate();
	OwnWork work = {.actor = actor,
	        .mailbox_id = mailbox_id,
	        .name = text,
	        .number = number,
	        .secret = token_hash(password)};
	if (!db_transaction(db, make_password, &work, error))
		g_clear_pointer(&password, password_free);
	return password;
}

static gboolean revoke_password(Db *db, gpointer data, GError **error)
{
	const OwnWork *work = data;
	g_autoptr(Mailbox) mailbox = mailbox_load(db, work->mailbox_id, error);

	if (mailbox == NULL)
		return FALSE;
	g_autoptr(DbRows) rows =
	        db_query(db, error, SQL_ONE, "uuu", work->id, work->mailbox_id, work->user_id);
	if (rows == NULL)
		return FALSE;
	if (!db_rows_next(rows)) {
		g_set_error(error, PS_ERROR, PS_ERROR_NOT_FOUND, "there is no such password");
		return FALSE;
	}
	g_autofree char *whose = g_strdup_printf(
	        "%s (%s)", db_rows_text(rows, ONE_NAME), db_rows_text(rows, ONE_LOGIN));
	return db_execute(db, error, SQL_REVOKE, "u", work->id) == 1 &&
	       change_log_add(db, work->actor, mailbox->id, mailbox->address,
	               "own_password.revoked", "", whose, NULL, error) &&
	       task_kick(db, mailbox->id, mailbox->address, error);
}

gboolean own_password_revoke(
        Db *db, const Actor *actor, guint64 mailbox_id, guint64 id, guint64 user_id, GError **error)
{
	OwnWork work = {.actor = actor, .mailbox_id = mailbox_id, .id = id, .user_id = user_id};

	return db_transaction(db, revoke_password, &work, error);
}

gboolean own_password_end(
        Db *db, guint64 mailbox_id, const char *address, guint64 user_id, GError **error)
{
	gint64 ended = user_id != 0 ? db_execute(db, error, SQL_END_OF, "uu", mailbox_id, user_id)
	                            : db_execute(db, error, SQL_END, "u", mailbox_id);

	return ended == 0 || (ended > 0 && task_kick(db, mailbox_id, address, error));
}

char *own_password_login(const char *name, guint64 *id)
{
	const char *tag = strrchr(name, '/');

	*id = 0;
	if (tag == NULL)
		return g_ascii_strdown(name, -1);
	g_ascii_string_to_unsigned(tag + 1, 10, 1, G_MAXINT64, id, NULL);
	return g_ascii_strdown(name, tag - name);
}

gboolean own_password_writer(
        Db *db, guint64 id, guint64 mailbox_id, guint64 *user_id, GError **error)
{
	g_autoptr(DbRows) rows =
	        id != 0 ? db_query(db, error, SQL_WRITER, "uu", id, mailbox_id) : NULL;

	*user_id = 0;
	if (rows == NULL)
		return id == 0;
	if (db_rows_next(rows))
		*user_id = db_rows_u64(rows, 0);
	return TRUE;
}

gboolean own_password_sent(Db *db, guint64 id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_SENT_LATELY, "u", id);

	if (rows == NULL)
		return FALSE;
	gboolean lately = !db_rows_next(rows) || db_rows_u64(rows, 0) != 0;
	return lately || db_execute(db, error, SQL_SENT, "u", id) >= 0;
}
