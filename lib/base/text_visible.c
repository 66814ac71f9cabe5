/* text_visible.c: tells characters that nobody sees from the others. */
#include "lib/base/text_visible.h"

typedef struct {
	gunichar first, last;
} Range;

static gboolean is_in(const Range *ranges, gsize count, gunichar u)
{
	for (gsize i = 0; i < count; i++)
		if (u >= ranges[i].first && u <= ranges[i].last)
			return TRUE;
	return FALSE;
}

gboolean text_is_empty_sign(gunichar u)
{
	static const Range empty[] = {{0x115F, 0x1160}, {0x17B4, 0x17B5}, {0x2800, 0x2800},
	        {0x3164, 0x3164}, {0xFFA0, 0xFFA0}};

	return g_unichar_isspace(u) || is_in(empty, G_N_ELEMENTS(empty), u);
}

gboolean text_is_invisible(gunichar u)
{
	static const Range marks[] = {
	        {0x34F, 0x34F}, {0x180B, 0x180F}, {0xFE00, 0xFE0F}, {0xE0100, 0xE01EF}};
	GUnicodeType type = g_unichar_type(u);

	return type == G_UNICODE_FORMAT || type == G_UNICODE_CONTROL ||
	       is_in(marks, G_N_ELEMENTS(marks), u);
}

gboolean text_is_blank(const char *text)
{
	while (*text != '\0' && (text_is_empty_sign(g_utf8_get_char(text)) ||
	                                text_is_invisible(g_utf8_get_char(text))))
		text = g_utf8_next_char(text);
	return *text == '\0';
}
