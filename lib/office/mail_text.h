/* mail_text.h: what Poststelle's own mails say, from templates/mail/LANGUAGE.ini.
 *
 * These are key files: a group for each occasion with a subject and the paragraphs 1, 2, 3 ... A
 * word in braces is replaced by the fact of that name: {mailbox}, {actor}, {person}, {login},
 * {link}, {when} and {base_url}.
 */
#ifndef POSTSTELLE_LIB_OFFICE_MAIL_TEXT_H
#define POSTSTELLE_LIB_OFFICE_MAIL_TEXT_H

#include "lib/base/config.h"
#include "lib/office/setting.h"

/* What a mail is about. NULL is the same as "". */
typedef struct {
	const char *kind;      /* the group */
	const char *languages; /* "de", "en", or several: "de,en" says it in both */
	const char *mailbox;
	const char *actor; /* who did it; "" = the command line */
	const char *person;
	const char *login;
	const char *link;
	guint64 when; /* microseconds since 1970 UTC */
} MailFacts;

typedef struct {
	char *subject;
	char *text;
	char *html; /* the same for eyes; NULL: only the text */
} MailText;

/* NULL and PS_ERROR_INTERNAL if the files lack it. Free: mail_text_free(). */
MailText *mail_text_make(
        const Config *config, const Setting *setting, const MailFacts *facts, GError **error);
void mail_text_free(MailText *text);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MailText, mail_text_free)

#endif
