/* journal_mail.h: a mail as it is handed over to the journal, and which ones have no body there.
 */
#ifndef POSTSTELLE_LIB_JOURNAL_JOURNAL_MAIL_H
#define POSTSTELLE_LIB_JOURNAL_JOURNAL_MAIL_H

#include <glib.h>

#define JOURNAL_TEXT_MAX 65536      /* octets of the text part that are kept */
#define JOURNAL_SUBJECT_MAX 1000    /* characters */
#define JOURNAL_NAMED_MAX 1000      /* addresses a header that are kept; all of them protect */
#define JOURNAL_LISTED 2            /* addresses of To and Cc in a row of the list */
#define JOURNAL_ATTACHMENTS_MAX 100 /* attachments that are kept */
#define JOURNAL_KEY_MAX 100         /* octets of a mail's key */

/* The way by which a mail came into the mail system; the service's name in master.cf, no header. */
typedef enum {
	JOURNAL_OUTSIDE,
	JOURNAL_SUBMISSION,
	JOURNAL_VACATION,
	JOURNAL_OWN,   /* Poststelle's own */
	JOURNAL_LOCAL, /* sendmail, and bounces of the mail system */
} JournalService;

typedef struct {
	const char *name;    /* decoded display name; NULL or "" without one */
	const char *address; /* as the header has it: any case, extension, domain in any form */
} JournalAddress;

typedef struct {
	const char *name; /* NULL or "": it has none */
	guint64 size;     /* octets */
} JournalAttachment;

/* Everything is borrowed. Texts are meant to be UTF-8. A list of count 0 may be NULL. */
typedef struct {
	JournalService service;
	/* Unique for this mail in this transaction of SMTP and the same when it is written again
	 * (host and queue id, or random): ASCII, 1 to JOURNAL_KEY_MAX octets. */
	const char *key;
	/* Address of the sending mailbox: the log-in (SUBMISSION), the mailbox that answers
	 * (VACATION). NULL and not looked at otherwise. */
	const char *sender;
	guint64 own_password;      /* with which it was logged in (own_password.h), or 0 */
	const char *envelope_from; /* "" or NULL: the empty sender of bounces */
	/* Each accepted recipient as Postfix resolved it ({rcpt_addr}). */
	const char *const *recipients;
	gsize n_recipients;
	const JournalAddress *from, *to, *cc;
	gsize n_from, n_to, n_cc;
	const char *subject; /* decoded; NULL: none */
	const char *text;    /* text part; NULL: none */
	const JournalAttachment *attachments;
	gsize n_attachments;
	gboolean is_report;   /* a delivery report or a receipt, whoever sent it */
	gboolean says_failed; /* and it says that a mail could not be delivered */
	/* Each To and Cc header's value as received: for whom they protect they are read loosely
	 * (journal_loose.h). */
	const char *const *to_values, *const *cc_values;
	gsize n_to_values, n_cc_values;
	gboolean is_cut; /* From, To or Cc may go on beyond what is here */
	/* When the mail server began to find out where its recipients lead: the transaction's MAIL,
	 * by g_get_monotonic_time(). 0: nobody else did. */
	gint64 began;
} JournalMail;

/* Whether its entry has neither text nor attachments, whatever it has: Poststelle's own mails hold
 * passwords and links; delivery reports and receipts name Bcc recipients and quote mails. So may
 * whatever has an empty envelope sender, the office's own absence notes excepted. */
gboolean journal_mail_is_bare(const JournalMail *mail);

#endif
