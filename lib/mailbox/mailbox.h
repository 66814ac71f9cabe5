/* mailbox.h: mailboxes, their settings, and whom and which addresses they belong to.
 *
 * What is saved holds for the mail servers at once: they read the same rows by views.
 */
#ifndef POSTSTELLE_LIB_MAILBOX_MAILBOX_H
#define POSTSTELLE_LIB_MAILBOX_MAILBOX_H

#include "lib/base/seal.h"
#include "lib/db/db.h"
#include "lib/db/list_page.h"
#include "lib/mailbox/mailbox_find.h"
#include "lib/mailbox/mailbox_people.h"
#include "lib/mailbox/send_limit.h"
#include "lib/office/actor.h"
#include "lib/office/setting.h"

#define MAILBOX_NOTE_MAX 255                /* characters */
#define MAILBOX_QUOTA_MAX SETTING_QUOTA_MAX /* MB; 0 = without limit */

typedef struct {
	guint64 id, domain_id, version;
	char *address;
	char *email_name;
	char *note; /* what it is for; "": nothing is said */
	gboolean active, vip;
	gboolean may_send, may_log_in; /* by SMTP; by IMAP and POP3 */
	gboolean own_only;             /* the shared password doesn't log in (own_password.h) */
	gboolean known; /* by somebody who shouldn't know its password (mailbox_mark.h) */
	guint64 quota_mb;
	gint64 send_limit; /* recipients an hour (send_limit.h), or SEND_LIMIT_OF_OFFICE */
	gboolean domain_active;
	gboolean deleted;
	guint64 deleted_at;
	gboolean sealed; /* its password can be shown, given the key */
	char *key_id;    /* of the seal; NULL without one */
	guint64 password_changed_at;
	guint64 last_login; /* with the shared password, seconds since 1970; 0 = never */
	guint64 bytes;      /* used storage, as Dovecot counted it */
	gboolean absent; /* its absence note is switched on; absence_state() says where it stands */
	guint64 absent_from, absent_until; /* the note's period, 0 = open */
} Mailbox;

/* What a statement reads of one, and what it joins with mailbox m. */
#define MAILBOX_COLUMNS                                                                            \
	"m.id, m.domain_id, m.version, m.address, m.email_name, m.active, m.vip, m.quota_mb,"      \
	" d.active, m.deleted, m.deleted_at, m.password_sealed IS NOT NULL, m.password_key_id,"    \
	" m.password_changed_at, u.bytes, u.last_login, n.active, n.starts_at, n.ends_at,"         \
	" m.send_limit, m.may_send, m.may_log_in, m.own_only, m.note, m.known"
#define MAILBOX_COLUMN_COUNT 25
#define MAILBOX_JOINED                                                                             \
	"LEFT JOIN domain d ON d.id = m.domain_id"                                                 \
	" LEFT JOIN mailbox_usage u ON u.username = m.address"                                     \
	" LEFT JOIN absence n ON n.mailbox_id = m.id"
/* The mailbox of a row that has these columns from the first one on. Free: mailbox_free(). */
Mailbox *mailbox_read(DbRows *rows, guint first);

void mailbox_free(Mailbox *mailbox);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Mailbox, mailbox_free)

/* NULL and PS_ERROR_NOT_FOUND if there is none, or it was purged. Free: mailbox_free(). */
Mailbox *mailbox_load(Db *db, guint64 id, GError **error);
/* The same; of a deleted one PS_ERROR_NOT_FOUND too. */
Mailbox *mailbox_load_live(Db *db, guint64 id, GError **error);
Mailbox *mailbox_load_address(Db *db, const char *address, GError **error);

/*
 * Makes a mailbox with a generated password and the storage of the settings; mail is accepted from
 * the COMMIT on. PS_ERROR_INVALID on local_part (address.h, taken), domain_id (unknown, inactive)
 * or email_name. An empty ring: the password can't be shown later.
 */
gboolean mailbox_create(Db *db, const KeyRing *ring, const Actor *actor, const char *local_part,
        guint64 domain_id, const char *email_name, guint64 *id, GError **error);

/* At most 1,000 mailboxes that are not deleted, with numbers above after, in their order. */
GPtrArray *mailbox_batch(Db *db, guint64 after, GError **error);

/* The E-Mail-Name in its stored form, if all settings may be saved. NULL and PS_ERROR_INVALID: all
 * that is wrong with them. Free: g_free(). */
char *mailbox_check(const Mailbox *wanted, GError **error);

/* Saves active, may_send, may_log_in, own_only, email_name, note, vip, quota_mb and send_limit of
 * wanted, where id and version are the opened ones. PS_ERROR_CONFLICT if somebody saved meanwhile,
 * NOT_FOUND if it is gone or deleted.
 */
gboolean mailbox_update(Db *db, const Actor *actor, const Mailbox *wanted, GError **error);

/* What the search rows of a mailbox follow from; its texts are borrowed. */
MailboxFindKey mailbox_find_key(const Mailbox *mailbox);

/* Mailboxes that a user is assigned to now (not deleted): a page (Mailbox) by address, which is the
 * cursor. Free: list_page_free(). */
ListPage *mailbox_of_user(Db *db, guint64 user_id, const ListAt *at, GError **error);

#endif
