/* absence_script.c: writes an absence note as Sieve, so that nothing typed ends a string of it. */
#include "lib/mailbox/absence_script.h"

#include <string.h>

#include "lib/base/error.h"
#include "lib/base/text_check.h"
#include "lib/mail/header_word.h"
#include "lib/mailbox/mailbox.h"
#include "lib/office/domain.h"

#define QP_LINE_MAX 75     /* of quoted-printable without the "=" that goes on (RFC 2045 6.7) */
#define BASE64_LINE_MAX 76 /* RFC 2045 6.8 */

/* Dovecot's dict passes some 350,000 octets, a script's lines and quotes counting more than that;
 * beyond it mail is deferred for ever. What the texts leave is for addresses and domains. */
#define QUOTED_PRINTABLE_MAX (96 * 1024)
#define TEXTS_MAX (256 * 1024)

/* Local parts behind which nobody reads; compared without regard to case. */
static const char NOBODY[] =
        "[\"*no-reply*\", \"*noreply*\", \"*no_reply*\", \"*no.reply*\", \"*do-not-reply*\","
        " \"*donotreply*\", \"*do_not_reply*\", \"*do.not.reply*\", \"*keine-antwort*\","
        " \"*keineantwort*\", \"*nicht-antworten*\", \"*nichtantworten*\", \"postmaster\","
        " \"mailer-daemon\", \"mailer_daemon\", \"bounce*\", \"*-bounce*\", \"*+bounce*\","
        " \"*.bounce*\", \"owner-*\", \"*-owner\", \"*-request\", \"listserv\", \"majordomo\"]";

/* Headers that say by being there that a program wrote the mail, or a list sent it: of replies by
 * older programs, of lists, of a bounce by Exim. */
static const char MARKS[] =
        "[\"x-autoreply\", \"x-autorespond\", \"x-auto-reply-from\", \"x-mail-autoreply\","
        " \"x-fc-machinegenerated\", \"x-post-messageclass\", \"mailing-list\","
        " \"x-mailing-list\", \"x-mailman-version\", \"x-failed-recipients\"]";

static gboolean check_body(const char *body, const char *field, GError **error)
{
	if (strlen(body) > ABSENCE_BODY_MAX)
		ps_invalid(error, field, "too_long", "the text has more than %d octets",
		        ABSENCE_BODY_MAX);
	else if (!g_utf8_validate(body, -1, NULL) || text_has_control(body, TRUE))
		ps_invalid(error, field, "control", "the text has a control character");
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

/* The mailbox's address (0) and its further ones. */
static const char *address_at(const AbsenceScript *note, guint i)
{
	return i == 0 ? note->address
	              : ((const MailboxAlias *)note->aliases->pdata[i - 1])->address;
}

/* How people write the domain of an own address, if that is another spelling; NULL: it isn't. */
static const char *typed_domain(const AbsenceScript *note, const char *domain)
{
	for (guint i = 0; i < note->domains->len; i++) {
		const Domain *own = note->domains->pdata[i];
		if (strcmp(own->name, domain) == 0)
			return strcmp(own->display_name, domain) != 0 ? own->display_name : NULL;
	}
	return NULL;
}

static void add_item(GString *script, gsize begin, const char *text)
{
	if (script->len > begin)
		g_string_append(script, ", ");
	add_string(script, text);
}

/* The mailbox's own addresses as a string list, as they are stored. */
static void add_addresses(GString *script, const AbsenceScript *note)
{
	g_string_append_c(script, '[');
	gsize begin = script->len;
	for (guint i = 0; i <= note->aliases->len; i++)
		add_item(script, begin, address_at(note, i));
	g_string_append_c(script, ']');
}

/* The same as patterns: with anything behind a "+" too, and in either spelling of the domain. */
static void add_address_patterns(GString *script, const AbsenceScript *note)
{
	g_string_append_c(script, '[');
	gsize begin = script->len;
	for (guint i = 0; i <= note->aliases->len; i++) {
		const char *address = address_at(note, i), *at = strrchr(address, '@');
		const char *domains[] = {at + 1, typed_domain(note, at + 1)};
		for (guint k = 0; k < G_N_ELEMENTS(domains) && domains[k] != NULL; k++) {
			g_autofree char *plain = g_strdup_printf(
			        "%.*s@%s", (int)(at - address), address, domains[k]);
			g_autofree char *extended = g_strdup_printf(
			        "%.*s+*@%s", (int)(at - address), address, domains[k]);
			add_item(script, begin, plain);
			add_item(script, begin, extended);
		}
	}
	g_string_append_c(script, ']');
}

/* One character of a name in a regular expression. Letters beyond ASCII, whose case Sieve doesn't
 * fold, in either case and either normal form. */
static void add_character(GString *regex, gunichar c)
{
	char text[7] = "";

	if (c < 128) {
		if (!g_ascii_isalnum((char)c) && c != '_' && c != '-')
			g_string_append_c(regex, '\\');
		g_string_append_c(regex, (char)c);
		return;
	}
	g_unichar_to_utf8(c, text);
	g_autofree char *upper = g_utf8_strup(text, -1);
	g_autofree char *lower_apart = g_utf8_normalize(text, -1, G_NORMALIZE_NFD);
	g_autofree char *upper_apart = g_utf8_normalize(upper, -1, G_NORMALIZE_NFD);
	g_string_append_printf(regex, "(%s|%s|%s|%s)", text, upper, lower_apart, upper_apart);
}

static void add_name(GString *regex, const char *name, gsize length)
{
	for (const char *c = name; c < name + length; c = g_utf8_next_char(c))
		add_character(regex, g_utf8_get_char(c));
}

/* What finds each own address in To and Cc between separators, in angle brackets or without; not in
 * a quoted name, which isn't whom a mail is sent to. */
static void add_address_regexes(GString *script, const AbsenceScript *note)
{
	g_string_append_c(script, '[');
	gsize begin = script->len;
	for (guint i = 0; i <= note->aliases->len; i++) {
		const char *address = address_at(note, i), *at = strrchr(address, '@');
		const char *typed = typed_domain(note, at + 1);
		g_autoptr(GString) one = g_string_new("[[:space:]]*");
		add_name(one, address, (gsize)(at - address));
		g_string_append(one, "(\\+[^]@,;<>[:space:]]*)?@(");
		add_name(one, at + 1, strlen(at + 1));
		if (typed != NULL) {
			g_string_append_c(one, '|');
			add_name(one, typed, strlen(typed));
		}
		g_string_append(one, ")[[:space:]]*");
		g_autofree char *regex =
		        g_strdup_printf("(^|[,;:])%s($|[,;])|<%s>", one->str, one->str);
		add_item(script, begin, regex);
	}
	g_string_append_c(script, ']');
}

static void add_domains(GString *script, const AbsenceScript *note)
{
	g_string_append_c(script, '[');
	gsize begin = script->len;
	for (guint i = 0; i < note->domains->len; i++)
		add_item(script, begin, ((const Domain *)note->domains->pdata[i])->name);
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

/* The same in base64, which is shorter where letters beyond ASCII abound. */
static char *base64(const char *text)
{
	g_autoptr(GString) lines = g_string_new(NULL);
	GString *out = g_string_new(NULL);

	for (const char *c = text; *c != '\0' && !(c[0] == '\n' && c[1] == '\0'); c++) {
		if (*c == '\n')
			g_string_append_c(lines, '\r');
		g_string_append_c(lines, *c);
	}
	g_autofree char *encoded = g_base64_encode((const guchar *)lines->str, lines->len);
	gsize length = strlen(encoded);
	for (gsize i = 0; i < length; i += BASE64_LINE_MAX)
		g_string_append_printf(
		        out, "%s%.*s", i > 0 ? "\r\n" : "", BASE64_LINE_MAX, encoded + i);
	return g_string_free(out, FALSE);
}

/* How many octets pass Dovecot's dict for a text in a string of the script. */
static gsize passed_length(const char *text)
{
	gsize length = 0;

	for (; *text != '\0'; text++)
		length += strchr("\"\\\r\n\t", *text) != NULL ? 2 : 1;
	return length;
}

/* A text as a MIME entity. Free: g_free(). */
static char *entity_of(const char *text)
{
	g_autofree char *body = quoted_printable(text);
	const char *encoding = "quoted-printable";

	if (passed_length(body) > QUOTED_PRINTABLE_MAX) {
		g_autofree char *shorter = base64(text);
		if (passed_length(shorter) < passed_length(body)) {
			g_free(body);
			body = g_steal_pointer(&shorter);
			encoding = "base64";
		}
	}
	return g_strdup_printf("Content-Type: text/plain; charset=utf-8\r\n"
	                       "Content-Transfer-Encoding: %s\r\n\r\n%s",
	        encoding, body);
}

static gboolean check_both(const char *body, const char *internal_body, GError **error)
{
	g_autofree char *one = entity_of(body), *other = entity_of(internal_body);

	if (passed_length(one) + passed_length(other) <= TEXTS_MAX)
		return TRUE;
	ps_invalid(error, "internal_body", "both", "the two texts are too long together");
	return FALSE;
}

gboolean absence_script_check(
        const char *subject, const char *body, const char *internal_body, GError **error)
{
	gboolean ok = text_check_line(subject, "subject", ABSENCE_SUBJECT_MAX, error);

	ok = check_body(body, "body", error) && ok;
	ok = check_body(internal_body, "internal_body", error) && ok;
	return ok && check_both(body, internal_body, error);
}

/* Ready, as one line that Pigeonhole folds between encoded words: its own words are too long, it
 * folds plain text at the cost of a blank, and lets pass what only looks encoded. */
static char *subject_of(const char *subject)
{
	return g_strdelimit(header_word_text(subject), "\n", ' ');
}

/* Whether the mailbox is named, and nobody who must not be answered wrote. */
static void add_condition(GString *script, const AbsenceScript *note)
{
	g_string_append(script, "if allof (\r\n"
	                        "	anyof (\r\n"
	                        "		address :matches [\"to\", \"cc\"] ");
	add_address_patterns(script, note);
	g_string_append(script, ",\r\n		header :regex [\"to\", \"cc\"] ");
	add_address_regexes(script, note);
	g_string_append_printf(script,
	        "),\r\n"
	        "	not anyof (\r\n"
	        "		envelope :localpart :matches \"from\" %s,\r\n"
	        "		address :localpart :matches [\"from\", \"sender\", \"reply-to\"] %s,\r\n"
	        "		header :matches %s \"*\",\r\n"
	        "		header [\"precedence\", \"x-precedence\"]"
	        " [\"auto_reply\", \"auto-reply\", \"bulk\", \"junk\", \"list\"],\r\n"
	        "		header \"delivered-to\" \"autoresponder\",\r\n"
	        "		header :matches \"content-type\" \"multipart/report*\",\r\n"
	        "		header :contains [\"x-spam-flag\", \"x-spam\"] \"yes\",\r\n"
	        "		header :matches \"x-spam-status\" \"yes*\",\r\n"
	        "		envelope :matches \"from\" ",
	        NOBODY, NOBODY, MARKS);
	add_address_patterns(script, note);
	g_string_append(script, ",\r\n		address :matches [\"from\", \"sender\"] ");
	add_address_patterns(script, note);
	g_string_append(script, "))\r\n{\r\n");
}

static void add_reply(GString *script, const AbsenceScript *note, const char *text)
{
	g_autofree char *entity = entity_of(text);

	g_string_append_printf(script,
	        "	vacation :days 365 :handle \"absence-%" G_GUINT64_FORMAT
	        "-%" G_GUINT64_FORMAT "\"\r\n		:addresses ",
	        note->mailbox_id, note->generation);
	add_addresses(script, note);
	g_string_append(script, "\r\n		:from ");
	add_string(script, note->address);
	if (*note->subject != '\0') {
		g_autofree char *subject = subject_of(note->subject);
		g_string_append(script, "\r\n		:subject ");
		add_string(script, subject);
	}
	g_string_append(script, "\r\n		:mime ");
	add_string(script, entity);
	g_string_append(script, ";\r\n");
}

char *absence_script_build(const AbsenceScript *note)
{
	GString *script = g_string_new("require [\"envelope\", \"regex\", \"vacation\"];\r\n");

	add_condition(script, note);
	if (note->internal_body != NULL && note->domains->len > 0) {
		/* Port 25 takes no envelope sender of an own domain from outside. */
		g_string_append(script, "if envelope :domain \"from\" ");
		add_domains(script, note);
		g_string_append(script, " {\r\n");
		add_reply(script, note, note->internal_body);
		g_string_append(script, "} else {\r\n");
		add_reply(script, note, note->body);
		g_string_append(script, "}\r\n");
	} else {
		add_reply(script, note, note->body);
	}
	g_string_append(script, "}\r\n");
	return g_string_free(script, FALSE);
}

char *absence_script_id(const char *script)
{
	return g_compute_checksum_for_string(G_CHECKSUM_SHA256, script, -1);
}
