/* log.c: writes an event and its values as one line with one write. */
#include "milter/log.h"

#include <stdarg.h>
#include <unistd.h>

void log_event(const char *format, ...)
{
	g_autoptr(GString) line = g_string_new(NULL);
	va_list args;

	va_start(args, format);
	g_string_append_vprintf(line, format, args);
	va_end(args);
	for (gsize i = 0; i < line->len; i++)
		if (g_ascii_iscntrl(line->str[i]))
			line->str[i] = '?';
	g_string_append_c(line, '\n');
	ssize_t written = write(STDERR_FILENO, line->str, line->len);
	(void)written; /* nobody else could be told */
}
