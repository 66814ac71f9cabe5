/* absence_script.h: the Sieve script of an absence note (RFC 5228, 5230), which Dovecot reads from
 * the database.
 *
 * Beside what Pigeonhole's vacation never answers by itself (RFC 3834: an empty envelope sender,
 * lists, Auto-Submitted, Precedence bulk, its own address) the script answers no senders that
 * nobody reads (no-reply, postmaster, bounces), no spam, nothing with the marks of older programs'
 * replies and lists, no reports, and no mail that names the mailbox in neither To nor Cc. When it
 * holds is not its matter: the views give it to Dovecot or don't.
 *
 * To and Cc are read twice: as addresses (RFC 5322), and, since Dovecot reads 256 of these at most
 * and none behind a semicolon, as text between separators. An address in an umlaut domain counts in
 * either spelling.
 */
#ifndef POSTSTELLE_LIB_MAILBOX_ABSENCE_SCRIPT_H
#define POSTSTELLE_LIB_MAILBOX_ABSENCE_SCRIPT_H

#include <glib.h>

#define ABSENCE_SUBJECT_MAX 255      /* characters */
#define ABSENCE_BODY_MAX (64 * 1024) /* octets, LF counting one */

typedef struct {
	guint64 mailbox_id;
	guint64 generation;        /* another one answers every sender anew */
	const char *address;       /* the mailbox's own, in stored form */
	const GPtrArray *aliases;  /* MailboxAlias: its aliases */
	const GPtrArray *domains;  /* Domain: all of the office */
	const char *subject;       /* UTF-8, one line; "": the mail's own with "Auto: " before it */
	const char *body;          /* UTF-8, lines ended by LF */
	const char *internal_body; /* the same for senders of the office's domains; NULL: body */
} AbsenceScript;

/* Whether a note may have these texts: PS_ERROR_INVALID on subject, body or internal_body
 * (too_long, control). */
gboolean absence_script_check(
        const char *subject, const char *body, const char *internal_body, GError **error);

/* The script, of texts that are right. Free: g_free(). */
char *absence_script_build(const AbsenceScript *note);

/* What Dovecot keeps its compiled form under: the hash of the whole text. Free: g_free(). */
char *absence_script_id(const char *script);

#endif
