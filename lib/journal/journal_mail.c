/* journal_mail.c: tells which mails have no body in the journal. */
#include "lib/journal/journal_mail.h"

gboolean journal_mail_is_bare(const JournalMail *mail)
{
	/* An absence note has an empty envelope sender too. */
	gboolean is_note = mail->service == JOURNAL_VACATION && mail->sender != NULL;
	gboolean has_sender = mail->envelope_from != NULL && *mail->envelope_from != '\0';

	return mail->service == JOURNAL_OWN || mail->is_report || (!has_sender && !is_note);
}
