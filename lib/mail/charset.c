/* charset.c: converts octets to UTF-8, leniently, and guesses where no charset helps. */
#include "lib/mail/charset.h"

#include <errno.h>
#include <string.h>

#include <gmime/gmime.h>

#define NOT_A_CHARACTER 0xFFFD
#define LABEL_MAX 60 /* octets of a name that may be one */
#define BYTE_ORDER_MARK "\xef\xbb\xbf"

static const char GUESS[] = ""; /* in place of a charset */
static const char UTF_8[] = "UTF-8";
static const char WINDOWS_1252[] = "WINDOWS-1252";

/* What labels mean to browsers where the C library thinks otherwise, or doesn't know them; letters
 * and digits alone. */
static const struct {
	const char *label, *charset;
} labels[] = {{"646", GUESS}, {"7bit", GUESS}, {"8bit", GUESS}, {"ansi", WINDOWS_1252},
        {"ansix341968", GUESS}, {"ascii", GUESS}, {"asmo708", "ISO-8859-6"}, {"big5", "BIG5-HKSCS"},
        {"binary", GUESS}, {"chinese", "GB18030"}, {"cnbig5", "BIG5-HKSCS"},
        {"cp1252", WINDOWS_1252}, {"cp819", WINDOWS_1252}, {"cp936", "GB18030"}, {"default", GUESS},
        {"dos874", "CP874"}, {"euccn", "GB18030"}, {"eucjp", "EUC-JP-MS"}, {"euckr", "CP949"},
        {"gb2312", "GB18030"}, {"gb23121980", "GB18030"}, {"gbk", "GB18030"},
        {"ibm819", WINDOWS_1252}, {"iso646us", GUESS}, {"iso88591", WINDOWS_1252},
        {"iso885911", "CP874"}, {"iso885911987", WINDOWS_1252}, {"iso88596e", "ISO-8859-6"},
        {"iso88596i", "ISO-8859-6"}, {"iso88598e", "ISO-8859-8"}, {"iso88598i", "ISO-8859-8"},
        {"iso88599", "CP1254"}, {"iso885991989", "CP1254"}, {"koi", "KOI8-R"}, {"koi8", "KOI8-R"},
        {"korean", "CP949"}, {"ksc5601", "CP949"}, {"ksc56011987", "CP949"},
        {"ksc56011989", "CP949"}, {"l1", WINDOWS_1252}, {"l5", "CP1254"}, {"latin1", WINDOWS_1252},
        {"latin5", "CP1254"}, {"logical", "ISO-8859-8"}, {"macroman", "MACINTOSH"},
        {"ms932", "CP932"}, {"mskanji", "CP932"}, {"shiftjis", "CP932"}, {"sjis", "CP932"},
        {"tis620", "CP874"}, {"ucs2", "UTF-16LE"}, {"unicode", "UTF-16LE"},
        {"unicode11utf8", UTF_8}, {"unknown", GUESS}, {"unknown8bit", GUESS}, {"us", GUESS},
        {"usascii", GUESS}, {"utf16", "UTF-16LE"}, {"utf8", UTF_8}, {"utf8mb4", UTF_8},
        {"windows31j", "CP932"}, {"windows874", "CP874"}, {"windows936", "GB18030"},
        {"windows949", "CP949"}, {"xeucjp", "EUC-JP-MS"}, {"xgbk", "GB18030"},
        {"xmaccyrillic", "MAC-CYRILLIC"}, {"xmacroman", "MACINTOSH"}, {"xsjis", "CP932"},
        {"xunknown", GUESS}, {"xxbig5", "BIG5-HKSCS"}};

/* The characters of 0x80 to 0x9F. */
static const gunichar windows_1252_marks[] = {0x20AC, NOT_A_CHARACTER, 0x201A, 0x192, 0x201E,
        0x2026, 0x2020, 0x2021, 0x2C6, 0x2030, 0x160, 0x2039, 0x152, NOT_A_CHARACTER, 0x17D,
        NOT_A_CHARACTER, NOT_A_CHARACTER, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
        0x2DC, 0x2122, 0x161, 0x203A, 0x153, NOT_A_CHARACTER, 0x17E, 0x178};

gunichar charset_windows_1252(guchar octet)
{
	return octet >= 0x80 && octet < 0xA0 ? windows_1252_marks[octet - 0x80] : octet;
}

static void append_windows_1252(GString *out, const char *octets, gsize length)
{
	for (gsize i = 0; i < length; i++)
		g_string_append_unichar(out, charset_windows_1252((guchar)octets[i]));
}

char *charset_without_c1(const char *text)
{
	GString *out = g_string_new(NULL);

	for (const char *c = text; *c != '\0'; c = g_utf8_next_char(c)) {
		gunichar u = g_utf8_get_char(c);
		gboolean is_c1 = u >= 0x80 && u < 0xA0;
		g_string_append_unichar(out, is_c1 ? charset_windows_1252((guchar)u) : u);
	}
	return g_string_free(out, FALSE);
}

/* The C library's name of what a label means; GUESS if it can't mean any. */
static const char *charset_of(const char *label)
{
	char plain[LABEL_MAX + 1];
	gsize length = 0;

	if (label == NULL || strlen(label) > LABEL_MAX)
		return GUESS;
	for (const char *c = label; *c != '\0'; c++) {
		if (strchr("-_.:+ ()'\"", *c) == NULL && !g_ascii_isalnum(*c))
			return GUESS; /* the C library's own signs among them */
		if (g_ascii_isalnum(*c))
			plain[length++] = g_ascii_tolower(*c);
	}
	plain[length] = '\0';
	for (gsize i = 0; i < G_N_ELEMENTS(labels); i++)
		if (strcmp(plain, labels[i].label) == 0)
			return labels[i].charset;
	return length > 0 ? g_mime_charset_iconv_name(label) : GUESS;
}

typedef struct {
	const char *charset;
	gboolean by_name;
	guint problems; /* that were met */
} Conversion;

/* What can't be converted at from: how many octets it takes. */
static gsize append_undecodable(
        GString *out, Conversion *conversion, const char *from, gsize length)
{
	gsize unit = g_str_has_prefix(conversion->charset, "UTF-16")   ? 2
	             : g_str_has_prefix(conversion->charset, "UTF-32") ? 4
	                                                               : 1;

	conversion->problems++;
	if (conversion->by_name || unit > 1)
		g_string_append_unichar(out, NOT_A_CHARACTER);
	else
		append_windows_1252(out, from, 1);
	return MIN(conversion->by_name ? 1 : unit, length);
}

/* Octets at the end that are no whole character: of one that is cut if there are others. */
static void append_rest(GString *out, const Conversion *conversion, const char *from, gsize length)
{
	if (!conversion->by_name && g_str_is_ascii(out->str))
		append_windows_1252(out, from, length);
}

/* NULL: charset isn't known. */
static GString *converted(const GString *octets, Conversion *conversion)
{
	GIConv iconv = g_iconv_open(UTF_8, conversion->charset);
	char *in = octets->str;
	gsize left = octets->len;
	char buffer[4096];

	if (iconv == (GIConv)-1) // NOLINT(performance-no-int-to-ptr)
		return NULL;
	GString *out = g_string_new(NULL);
	for (gboolean more = TRUE; more;) {
		char *to = buffer;
		gsize room = sizeof(buffer);
		more = left > 0; /* what it has kept back comes last */
		gsize status = g_iconv(iconv, more ? &in : NULL, &left, &to, &room);
		int problem = status == (gsize)-1 ? errno : 0;

		g_string_append_len(out, buffer, to - buffer);
		if (problem == EILSEQ) {
			gsize taken = append_undecodable(out, conversion, in, left);
			in += taken;
			left -= taken;
		} else if (problem == EINVAL || (problem == 0 && to == buffer && left > 0)) {
			append_rest(out, conversion, in, left);
			left = 0;
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

/* Octets at the end that begin a character of UTF-8 without ending it. */
static gsize cut_length(const GString *octets)
{
	gsize length = octets->len, back = 0;

	while (back < 3 && back < length && ((guchar)octets->str[length - 1 - back] & 0xC0) == 0x80)
		back++;
	if (back == length)
		return 0;
	guchar lead = (guchar)octets->str[length - 1 - back];
	gsize needed = lead > 0xF4 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead > 0xC1 ? 2 : 1;
	return needed > back + 1 ? back + 1 : 0;
}

/* How much of UTF-8 there is: without a character that is cut at the end, if there are others. */
static gsize uncut_length(const GString *octets)
{
	gsize length = octets->len - cut_length(octets);

	for (gsize i = 1; i < length; i++)
		if (((guchar)octets->str[i] & 0xC0) == 0x80 &&
		        ((guchar)octets->str[i - 1] & 0xC0) == 0xC0)
			return length;
	return octets->len;
}

static gboolean is_utf8(const GString *octets)
{
	return g_utf8_validate(octets->str, (gssize)uncut_length(octets), NULL);
}

/* UTF-8, other octets by windows-1252. */
static GString *mostly_utf8(const GString *octets)
{
	GString *out = g_string_new(NULL);
	gsize length = uncut_length(octets);

	for (gsize at = 0; at < length;) {
		const char *end;
		gboolean valid = g_utf8_validate(octets->str + at, (gssize)(length - at), &end);
		gsize next = (gsize)(end - octets->str);
		g_string_append_len(out, octets->str + at, (gssize)(next - at));
		if (!valid)
			append_windows_1252(out, octets->str + next, 1);
		at = valid ? next : next + 1;
	}
	return out;
}

/* UTF-8 or windows-1252. */
static GString *guessed(const GString *octets)
{
	gboolean utf8 = is_utf8(octets);
	GString *out = g_string_new(NULL);

	if (utf8)
		g_string_append_len(out, octets->str, (gssize)uncut_length(octets));
	else
		append_windows_1252(out, octets->str, octets->len);
	return out;
}

/* Takes text, which may be without its NULs already. */
static char *finished(GString *text)
{
	remove_nul(text);
	if (g_str_has_prefix(text->str, BYTE_ORDER_MARK))
		g_string_erase(text, 0, strlen(BYTE_ORDER_MARK));
	char *valid = g_utf8_make_valid(text->str, (gssize)text->len);
	g_string_free(text, TRUE);
	return valid;
}

char *charset_to_utf8(const GString *octets, const char *charset)
{
	gboolean is_marked = g_str_has_prefix(octets->str, BYTE_ORDER_MARK);
	Conversion conversion = {.charset = is_marked ? UTF_8 : charset_of(charset)};
	gboolean is_named = conversion.charset != GUESS && conversion.charset != UTF_8;
	GString *text = is_named ? converted(octets, &conversion) : NULL;

	if (text != NULL && conversion.problems == 0)
		return finished(text);
	g_autoptr(GString) plain = g_string_new_len(octets->str, (gssize)octets->len);
	remove_nul(plain);
	if (text != NULL && (g_str_is_ascii(plain->str) || !is_utf8(plain)))
		return finished(text);
	if (text != NULL)
		g_string_free(text, TRUE);
	return finished(conversion.charset == UTF_8 ? mostly_utf8(plain) : guessed(plain));
}

char *charset_to_utf8_by_name(const GString *octets, const char *charset)
{
	const char *name = charset != NULL ? charset : "";
	gboolean utf8 = g_ascii_strcasecmp(name, "utf-8") == 0;
	gboolean is_named = *name != '\0' && strlen(name) <= LABEL_MAX && !utf8 &&
	                    g_ascii_strcasecmp(name, "us-ascii") != 0;
	Conversion conversion = {.charset = UTF_8, .by_name = TRUE};

	if (is_named)
		conversion.charset = g_mime_charset_iconv_name(name);
	GString *text = is_named ? converted(octets, &conversion) : NULL;

	if (text != NULL)
		return finished(text);
	g_autoptr(GString) plain = g_string_new_len(octets->str, (gssize)octets->len);
	remove_nul(plain);
	return finished(utf8 ? g_string_new_len(plain->str, (gssize)plain->len) : guessed(plain));
}
