/* access_link.c: makes, opens, lists and voids the links by which access data is handed over. */
#include "lib/mailbox/access_link.h"

#include <string.h>

#include "lib/base/address.h"
#include "lib/base/error.h"
#include "lib/base/password.h"
#include "lib/base/token.h"
#include "lib/mailbox/mailbox_secret.h"
#include "lib/mailbox/own_password.h"
#include "lib/office/change_log.h"
#include "lib/office/notice.h"

static const char SQL_CONTACTS[] =
        "SELECT u.id, u.name, u.contact_email, u.locale"
        "  FROM assignment a JOIN user u ON u.id = a.user_id"
        " WHERE a.mailbox_id = ? AND a.removed_at = 0 AND u.active = 1 AND u.contact_email <> ''"
        " ORDER BY u.name, u.id";
enum { CONTACT_USER, CONTACT_NAME, CONTACT_ADDRESS, CONTACT_LOCALE };
static const char SQL_IS_OWN[] = "SELECT 1 FROM address WHERE address = ? AND mailbox_id = ?";
/* What would void the link waits until it is made, or was there first and is seen. */
static const char SQL_LOCK_MAILBOX[] =
        "SELECT 1 FROM mailbox WHERE id = ? AND deleted = 0 LOCK IN SHARE MODE";
static const char SQL_LOCK_READER[] =
        "SELECT 1 FROM assignment a JOIN user u ON u.id = a.user_id WHERE a.mailbox_id = ?"
        " AND a.user_id = ? AND a.removed_at = 0 AND u.active = 1 LOCK IN SHARE MODE";
static const char SQL_CREATE[] =
        "INSERT INTO access_link (mailbox_id, token_hash, recipient, user_id, made_by, actor, made_at,"
        " expires_at) VALUES (?, ?, ?, NULLIF(?, 0), NULLIF(?, 0), ?, " DB_NOW ", " DB_NOW " + ?)";
static const char SQL_CREATE_OWN[] =
        "INSERT INTO access_link (mailbox_id, token_hash, recipient, user_id, made_by, actor, made_at,"
        " sent_at, expires_at, own_name)"
        " VALUES (?, ?, '', ?, ?, ?, " DB_NOW ", " DB_NOW ", " DB_NOW " + ?, ?)";
static const char SQL_EXPIRES[] = "SELECT expires_at FROM access_link WHERE id = ?";
static const char SQL_SENT[] = "UPDATE access_link SET sent_at = " DB_NOW " WHERE id = ?";
static const char SQL_FAILED[] = "UPDATE access_link SET void_at = " DB_NOW
                                 ", void_reason = 'failed' WHERE id = ? AND sent_at = 0";
/* What makes a link void leaves a mark in it; the two looks beside it are for a link that was being
 * made at that very moment on another node of a cluster. */
#define HOLDS                                                                                                \
	" token_hash = ? AND sent_at > 0 AND void_at = 0 AND expires_at > " DB_NOW                           \
	" AND EXISTS (SELECT 1 FROM mailbox m WHERE m.id = access_link.mailbox_id AND m.deleted = 0)"        \
	" AND (user_id IS NULL OR EXISTS (SELECT 1 FROM assignment a JOIN user u ON u.id = a.user_id"        \
	"  WHERE u.active = 1 AND a.mailbox_id = access_link.mailbox_id AND a.user_id = access_link.user_id" \
	"    AND a.removed_at = 0))"
static const char SQL_FIND[] = "SELECT mailbox_id, opened_at FROM access_link WHERE" HOLDS;
enum { FOUND_MAILBOX, FOUND_OPENED_AT };
static const char SQL_OPEN[] =
        "UPDATE access_link SET opened_at = " DB_NOW " WHERE" HOLDS " AND opened_at = 0";
static const char SQL_OPENED[] =
        "SELECT m.id, m.address, l.recipient, l.user_id, l.own_name, l.actor"
        "  FROM access_link l JOIN mailbox m ON m.id = l.mailbox_id"
        " WHERE l.token_hash = ?";
enum { OPENED_MAILBOX, OPENED_ADDRESS, OPENED_RECIPIENT, OPENED_USER, OPENED_OWN, OPENED_ACTOR };
/* A new shared password is nothing to who gets an own one. */
static const char SQL_VOID[] = "UPDATE access_link SET void_at = " DB_NOW ", void_reason = ?"
                               " WHERE mailbox_id = ? AND void_at = 0"
                               "   AND (own_name IS NULL OR ? <> 'password')";
static const char SQL_VOID_USER[] =
        "UPDATE access_link SET void_at = " DB_NOW ", void_reason = ?"
        " WHERE mailbox_id = ? AND void_at = 0"
        "   AND (user_id = ? OR LOWER(recipient) ="
        "      (SELECT LOWER(u.contact_email) FROM user u WHERE u.id = ?))";
void access_contact_free(AccessContact *contact)
{
	if (contact == NULL)
		return;
	g_free(contact->name);
	g_free(contact->address);
	g_free(contact->locale);
	g_free(contact);
}

GPtrArray *access_contacts(Db *db, guint64 mailbox_id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_CONTACTS, "u", mailbox_id);

	if (rows == NULL)
		return NULL;
	GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)access_contact_free);
	while (db_rows_next(rows)) {
		AccessContact *contact = g_new0(AccessContact, 1);
		contact->user_id = db_rows_u64(rows, CONTACT_USER);
		contact->name = g_strdup(db_rows_text(rows, CONTACT_NAME));
		contact->address = g_strdup(db_rows_text(rows, CONTACT_ADDRESS));
		contact->locale = g_strdup(db_rows_text(rows, CONTACT_LOCALE));
		g_ptr_array_add(list, contact);
	}
	return list;
}

/* 1: an address of the mailbox itself, extension or not. 0: not. -1: error. */
static int is_itself(Db *db, guint64 mailbox_id, const char *address, GError **error)
{
	g_autofree char *key = address_key(address);

	if (key == NULL)
		return 0;
	g_autoptr(DbRows) rows = db_query(db, error, SQL_IS_OWN, "au", key, mailbox_id);
	if (rows == NULL)
		return -1;
	return db_rows_next(rows) ? 1 : 0;
}

AccessContact *access_recipient(
        Db *db, guint64 mailbox_id, const char *typed, guint64 own_of, GError **error)
{
	g_autofree char *address = address_any(typed, "recipient", error);
	g_autoptr(AccessContact) recipient = g_new0(AccessContact, 1);

	if (address == NULL)
		return NULL;
	int itself = is_itself(db, mailbox_id, address, error);
	if (itself < 0)
		return NULL;
	if (itself > 0) {
		ps_invalid(error, "recipient", "itself", "%s is the mailbox itself", address);
		return NULL;
	}
	g_autoptr(GPtrArray) contacts = access_contacts(db, mailbox_id, error);
	if (contacts == NULL)
		return NULL;
	recipient->address = g_steal_pointer(&address);
	recipient->locale = g_strdup("");
	for (guint i = 0; i < contacts->len && recipient->user_id == 0; i++) {
		const AccessContact *contact = contacts->pdata[i];
		if ((own_of != 0 && contact->user_id != own_of) ||
		        g_ascii_strcasecmp(contact->address, recipient->address) != 0)
			continue;
		recipient->user_id = contact->user_id;
		recipient->name = g_strdup(contact->name);
		g_free(recipient->locale);
		recipient->locale = g_strdup(contact->locale);
	}
	if (own_of != 0 && recipient->user_id != own_of) {
		ps_invalid(error, "recipient", "own_only", "%s is not the own contact address",
		        recipient->address);
		return NULL;
	}
	return g_steal_pointer(&recipient);
}

typedef struct {
	const Actor *actor;
	const Mailbox *mailbox;
	const AccessContact *recipient;
	const char *token, *own_name;
	gboolean plain;
	guint64 id, expires_at;
	/* of access_link_open() */
	const KeyRing *ring;
	char *password;
} LinkWork;

/* Log and notice of sending. */
static gboolean note_sent(Db *db, const LinkWork *work, GError **error)
{
	return change_log_add(db, work->actor, work->mailbox->id, work->mailbox->address,
	               work->plain ? "access.sent_plain" : "access.sent", "", NULL,
	               work->recipient->address, error) &&
	       (!work->plain || mailbox_secret_note_seen(
	                                db, work->mailbox->id, work->recipient->user_id, error)) &&
	       notice_add(db, NOTICE_SENT, work->mailbox->id, work->actor, 0, error);
}

/* The mailbox is there, and its reader is one still. */
static gboolean lock_what_holds(Db *db, const LinkWork *work, GError **error)
{
	g_autoptr(DbRows) mailbox = db_query(db, error, SQL_LOCK_MAILBOX, "u", work->mailbox->id);

	if (mailbox == NULL)
		return FALSE;
	if (!db_rows_next(mailbox)) {
		g_set_error(error, PS_ERROR, PS_ERROR_NOT_FOUND, "the mailbox is deleted");
		return FALSE;
	}
	if (work->recipient->user_id == 0)
		return TRUE;
	g_autoptr(DbRows) reader = db_query(
	        db, error, SQL_LOCK_READER, "uu", work->mailbox->id, work->recipient->user_id);
	return reader != NULL &&
	       (db_rows_next(reader) || ps_conflict(error, "the recipient's assignment"));
}

/* The number that it got, and until when it holds. */
static gboolean read_expiry(Db *db, LinkWork *work, guint64 id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_EXPIRES, "u", id);

	if (rows == NULL || !db_rows_next(rows))
		return FALSE;
	work->id = id;
	work->expires_at = db_rows_u64(rows, 0);
	return TRUE;
}

static gboolean create_link(Db *db, gpointer data, GError **error)
{
	LinkWork *work = data;
	TokenHash hash = token_hash(work->token != NULL ? work->token : "");

	if (!lock_what_holds(db, work, error))
		return FALSE;
	if (db_execute(db, error, SQL_CREATE, "ubauusu", work->mailbox->id,
	            work->token != NULL ? hash.octets : NULL, sizeof(hash.octets),
	            work->recipient->address, work->recipient->user_id, work->actor->user_id,
	            work->actor->login, (guint64)ACCESS_LINK_HOURS * 3600 * G_USEC_PER_SEC) != 1)
		return FALSE;
	return read_expiry(db, work, db_insert_id(db), error) &&
	       (!work->plain || note_sent(db, work, error));
}

gboolean access_link_create(Db *db, const Actor *actor, const Mailbox *mailbox,
        const AccessContact *recipient, const char *token, guint64 *id, guint64 *expires_at,
        GError **error)
{
	LinkWork work = {.actor = actor,
	        .mailbox = mailbox,
	        .recipient = recipient,
	        .token = token,
	        .plain = token == NULL};

	if (!db_transaction(db, create_link, &work, error))
		return FALSE;
	*id = work.id;
	*expires_at = work.expires_at;
	return TRUE;
}

static gboolean create_own(Db *db, gpointer data, GError **error)
{
	LinkWork *work = data;
	TokenHash hash = token_hash(work->token);

	if (!lock_what_holds(db, work, error) ||
	        db_execute(db, error, SQL_CREATE_OWN, "ubuusus", work->mailbox->id, hash.octets,
	                sizeof(hash.octets), work->actor->user_id, work->actor->user_id,
	                work->actor->login, (guint64)ACCESS_LINK_HOURS * 3600 * G_USEC_PER_SEC,
	                work->own_name) != 1)
		return FALSE;
	return read_expiry(db, work, db_insert_id(db), error);
}

gboolean access_link_create_own(Db *db, const Actor *actor, const Mailbox *mailbox,
        const char *name, const char *token, guint64 *expires_at, GError **error)
{
	const AccessContact reader = {.user_id = actor->user_id};
	LinkWork work = {.actor = actor,
	        .mailbox = mailbox,
	        .recipient = &reader,
	        .token = token,
	        .own_name = name};

	if (!db_transaction(db, create_own, &work, error))
		return FALSE;
	*expires_at = work.expires_at;
	return TRUE;
}

static gboolean mark_sent(Db *db, gpointer data, GError **error)
{
	const LinkWork *work = data;

	return db_execute(db, error, SQL_SENT, "u", work->id) >= 0 &&
	       (work->plain || note_sent(db, work, error));
}

gboolean access_link_sent(Db *db, const Actor *actor, const Mailbox *mailbox, guint64 id,
        const AccessContact *recipient, gboolean plain, GError **error)
{
	LinkWork work = {.actor = actor,
	        .mailbox = mailbox,
	        .recipient = recipient,
	        .plain = plain,
	        .id = id};

	return db_transaction(db, mark_sent, &work, error);
}

static gboolean mark_failed(Db *db, gpointer data, GError **error)
{
	const LinkWork *work = data;

	return db_execute(db, error, SQL_FAILED, "u", work->id) >= 0 &&
	       change_log_add(db, work->actor, work->mailbox->id, work->mailbox->address,
	               "access.failed", "", NULL, work->recipient->address, error);
}

gboolean access_link_failed(Db *db, const Actor *actor, const Mailbox *mailbox, guint64 id,
        const AccessContact *recipient, GError **error)
{
	LinkWork work = {.actor = actor, .mailbox = mailbox, .recipient = recipient, .id = id};

	return db_transaction(db, mark_failed, &work, error);
}

gboolean access_link_find(Db *db, const char *token, AccessLink *link, GError **error)
{
	TokenHash hash = token_hash(token);
	g_autoptr(DbRows) rows =
	        db_query(db, error, SQL_FIND, "b", hash.octets, sizeof(hash.octets));

	if (rows == NULL)
		return FALSE;
	if (!db_rows_next(rows)) {
		g_set_error(error, PS_ERROR, PS_ERROR_NOT_FOUND, "no such link");
		return FALSE;
	}
	link->mailbox_id = db_rows_u64(rows, FOUND_MAILBOX);
	link->opened = db_rows_u64(rows, FOUND_OPENED_AT) != 0;
	return TRUE;
}

/* That the key is missing must not look like a link that isn't there. */
static char *unseal(Db *db, const KeyRing *ring, guint64 mailbox_id, GError **error)
{
	g_autoptr(GError) failure = NULL;
	char *password = mailbox_secret_open(db, ring, mailbox_id, &failure);

	if (g_error_matches(failure, PS_ERROR, PS_ERROR_NOT_FOUND))
		failure->code = PS_ERROR_SEALED;
	if (failure != NULL)
		g_propagate_error(error, g_steal_pointer(&failure));
	return password;
}

static gboolean open_once(Db *db, gpointer data, GError **error)
{
	LinkWork *work = data;
	TokenHash hash = token_hash(work->token);
	AccessLink link;

	g_clear_pointer(&work->password, password_free);
	gint64 changed = db_execute(db, error, SQL_OPEN, "b", hash.octets, sizeof(hash.octets));
	if (changed < 0)
		return FALSE;
	if (changed == 0) {
		if (access_link_find(db, work->token, &link, error))
			g_set_error(error, PS_ERROR, PS_ERROR_CONFLICT, "the link was opened");
		return FALSE;
	}
	g_autoptr(DbRows) rows =
	        db_query(db, error, SQL_OPENED, "b", hash.octets, sizeof(hash.octets));
	if (rows == NULL || !db_rows_next(rows))
		return FALSE;
	Actor reader = {.login = db_rows_text(rows, OPENED_RECIPIENT)};
	guint64 mailbox_id = db_rows_u64(rows, OPENED_MAILBOX);
	if (db_rows_text(rows, OPENED_OWN) != NULL) {
		Actor owner = {.user_id = db_rows_u64(rows, OPENED_USER),
		        .login = db_rows_text(rows, OPENED_ACTOR)};
		work->password = own_password_make(
		        db, &owner, mailbox_id, db_rows_text(rows, OPENED_OWN), TRUE, error);
		return work->password != NULL;
	}
	work->password = unseal(db, work->ring, mailbox_id, error);
	return work->password != NULL &&
	       mailbox_secret_note_seen(db, mailbox_id, db_rows_u64(rows, OPENED_USER), error) &&
	       change_log_add(db, &reader, mailbox_id, db_rows_text(rows, OPENED_ADDRESS),
	               "access.opened", "", NULL, NULL, error);
}

char *access_link_open(Db *db, const KeyRing *ring, const char *token, GError **error)
{
	LinkWork work = {.token = token, .ring = ring};

	if (!db_transaction(db, open_once, &work, error))
		g_clear_pointer(&work.password, password_free);
	return work.password;
}

gboolean access_link_void(
        Db *db, guint64 mailbox_id, guint64 user_id, const char *reason, GError **error)
{
	if (user_id == 0)
		return db_execute(db, error, SQL_VOID, "aua", reason, mailbox_id, reason) >= 0;
	return db_execute(db, error, SQL_VOID_USER, "auuu", reason, mailbox_id, user_id, user_id) >=
	       0;
}
