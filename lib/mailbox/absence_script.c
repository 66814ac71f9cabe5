/* absence_script.c: writes an absence note as Sieve, so that nothing typed ends a string of it. */
#include "lib/mailbox/absence_script.h"

#include <string.h>

#include "lib/base/error.h"
#include "lib/base/text_check.h"
#include "lib/mail/header_word.h"
#include "lib/mailbox/mailbox.h"

#define QP_LINE_MAX 75 /* of quoted-printable without the "=" that goes on (RFC 2045 6.7) */

/* Local parts behind which nobody reads; compared without regard to case. */
static const char NOBODY[] =
        "[\"*no-reply*\", \"*noreply*\", \"*no_reply*\", \"*no.reply*\", \"*do-not-reply*\","
        " \"*donotreply*\", \"*do_not_reply*\", \"*do.not.reply*\", \"*keine-antwort*\","
        " \"*keineantwort*\", \"*nicht-antworten*\", \"*nichtantworten*\", \"postmaster\","
        " \"mailer-daemon\", \"mailer_daemon\", \"bounce*\", \"*-bounce*\", \"*+bounce*\","
        " \"*.bounce*\", \"owner-*\", \"*-owner\", \"*-request\", \"listserv\", \"majordomo\"]";

gboolean absence_script_check(const char *subject, const char *body, GError **error)
{
	if (!text_check_line(subject, "subject", ABSENCE_SUBJECT_MAX, error))
		return FALSE;
	if (strlen(body) > ABSENCE_BODY_MAX)
		ps_invalid(error, "body", "too_long", "the text has more than %d octets",
		        ABSENCE_BODY_MAX);
	else if (!g_utf8_validate(body, -1, NULL) || text_has_control(body, TRUE))
		ps_invalid(error, "body", "control", "the text has a control character");
	else
		return TRUE;
	return FALSE;
}

/* A quoted string (RFC 5228 2.4.2). */
static void add_string(GString *script, const char *text)
{
	g_string_append_c(script, '"');
	for (const char *c = text; *c != '\0'; c++) {
		if (*c == '"' || *c == '\\')
			g_string_append_c(script, '\\');
		g_string_append_c(script, *c);
	}
	g_string_append_c(script, '"');
}

/* The mailbox's own addresses as a string list; extensions: with anything behind a "+" too. */
static void add_addresses(GString *script, const AbsenceScript *note, gboolean extensions)
{
	g_string_append_c(script, '[');
	for (guint i = 0; i <= note->aliases->len; i++) {
		const char *address =
		        i == 0 ? note->address
		               : ((const MailboxAlias *)note->aliases->pdata[i - 1])->address;
		const char *at = strrchr(address, '@');

		if (i > 0)
			g_string_append(script, ", ");
		add_string(script, address);
		if (extensions && at != NULL) {
			g_autofree char *pattern =
			        g_strdup_printf("%.*s+*%s", (int)(at - address), address, at);
			g_string_append(script, ", ");
			add_string(script, pattern);
		}
	}
	g_string_append_c(script, ']');
}

/* Text in quoted-printable with CR LF, but without the end of its last line, which Pigeonhole adds:
 * no line is too long for a mail server, however it was typed, and none begins with a dot. (GMime's
 * encoder leaves such dots as they are.) */
static char *quoted_printable(const char *text)
{
	GString *out = g_string_new(NULL);
	gsize column = 0;

	for (const char *c = text; *c != '\0'; c++) {
		guchar octet = (guchar)*c;
		gboolean line_ends = c[1] == '\n' || c[1] == '\0';
		gboolean plain =
		        octet > ' ' ? octet < 127 && octet != '=' && (octet != '.' || column > 0)
		                    : octet != '\n' && !line_ends;

		if (octet == '\n' && c[1] == '\0')
			break;
		if (octet == '\n') {
			g_string_append(out, "\r\n");
			column = 0;
			continue;
		}
		if (column + (plain ? 1 : 3) > QP_LINE_MAX) {
			g_string_append(out, "=\r\n");
			column = 0;
		}
		if (plain)
			g_string_append_c(out, *c);
		else
			g_string_append_printf(out, "=%02X", octet);
		column += plain ? 1 : 3;
	}
	return g_string_free(out, FALSE);
}

/* Ready, as one line that Pigeonhole folds between encoded words: its own words are too long, it
 * folds plain text at the cost of a blank, and lets pass what only looks encoded. */
static char *subject_of(const char *subject)
{
	return g_strdelimit(header_word_text(subject), "\n", ' ');
}

char *absence_script_build(const AbsenceScript *note)
{
	GString *script = g_string_new("require [\"envelope\", \"vacation\"];\r\n"
	                               "if allof (\r\n"
	                               "	address :matches [\"to\", \"cc\"] ");
	g_autofree char *body = quoted_printable(note->body);
	g_autofree char *entity = g_strconcat("Content-Type: text/plain; charset=utf-8\r\n"
	                                      "Content-Transfer-Encoding: quoted-printable\r\n\r\n",
	        body, NULL);

	add_addresses(script, note, TRUE);
	g_string_append_printf(script,
	        ",\r\n"
	        "	not anyof (\r\n"
	        "		envelope :localpart :matches \"from\" %s,\r\n"
	        "		address :localpart :matches [\"from\", \"sender\", \"reply-to\"] %s,\r\n"
	        "		header :contains [\"x-spam-flag\", \"x-spam\"] \"yes\",\r\n"
	        "		header :matches \"x-spam-status\" \"yes*\",\r\n"
	        "		envelope :matches \"from\" ",
	        NOBODY, NOBODY);
	add_addresses(script, note, TRUE);
	g_string_append(script, ",\r\n		address :matches [\"from\", \"sender\"] ");
	add_addresses(script, note, TRUE);
	g_string_append_printf(script,
	        "))\r\n{\r\n	vacation :days 365 :handle \"absence-%" G_GUINT64_FORMAT
	        "-%" G_GUINT64_FORMAT "\"\r\n		:addresses ",
	        note->mailbox_id, note->generation);
	add_addresses(script, note, FALSE);
	g_string_append(script, "\r\n		:from ");
	add_string(script, note->address);
	if (*note->subject != '\0') {
		g_autofree char *subject = subject_of(note->subject);
		g_string_append(script, "\r\n		:subject ");
		add_string(script, subject);
	}
	g_string_append(script, "\r\n		:mime ");
	add_string(script, entity);
	g_string_append(script, ";\r\n}\r\n");
	return g_string_free(script, FALSE);
}

char *absence_script_id(const char *script)
{
	return g_compute_checksum_for_string(G_CHECKSUM_SHA256, script, -1);
}
