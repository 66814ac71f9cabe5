/* digits.c: writes numbers in decimal, from their end. */
#include "lib/base/digits.h"

const char *digits(char room[DIGITS_ROOM], guint64 number)
{
	char *at = &room[DIGITS_ROOM - 1];

	*at = '\0';
	do {
		*--at = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	return at;
}

void digits_append(GString *out, guint64 number, guint width)
{
	char room[DIGITS_ROOM];
	const char *text = digits(room, number);
	gsize length = (gsize)(&room[DIGITS_ROOM - 1] - text);

	for (gsize i = length; i < width; i++)
		g_string_append_c(out, '0');
	g_string_append_len(out, text, (gssize)length);
}
