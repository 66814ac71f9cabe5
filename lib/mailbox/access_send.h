/* access_send.h: access data sent to somebody (Zugangsdaten versenden): a one-time link, or the
 * password in clear text, in a mail that is handed over at once.
 *
 * What was made for a mail that the mail server doesn't take is void before anybody hears of it.
 */
#ifndef POSTSTELLE_LIB_MAILBOX_ACCESS_SEND_H
#define POSTSTELLE_LIB_MAILBOX_ACCESS_SEND_H

#include "lib/base/config.h"
#include "lib/mailbox/access_link.h"
#include "lib/office/mail_text.h"
#include "lib/office/setting.h"

/* What the mail is about. */
typedef struct {
	const Mailbox *mailbox;
	const Setting *setting;
	const AccessContact *recipient;
	const char *link;     /* the one-time link; NULL: the password stands in the mail */
	const char *password; /* without a link */
	guint64 expires_at;   /* of the link */
} AccessMail;

/* Makes its texts. NULL and error: it isn't sent. */
typedef MailText *(*AccessCompose)(const AccessMail *mail, gpointer data, GError **error);

/* Who sends, and with what. */
typedef struct {
	const Config *config;
	const KeyRing *ring;
	const Actor *actor;
	AccessCompose compose;
	gpointer data; /* of compose */
} AccessSender;

typedef struct {
	guint64 id; /* of what was sent (access_link.h) */
	char *link; /* for the page, once; NULL in clear text */
	guint64 expires_at;
	char *why;   /* it was not sent, for the log; NULL: it was */
	char *reply; /* what the mail server said then; NULL: nothing */
} AccessResult;

void access_result_clear(AccessResult *result);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(AccessResult, access_result_clear)

/*
 * plain: the password itself goes. TRUE also for a mail that was not taken (result->why).
 * PS_ERROR_NOT_FOUND and PS_ERROR_SEALED of mailbox_secret.h: the password can't be had, nothing
 * was made.
 */
gboolean access_send(Db *db, const AccessSender *sender, const Mailbox *mailbox,
        const Setting *setting, const AccessContact *recipient, gboolean plain,
        AccessResult *result, GError **error);

#endif
