/* mail_send.c: puts the texts, the office's name and the recipient of a mail together. */
#include "lib/office/mail_send.h"

#include "lib/mail/own_mail.h"

gboolean mail_send(Db *db, const Config *config, const char *recipient, const MailFacts *facts,
        GCancellable *stop, GError **error)
{
	g_autoptr(Setting) setting = setting_load(db, error);
	g_autoptr(MailText) text =
	        setting != NULL ? mail_text_make(config, setting, facts, error) : NULL;

	if (text == NULL)
		return FALSE;
	OwnMail mail = {.from_name = setting->office_name,
	        .to = recipient,
	        .subject = text->subject,
	        .text = text->text};
	return own_mail_send(config, &mail, stop, error);
}
