/* setting.h: what the office sets (one row). What the machine sets is in config.h. */
#ifndef POSTSTELLE_LIB_OFFICE_SETTING_H
#define POSTSTELLE_LIB_OFFICE_SETTING_H

#include "lib/db/db.h"
#include "lib/office/actor.h"

#define SETTING_TEXT_MAX 255        /* characters of office name and contact */
#define SETTING_KEEP_DAYS_MAX 36500 /* 100 years */
#define SETTING_QUOTA_MAX 1000000   /* MB */
#define SETTING_SEND_LIMIT_MAX 1000000

typedef struct {
	char *host;
	guint64 port;
	char *security; /* tls or starttls */
} MailServer;

typedef struct {
	guint64 version;
	char *office_name;
	char *contact;     /* Ansprechpartner for new domains */
	char *webmail_url; /* "": there is none */
	char *timezone;
	gboolean vip_exempt_cc_bcc;    /* kein VIP-Schutz bei CC / BCC Empfängern */
	gboolean allow_plain_password; /* access data may be sent with the password in clear text */
	gboolean own_only_vip;         /* mailboxes that are made as VIP take own passwords alone */
	guint64 journal_keep_days;     /* 0 = for ever */
	guint64 send_limit; /* recipients an hour of a mailbox without its own; 0 = without limit */
	gboolean outside_members; /* members of lists may be outside the office ... */
	gboolean outside_forward; /* ... and so may what mailboxes are forwarded to */
	guint64 default_quota_mb; /* of a new mailbox; 0 = without limit */
	MailServer imap, pop3, smtp;
} Setting;

/* Free: setting_free(). */
Setting *setting_load(Db *db, GError **error);
void setting_free(Setting *setting);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Setting, setting_free)

/* Whether what was typed may be saved: all that is wrong with it, PS_ERROR_INVALID. */
gboolean setting_check(const Setting *typed, GError **error);

/* What else another time zone changes, within the transaction and before all else of it. */
typedef gboolean (*SettingMove)(Db *db, const char *timezone, GError **error);

/*
 * Saves all of wanted, where version is the opened one; what changed is in the change log, a row a
 * field, under the subject SETTING_SUBJECT. Another time zone moves the periods of all absence
 * notes (absence_period.h): that is done when this returns, or else by the agent (task
 * SETTING_PERIODS); the last days of forwards by move. Programs call setting_save()
 * (lib/mailbox/setting_save.h). PS_ERROR_INVALID on office_name or contact (too_long, control),
 * webmail_url (url), timezone (zone: the system knows no such zone), journal_keep_days, send_limit
 * and default_quota_mb (number), imap_host and the like (host), imap_port (number), imap_security
 * (choice). PS_ERROR_CONFLICT if somebody saved meanwhile.
 */
gboolean setting_update(
        Db *db, const Actor *actor, const Setting *wanted, SettingMove move, GError **error);
#define SETTING_SUBJECT "settings"
#define SETTING_PERIODS "periods"

/* Tells the workers that their copies of the domains are old; within the change's transaction. */
gboolean setting_bump_domains(Db *db, GError **error);

#endif
