/* base64_read.c: reads base64 leniently, as it comes: every padding ends a piece. */
#include "lib/mail/base64_read.h"

#define NOT_BASE64 64

static guint value_of(char c)
{
	if (g_ascii_isupper(c))
		return (guint)(c - 'A');
	if (g_ascii_islower(c))
		return (guint)(c - 'a') + 26;
	if (g_ascii_isdigit(c))
		return (guint)(c - '0') + 52;
	return c == '+' ? 62 : c == '/' ? 63 : NOT_BASE64;
}

/* The octets that count characters give. */
static gsize write_group(const Base64Read *state, char *out)
{
	guint octets = state->count * 6 / 8;
	guint32 bits = state->bits << (4 - state->count) * 6;

	for (guint i = 0; i < octets; i++)
		out[i] = (char)(bits >> (16 - 8 * i) & 0xFF);
	return octets;
}

gsize base64_read_end(Base64Read *state, char *out)
{
	gsize octets = write_group(state, out);

	*state = (Base64Read){0};
	return octets;
}

gsize base64_read(Base64Read *state, const char *text, gsize length, char *out)
{
	gsize written = 0;

	for (gsize i = 0; i < length; i++) {
		guint value = value_of(text[i]);
		if (value != NOT_BASE64) {
			state->bits = state->bits << 6 | value;
			state->count++;
		}
		if (state->count == 4 || text[i] == '=')
			written += base64_read_end(state, out + written);
	}
	return written;
}
