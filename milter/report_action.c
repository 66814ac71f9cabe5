/* report_action.c: looks for a line "Action: failed" in the body of a delivery report. */
#include "milter/report_action.h"

#include <string.h>

static gboolean says_failed(const char *line)
{
	static const char field[] = "action:";

	if (g_ascii_strncasecmp(line, field, strlen(field)) != 0)
		return FALSE;
	line += strlen(field);
	line += strspn(line, " \t");
	return g_ascii_strncasecmp(line, "failed", strlen("failed")) == 0;
}

void report_action_feed(ReportAction *action, const guint8 *octets, gsize length)
{
	for (gsize i = 0; i < length && !action->failed; i++) {
		if (octets[i] == '\n') {
			action->line[action->length] = '\0';
			action->failed = says_failed(action->line);
			action->length = 0;
		} else if (action->length < sizeof(action->line) - 1) {
			action->line[action->length++] = (char)octets[i];
		}
	}
}
