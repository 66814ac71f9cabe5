/* loose_reading.c: decodes and folds a value in every way that a reader might. */
#include "lib/mail/loose_reading.h"

#include <string.h>

#include "lib/base/text_visible.h"
#include "lib/mail/header_join.h"

#define READINGS 16 /* of a value, by decoding */
#define ROUNDS 2    /* what was decoded is decoded once more */
#define PIECE 64    /* characters */

/* Takes form. */
static void add_form(GPtrArray *forms, char *form)
{
	for (guint i = 0; i < forms->len; i++)
		if (strcmp(forms->pdata[i], form) == 0) {
			g_free(form);
			return;
		}
	g_ptr_array_add(forms, form);
}

/* What compatibility forms stand for; IDNA's other dots are dots. Piece by piece, as GLib's time
 * grows with the square of a length. Free: g_free(). */
static char *compatible(const char *reading)
{
	static const char dot[] = "\xe3\x80\x82";
	g_autoptr(GString) out = g_string_new(NULL);

	while (*reading != '\0') {
		const char *end = reading;
		for (guint i = 0;
		        *end != '\0' && (i < PIECE || (i < 2 * PIECE && (*end & 0x80) != 0)); i++)
			end = g_utf8_next_char(end);
		g_autofree char *piece =
		        g_utf8_normalize(reading, end - reading, G_NORMALIZE_ALL_COMPOSE);
		g_string_append(out, piece);
		reading = end;
	}
	g_auto(GStrv) parts = g_strsplit(out->str, dot, -1);
	return g_strjoinv(".", parts);
}

/* By letter case, and by what a compatibility form stands for. */
static void add_folded(GPtrArray *forms, const char *reading)
{
	if (g_str_is_ascii(reading)) {
		add_form(forms, g_ascii_strdown(reading, -1));
		return;
	}
	/* Both: folding makes ss of a ß, which is another domain. */
	add_form(forms, g_utf8_strdown(reading, -1));
	add_form(forms, g_utf8_casefold(reading, -1));
	g_autofree char *normal = compatible(reading);
	add_form(forms, g_utf8_strdown(normal, -1));
	add_form(forms, g_utf8_casefold(normal, -1));
}

/* Free: g_free(). */
static char *visible_reading(const char *reading)
{
	GString *out = g_string_new(NULL);

	for (const char *c = reading; *c != '\0'; c = g_utf8_next_char(c)) {
		gunichar u = g_utf8_get_char(c);
		if (text_is_empty_sign(u))
			g_string_append_c(out, ' ');
		else if (!text_is_invisible(u))
			g_string_append_unichar(out, u);
	}
	return g_string_free(out, FALSE);
}

/* Without comments, quotes and backslashes. What isn't closed is none. Free: g_free(). */
static char *unquoted_reading(const char *reading)
{
	GString *out = g_string_new(NULL);
	g_autoptr(GArray) open = g_array_new(FALSE, FALSE, sizeof(gsize));

	for (const char *c = reading; *c != '\0'; c++) {
		if (*c == '(')
			g_array_append_val(open, out->len);
		if (*c == ')' && open->len > 0) {
			g_string_truncate(out, g_array_index(open, gsize, open->len - 1));
			g_array_set_size(open, open->len - 1);
		} else if (strchr("\"'\\", *c) == NULL) {
			g_string_append_c(out, *c);
		}
	}
	return g_string_free(out, FALSE);
}

static gboolean joins(char c)
{
	return c == '@' || c == '.';
}

/* Without blanks: all of them, or those beside an @ or a dot (RFC 5322 4.4). Free: g_free(). */
static char *unblanked_reading(const char *reading, gboolean all)
{
	GString *out = g_string_new(NULL);

	for (const char *c = reading; *c != '\0'; c++) {
		gsize blanks = strspn(c, " ");
		c += blanks;
		gboolean beside = joins(*c) || (out->len > 0 && joins(out->str[out->len - 1]));
		if (blanks > 0 && !all && !beside)
			g_string_append_c(out, ' ');
		if (*c == '\0')
			break;
		g_string_append_c(out, *c);
	}
	return g_string_free(out, FALSE);
}

static void add_reading(GPtrArray *forms, const char *reading)
{
	g_autofree char *visible = visible_reading(reading);
	g_autofree char *plain = unquoted_reading(visible);
	g_autofree char *tight = unblanked_reading(plain, FALSE);
	g_autofree char *squeezed = unblanked_reading(plain, TRUE);

	add_folded(forms, reading);
	add_folded(forms, visible);
	add_folded(forms, tight);
	add_folded(forms, squeezed);
}

/* %XX as in a URI. Free: g_free(). */
static char *unescaped_reading(const char *reading)
{
	g_autoptr(GString) out = g_string_new(NULL);

	for (const char *c = reading; *c != '\0'; c++) {
		if (*c == '%' && g_ascii_isxdigit(c[1]) && g_ascii_isxdigit(c[2]) &&
		        (c[1] != '0' || c[2] != '0')) {
			g_string_append_c(out, (char)(g_ascii_xdigit_value(c[1]) * 16 +
			                               g_ascii_xdigit_value(c[2])));
			c += 2;
		} else {
			g_string_append_c(out, *c);
		}
	}
	return g_utf8_make_valid(out->str, (gssize)out->len);
}

/* Takes reading. */
static void add_decoded(GPtrArray *readings, char *reading, gboolean *all)
{
	for (guint i = 0; i < readings->len; i++)
		if (strcmp(readings->pdata[i], reading) == 0) {
			g_free(reading);
			return;
		}
	if (readings->len < READINGS) {
		g_ptr_array_add(readings, reading);
		return;
	}
	*all = FALSE;
	g_free(reading);
}

/* All that decoding makes of readings. */
static void decode_all(GPtrArray *readings, gboolean *all)
{
	for (guint round = 0, first = 0; round < ROUNDS; round++) {
		guint end = readings->len;
		for (guint i = first; i < end; i++) {
			const char *reading = readings->pdata[i];
			if (strstr(reading, "=?") != NULL) {
				for (HeaderWords how = 0; how <= HEADER_WORDS_ALL; how++)
					add_decoded(readings, header_words_read(reading, how), all);
			}
			if (strchr(reading, '%') != NULL)
				add_decoded(readings, unescaped_reading(reading), all);
		}
		first = end;
	}
}

/* Free: g_free(). */
static char *on_one_line(const char *value)
{
	char *line = g_strdup(value), *to = line;

	for (const char *c = value; *c != '\0'; c++)
		if (*c != '\r' && *c != '\n')
			*to++ = *c;
	*to = '\0';
	return line;
}

GPtrArray *loose_readings(const char *value, gboolean *all)
{
	g_autoptr(GPtrArray) readings = g_ptr_array_new_with_free_func(g_free);
	GPtrArray *forms = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *line = on_one_line(value);

	*all = TRUE;
	g_ptr_array_add(readings, g_utf8_make_valid(line, -1));
	if (!g_utf8_validate(line, -1, NULL)) {
		char *other = g_convert_with_fallback(
		        line, -1, "UTF-8", "WINDOWS-1252", "?", NULL, NULL, NULL);
		if (other != NULL)
			add_decoded(readings, other, all);
	}
	decode_all(readings, all);
	for (guint i = 0; i < readings->len; i++)
		add_reading(forms, readings->pdata[i]);
	return forms;
}
