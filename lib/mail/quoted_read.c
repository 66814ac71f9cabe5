/* quoted_read.c: reads quoted-printable leniently, as it comes. */
#include "lib/mail/quoted_read.h"

#include <string.h>

/* What was kept is text. */
static gsize release(QuotedRead *state, char *out)
{
	gsize count = state->count;

	memcpy(out, state->held, count);
	state->count = 0;
	return count;
}

static gboolean is_padding(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Whether what is kept goes on with c. */
static gboolean goes_on(const QuotedRead *state, char c)
{
	if (state->count == 0)
		return c == '=';
	if (state->count == 1)
		return is_padding(c) || g_ascii_isxdigit(c);
	return is_padding(c) && is_padding(state->held[1]) && state->count < QUOTED_HELD;
}

static gsize read_one(QuotedRead *state, char c, char *out)
{
	gboolean is_number = state->count == 2 && g_ascii_isxdigit(state->held[1]);
	gsize written = 0;

	if (is_number && g_ascii_isxdigit(c)) {
		*out = (char)(g_ascii_xdigit_value(state->held[1]) * 16 + g_ascii_xdigit_value(c));
		state->count = 0;
		return 1;
	}
	if (c == '\n' && state->count > 0 && !is_number) {
		state->count = 0; /* the line goes on */
		return 0;
	}
	if (!goes_on(state, c))
		written = release(state, out);
	if (goes_on(state, c))
		state->held[state->count++] = c;
	else
		out[written++] = c;
	return written;
}

gsize quoted_read(QuotedRead *state, const char *text, gsize length, char *out)
{
	gsize written = 0;

	for (gsize i = 0; i < length; i++)
		written += read_one(state, text[i], out + written);
	return written;
}

gsize quoted_read_end(QuotedRead *state, char *out)
{
	gboolean is_open = state->count == 1 || (state->count > 1 && is_padding(state->held[1]));

	if (is_open)
		state->count = 0; /* a line that would go on */
	return release(state, out);
}
