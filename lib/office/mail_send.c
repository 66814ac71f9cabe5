/* mail_send.c: puts the texts, the office's name and the recipient of a mail together. */
#include "lib/office/mail_send.h"

#include "lib/mail/own_mail.h"

static const char SQL_CONTACT[] = "SELECT contact_email FROM user WHERE id = ?";

char *mail_reply_to(Db *db, const Actor *actor, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_CONTACT, "u", actor->user_id);

	if (rows == NULL)
		return NULL;
	return g_strdup(db_rows_next(rows) ? db_rows_text(rows, 0) : "");
}

gboolean mail_send(Db *db, const Config *config, const Actor *actor, const char *recipient,
        const MailFacts *facts, GCancellable *stop, GError **error)
{
	g_autofree char *reply_to = actor != NULL ? mail_reply_to(db, actor, error) : g_strdup("");
	if (reply_to == NULL)
		return FALSE;
	g_autoptr(Setting) setting = setting_load(db, error);
	g_autoptr(MailText) text =
	        setting != NULL ? mail_text_make(config, setting, facts, error) : NULL;

	if (text == NULL)
		return FALSE;
	OwnMail mail = {.from_name = setting->office_name,
	        .to = recipient,
	        .reply_to = reply_to,
	        .subject = text->subject,
	        .text = text->text};
	return own_mail_send(config, &mail, stop, NULL, error);
}
