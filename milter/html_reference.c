/* html_reference.c: looks names up, and reads numbers as browsers do. */
#include "milter/html_reference.h"

#include <string.h>

#include "lib/mail/charset.h"
#include "milter/html_names.h"

#define NAME_MAX_OCTETS 31
#define LEGACY_MAX_OCTETS 6

/* Where a list has " name" and what ends it, behind that; NULL: it hasn't. */
static const char *find(const char *list, const char *name, gsize length, const char *end)
{
	char wanted[NAME_MAX_OCTETS + 4];

	g_snprintf(wanted, sizeof(wanted), " %.*s%s", (int)length, name, end);
	const char *found = strstr(list, wanted);
	return found != NULL ? found + strlen(wanted) : NULL;
}

static gboolean copy_named(const char *name, gsize length, char text[HTML_REFERENCE_ROOM])
{
	gsize letter = (gsize)(g_ascii_toupper(*name) - 'A') + (g_ascii_islower(*name) ? 26 : 0);
	const char *found = find(html_names[letter], name, length, "; ");

	if (found != NULL)
		g_strlcpy(text, found, MIN(strcspn(found, " ") + 1, HTML_REFERENCE_ROOM));
	return found != NULL;
}

static gsize read_named(const char *at, char text[HTML_REFERENCE_ROOM])
{
	const char *name = at + 1;
	gsize length = 0;

	while (length < NAME_MAX_OCTETS && g_ascii_isalnum(name[length]))
		length++;
	if (!g_ascii_isalpha(*name))
		return 0;
	if (name[length] == ';' && copy_named(name, length, text))
		return length + 2;
	for (length = MIN(length, LEGACY_MAX_OCTETS); length > 1; length--)
		if (find(html_names_legacy, name, length, " ") != NULL &&
		        copy_named(name, length, text))
			return length + 1;
	return 0;
}

static gsize read_number(const char *at, char text[HTML_REFERENCE_ROOM])
{
	gboolean is_hex = at[2] == 'x' || at[2] == 'X';
	const char *digits = at + 2 + is_hex, *end = digits;
	gunichar number = 0;

	for (; is_hex ? g_ascii_isxdigit(*end) : g_ascii_isdigit(*end); end++)
		if (number <= 0x10FFFF)
			number = number * (is_hex ? 16 : 10) + (gunichar)g_ascii_xdigit_value(*end);
	if (end == digits)
		return 0;
	if (number >= 0x80 && number < 0xA0)
		number = charset_windows_1252((guchar)number);
	if (number == 0 || !g_unichar_validate(number))
		number = 0xFFFD;
	text[g_unichar_to_utf8(number, text)] = '\0';
	return (gsize)(end - at) + (*end == ';');
}

gsize html_reference_read(const char *at, char text[HTML_REFERENCE_ROOM])
{
	return at[1] == '#' ? read_number(at, text) : read_named(at, text);
}
