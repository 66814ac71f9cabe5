/* access_send.c: makes a link, hands its mail over, and marks what became of it. */
#include "lib/mailbox/access_send.h"

#include "lib/base/password.h"
#include "lib/base/token.h"
#include "lib/mail/own_mail.h"
#include "lib/mailbox/access_bounce.h"
#include "lib/mailbox/mailbox_secret.h"
#include "lib/office/mail_send.h"

void access_result_clear(AccessResult *result)
{
	g_free(result->link);
	g_free(result->why);
	g_free(result->reply);
}

static gboolean hand_over_data(Db *db, const AccessSender *sender, const AccessMail *mail,
        guint64 id, char **reply, GError **error)
{
	g_autoptr(MailText) text = sender->compose(mail, sender->data, error);

	g_autofree char *reply_to = text != NULL ? mail_reply_to(db, sender->actor, error) : NULL;
	g_autofree char *envelope =
	        reply_to != NULL ? access_bounce_sender(db, id, sender->config->mail_from, error)
	                         : NULL;
	if (envelope == NULL)
		return FALSE;
	const OwnMail message = {
	        .from_name = mail->setting->office_name,
	        .to = mail->recipient->address,
	        .sender = envelope,
	        .reply_to = reply_to,
	        .subject = text->subject,
	        .text = text->text,
	        .html = text->html,
	};
	return own_mail_send(sender->config, &message, NULL, reply, error);
}

/* token NULL: the password stands in the mail. */
static gboolean create_and_send(Db *db, const AccessSender *sender, AccessMail *mail,
        const char *token, AccessResult *result, GError **error)
{
	g_autoptr(GError) failure = NULL;
	guint64 id = 0;

	if (!access_link_create(db, sender->actor, mail->mailbox, mail->recipient, token, &id,
	            &mail->expires_at, error))
		return FALSE;
	result->id = id;
	result->expires_at = mail->expires_at;
	if (hand_over_data(db, sender, mail, id, &result->reply, &failure))
		return access_link_sent(db, sender->actor, mail->mailbox, id, mail->recipient,
		        token == NULL, error);
	result->why = g_strdup(failure->message);
	return access_link_failed(db, sender->actor, mail->mailbox, id, mail->recipient, error);
}

gboolean access_send(Db *db, const AccessSender *sender, const Mailbox *mailbox,
        const Setting *setting, const AccessContact *recipient, gboolean plain,
        AccessResult *result, GError **error)
{
	AccessMail mail = {.mailbox = mailbox, .setting = setting, .recipient = recipient};

	*result = (AccessResult){0};
	if (!plain) {
		g_autofree char *token = token_new();
		result->link = g_strconcat(sender->config->base_url, "/access/", token, NULL);
		mail.link = result->link;
		return create_and_send(db, sender, &mail, token, result, error);
	}
	char *password = mailbox_secret_open(db, sender->ring, mailbox->id, error);
	mail.password = password;
	gboolean ok = password != NULL && create_and_send(db, sender, &mail, NULL, result, error);
	password_free(password);
	return ok;
}
