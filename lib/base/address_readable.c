/* address_readable.c: finds A-labels in a text and decodes them. */
#include "lib/base/address_readable.h"

#include <string.h>

#include <glib.h>
#include <idn2.h>

#define LABEL_MAX 63 /* octets, RFC 1035 2.3.4 */
#define ACE "xn--"

/* Octets of the label that begins here: letters of any script, so that no end of a decoded label is
 * taken for a label of its own. */
static gsize whole_label_length(const char *text)
{
	const char *c = text;

	while (*c != '\0') {
		gunichar u = g_utf8_get_char(c);
		if (!g_unichar_isalnum(u) && !g_unichar_ismark(u) && u != '-' && u != '_')
			break;
		c = g_utf8_next_char(c);
	}
	return (gsize)(c - text);
}

/* The end of the labels that go on here, with dots: before an "@" they name somebody, not a domain.
 */
static const char *labels_end(const char *text)
{
	for (gsize length; (length = whole_label_length(text)) > 0 || *text == '.' || *text == '+';)
		text += MAX(length, 1);
	return text;
}

/* Latin letters beside those of another script. */
static gboolean is_mixed(const char *label)
{
	gboolean latin = FALSE, other = FALSE;

	for (const char *c = label; *c != '\0'; c = g_utf8_next_char(c)) {
		gunichar u = g_utf8_get_char(c);
		GUnicodeScript script = g_unichar_get_script(u);
		if (!g_unichar_isalpha(u) || script == G_UNICODE_SCRIPT_COMMON ||
		        script == G_UNICODE_SCRIPT_INHERITED)
			continue;
		latin = latin || script == G_UNICODE_SCRIPT_LATIN;
		other = other || script != G_UNICODE_SCRIPT_LATIN;
	}
	return latin && other;
}

/* Whether it is read as that A-label where somebody types it. */
static gboolean means(const char *unicode, const char *name)
{
	char *again = NULL;
	gboolean same = idn2_lookup_u8((const uint8_t *)unicode, (uint8_t **)&again,
	                        IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) == IDN2_OK &&
	                strcmp(again, name) == 0;

	idn2_free(again);
	return same;
}

static void append_label(GString *out, const char *label, gsize length, gboolean mixed_too)
{
	char name[LABEL_MAX + 1];
	char *unicode = NULL;

	if (length <= LABEL_MAX) {
		for (gsize i = 0; i < length; i++)
			name[i] = g_ascii_tolower(label[i]);
		name[length] = '\0';
		if (idn2_to_unicode_8z8z(name, &unicode, 0) != IDN2_OK)
			unicode = NULL;
	}
	if (unicode != NULL && (mixed_too || !is_mixed(unicode)) && means(unicode, name))
		g_string_append(out, unicode);
	else
		g_string_append_len(out, label, (gssize)length);
	if (unicode != NULL)
		idn2_free(unicode);
}

static char *decoded(const char *text, gboolean mixed_too)
{
	const char *c = text, *end = text;

	if (strstr(text, "--") == NULL)
		return g_strdup(text);
	GString *out = g_string_new(NULL);
	while (*c != '\0') {
		gsize length = whole_label_length(c);
		if (length == 0)
			length = (gsize)(g_utf8_next_char(c) - c);
		if (c >= end)
			end = labels_end(c);
		if (length > strlen(ACE) && g_ascii_strncasecmp(c, ACE, strlen(ACE)) == 0 &&
		        *end != '@')
			append_label(out, c, length, mixed_too);
		else
			g_string_append_len(out, c, (gssize)length);
		c += length;
	}
	return g_string_free(out, FALSE);
}

char *address_readable(const char *text)
{
	return decoded(text, FALSE);
}

char *address_unicode(const char *text)
{
	return decoded(text, TRUE);
}
