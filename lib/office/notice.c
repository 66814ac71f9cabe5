/* notice.c: writes notices, with their readers, and queues their mails. */
#include "lib/office/notice.h"

#include <string.h>

#include "lib/base/error.h"
#include "lib/office/mail_queue.h"

static const char SQL_MAILBOX[] =
        "SELECT m.address, m.deleted = 0 AND m.active = 1 AND d.active = 1,"
        "       EXISTS (SELECT 1 FROM assignment a"
        "         WHERE a.mailbox_id = m.id AND a.removed_at = 0 AND a.user_id = ?)"
        "  FROM mailbox m JOIN domain d ON d.id = m.domain_id WHERE m.id = ? AND m.vip = 1";
enum { C_ADDRESS, C_TAKES_MAIL, C_IS_ASSIGNED };
static const char SQL_WHO[] = "SELECT CONCAT(name, ' (', login, ')') FROM user WHERE id = ?";
static const char SQL_ADD[] = "INSERT INTO notice (at, mailbox_id, kind, actor, person)"
                              " VALUES (" DB_NOW ", ?, ?, ?, ?)";
static const char SQL_READERS[] =
        "INSERT INTO notice_reader (user_id, notice_id)"
        " SELECT user_id, ? FROM assignment WHERE mailbox_id = ? AND removed_at = 0";
static const char SQL_LANGUAGES[] =
        "SELECT DISTINCT u.locale FROM assignment a JOIN user u ON u.id = a.user_id"
        " WHERE a.mailbox_id = ? AND a.removed_at = 0 ORDER BY u.locale";
static const char SQL_VIP_OF_USER[] =
        "SELECT a.mailbox_id FROM assignment a JOIN mailbox m ON m.id = a.mailbox_id"
        " WHERE a.user_id = ? AND a.removed_at = 0 AND m.vip = 1 AND m.deleted < 2";
static const char SQL_ADDRESS[] = "SELECT address FROM mailbox WHERE id = ?";
#define ADMINISTRATORS " FROM user WHERE role = 'admin' AND active = 1"
static const char SQL_TELL_ADMINISTRATORS[] =
        "INSERT INTO notice_reader (user_id, notice_id) SELECT id, ?" ADMINISTRATORS;
static const char SQL_ADMINISTRATORS[] =
        "SELECT contact_email, IF(locale = 'en', 'en', 'de')" ADMINISTRATORS
        " AND contact_email <> ''";
enum { ADMIN_ADDRESS, ADMIN_LANGUAGE };
static const char SQL_VIP_OF_DOMAIN[] =
        "SELECT id FROM mailbox WHERE deleted = 0 AND domain_id = ? AND vip = 1 AND active = 1";
static const char SQL_LIST[] =
        "SELECT n.id, n.at, n.kind, m.address, n.actor, n.person, m.id, m.deleted,"
        "       EXISTS (SELECT 1 FROM assignment a WHERE a.mailbox_id = m.id"
        "         AND a.removed_at = 0 AND a.user_id = r.user_id)"
        "  FROM notice_reader r STRAIGHT_JOIN notice n ON n.id = r.notice_id"
        "  STRAIGHT_JOIN mailbox m ON m.id = n.mailbox_id"
        " WHERE r.user_id = ? AND r.notice_id < ? ORDER BY r.notice_id DESC LIMIT 21";
enum {
	LISTED_ID,
	LISTED_AT,
	LISTED_KIND,
	LISTED_ADDRESS,
	LISTED_ACTOR,
	LISTED_PERSON,
	LISTED_MAILBOX,
	LISTED_DELETED,
	LISTED_ASSIGNED
};
G_STATIC_ASSERT(NOTICE_PAGE == 20);

/* Name and log-in of a user; "" for 0. NULL: error. Free: g_free(). */
static char *who(Db *db, guint64 user_id, GError **error)
{
	if (user_id == 0)
		return g_strdup("");
	g_autoptr(DbRows) rows = db_query(db, error, SQL_WHO, "u", user_id);
	if (rows == NULL)
		return NULL;
	return g_strdup(db_rows_next(rows) ? db_rows_text(rows, 0) : "");
}

/* The languages of the assigned users, German where nobody chose one. Free: g_free(). */
static char *languages(Db *db, guint64 mailbox_id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_LANGUAGES, "u", mailbox_id);
	gboolean german = FALSE, english = FALSE;

	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows)) {
		gboolean is_english = strcmp(db_rows_text(rows, 0), "en") == 0;
		english = english || is_english;
		german = german || !is_english;
	}
	return g_strdup(!english ? "de" : german ? "de,en" : "en");
}

static gboolean queue_mail(Db *db, const char *kind, guint64 mailbox_id, const char *address,
        const char *actor, const char *person, GError **error)
{
	g_autofree char *text_kind = g_strconcat("notice.", kind, NULL);
	g_autofree char *spoken = languages(db, mailbox_id, error);
	const MailFacts facts = {.kind = text_kind,
	        .languages = spoken,
	        .mailbox = address,
	        .actor = actor,
	        .person = person};

	return spoken != NULL && mail_queue_add(db, address, &facts, error);
}

/* about: what the notice says beside its kind; NULL: who person_id is. */
static gboolean add_notice(Db *db, const char *kind, guint64 mailbox_id, const Actor *actor,
        guint64 person_id, const char *about, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_MAILBOX, "uu", actor->user_id, mailbox_id);
	gboolean of_others = strcmp(kind, NOTICE_SHOWN) == 0 ||
	                     strcmp(kind, NOTICE_GENERATED) == 0 || strcmp(kind, NOTICE_SENT) == 0;
	/* Told before it is so; a mail would come too late. */
	gboolean shuts = strcmp(kind, NOTICE_DELETED) == 0 || strcmp(kind, NOTICE_INACTIVE) == 0;

	if (rows == NULL)
		return FALSE;
	if (!db_rows_next(rows) || (of_others && db_rows_u64(rows, C_IS_ASSIGNED) != 0))
		return TRUE;
	g_autofree char *actor_name = who(db, actor->user_id, error);
	g_autofree char *person = actor_name == NULL ? NULL
	                          : about != NULL    ? g_strdup(about)
	                                             : who(db, person_id, error);
	if (person == NULL ||
	        db_execute(db, error, SQL_ADD, "uass", mailbox_id, kind, actor_name, person) != 1)
		return FALSE;
	if (db_execute(db, error, SQL_READERS, "uu", db_insert_id(db), mailbox_id) < 0)
		return FALSE;
	return shuts || db_rows_u64(rows, C_TAKES_MAIL) == 0 ||
	       queue_mail(db, kind, mailbox_id, db_rows_text(rows, C_ADDRESS), actor_name, person,
	               error);
}

gboolean notice_add(Db *db, const char *kind, guint64 mailbox_id, const Actor *actor,
        guint64 person_id, GError **error)
{
	return add_notice(db, kind, mailbox_id, actor, person_id, NULL, error);
}

gboolean notice_add_address(Db *db, const char *kind, guint64 mailbox_id, const Actor *actor,
        const char *address, GError **error)
{
	return add_notice(db, kind, mailbox_id, actor, 0, address, error);
}

gboolean notice_add_user(
        Db *db, const char *kind, const Actor *actor, guint64 user_id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_VIP_OF_USER, "u", user_id);

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows))
		if (!notice_add(db, kind, db_rows_u64(rows, 0), actor, user_id, error))
			return FALSE;
	return TRUE;
}

gboolean notice_add_domain(
        Db *db, const char *kind, const Actor *actor, guint64 domain_id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_VIP_OF_DOMAIN, "u", domain_id);

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows))
		if (!notice_add(db, kind, db_rows_u64(rows, 0), actor, 0, error))
			return FALSE;
	return TRUE;
}

static gboolean mail_administrators(Db *db, const char *kind, const char *address, GError **error)
{
	g_autofree char *text_kind = g_strconcat("notice.", kind, NULL);
	g_autoptr(DbRows) rows = db_query(db, error, SQL_ADMINISTRATORS, "");

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows)) {
		const MailFacts facts = {.kind = text_kind,
		        .languages = db_rows_text(rows, ADMIN_LANGUAGE),
		        .mailbox = address};
		if (!mail_queue_add(db, db_rows_text(rows, ADMIN_ADDRESS), &facts, error))
			return FALSE;
	}
	return TRUE;
}

gboolean notice_add_administrators(Db *db, const char *kind, guint64 mailbox_id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_ADDRESS, "u", mailbox_id);

	if (rows == NULL)
		return FALSE;
	if (!db_rows_next(rows))
		return TRUE;
	return db_execute(db, error, SQL_ADD, "uass", mailbox_id, kind, "", "") == 1 &&
	       db_execute(db, error, SQL_TELL_ADMINISTRATORS, "u", db_insert_id(db)) >= 0 &&
	       mail_administrators(db, kind, db_rows_text(rows, 0), error);
}

static void notice_free(gpointer data)
{
	Notice *notice = data;

	g_free(notice->kind);
	g_free(notice->address);
	g_free(notice->actor);
	g_free(notice->person);
	g_free(notice);
}

GPtrArray *notice_list(Db *db, guint64 user_id, guint64 before, GError **error)
{
	g_autoptr(DbRows) rows = db_query(
	        db, error, SQL_LIST, "uu", user_id, before > 0 ? before : (guint64)G_MAXINT64);

	if (rows == NULL)
		return NULL;
	GPtrArray *list = g_ptr_array_new_with_free_func(notice_free);
	while (db_rows_next(rows)) {
		Notice *notice = g_new0(Notice, 1);
		notice->id = db_rows_u64(rows, LISTED_ID);
		notice->at = db_rows_u64(rows, LISTED_AT);
		notice->kind = g_strdup(db_rows_text(rows, LISTED_KIND));
		notice->address = g_strdup(db_rows_text(rows, LISTED_ADDRESS));
		notice->actor = g_strdup(db_rows_text(rows, LISTED_ACTOR));
		notice->person = g_strdup(db_rows_text(rows, LISTED_PERSON));
		notice->mailbox_id = db_rows_u64(rows, LISTED_MAILBOX);
		notice->is_deleted = db_rows_u64(rows, LISTED_DELETED) != 0;
		notice->is_own = db_rows_u64(rows, LISTED_ASSIGNED) != 0;
		g_ptr_array_add(list, notice);
	}
	return list;
}
