/* charset.c: converts octets to UTF-8, leniently, and guesses where no charset helps. */
#include "lib/mail/charset.h"

#include <errno.h>
#include <string.h>

#include <gmime/gmime.h>

#define NOT_A_CHARACTER "\xef\xbf\xbd"
#define CHARSET_MAX 60 /* octets of a name that may be one */

/* Octets at the end that begin a character without ending it. */
static gsize cut_length(const GString *octets)
{
	gsize length = octets->len, back = 0;

	while (back < 3 && back < length && ((guchar)octets->str[length - 1 - back] & 0xC0) == 0x80)
		back++;
	if (back == length)
		return 0;
	guchar lead = (guchar)octets->str[length - 1 - back];
	gsize needed = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
	return needed > back + 1 ? back + 1 : 0;
}

/* NULL: charset isn't known. */
static GString *converted(const GString *octets, const char *charset)
{
	GIConv iconv = g_iconv_open("UTF-8", g_mime_charset_iconv_name(charset));
	char *in = octets->str;
	gsize left = octets->len;
	char buffer[4096];

	if (iconv == (GIConv)-1) // NOLINT(performance-no-int-to-ptr)
		return NULL;
	GString *out = g_string_new(NULL);
	while (left > 0) {
		char *to = buffer;
		gsize room = sizeof(buffer);
		gsize status = g_iconv(iconv, &in, &left, &to, &room);
		int problem = status == (gsize)-1 ? errno : 0;

		g_string_append_len(out, buffer, to - buffer);
		if (problem == EILSEQ) {
			g_string_append(out, NOT_A_CHARACTER);
			in++;
			left--;
		} else if (problem == EINVAL || (problem == 0 && to == buffer && left > 0)) {
			break;
		}
	}
	g_iconv_close(iconv);
	return out;
}

static void remove_nul(GString *text)
{
	gsize kept = 0;

	for (gsize i = 0; i < text->len; i++)
		if (text->str[i] != '\0')
			text->str[kept++] = text->str[i];
	g_string_truncate(text, kept);
}

/* Without NUL: it is text/plain, in UTF-8 or what Windows calls ASCII. */
static GString *guessed(const GString *octets, gboolean is_utf8)
{
	GString *text = g_string_new_len(octets->str, (gssize)(octets->len - cut_length(octets)));

	remove_nul(text);
	if (is_utf8 || g_utf8_validate(text->str, (gssize)text->len, NULL))
		return text;
	g_string_free(text, TRUE);
	return converted(octets, "windows-1252");
}

char *charset_to_utf8(const GString *octets, const char *charset)
{
	const char *name = charset != NULL ? charset : "";
	gboolean is_utf8 = g_ascii_strcasecmp(name, "utf-8") == 0;
	gboolean is_named = *name != '\0' && strlen(name) <= CHARSET_MAX && !is_utf8 &&
	                    g_ascii_strcasecmp(name, "us-ascii") != 0;
	GString *text = is_named ? converted(octets, name) : NULL;

	if (text == NULL)
		text = guessed(octets, is_utf8);
	remove_nul(text);
	char *valid = g_utf8_make_valid(text->str, (gssize)text->len);
	g_string_free(text, TRUE);
	return valid;
}
