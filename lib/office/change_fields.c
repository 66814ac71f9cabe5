/* change_fields.c: writes a row of the change log for each field that differs. */
#include "lib/office/change_fields.h"

#include <string.h>

#include "lib/base/fold.h"

#define LOGGED_MAX 1200 /* octets of a value; a name's 255 characters are at most 1,020 */
#define LEAD 100        /* octets before the first difference */

/* Where the texts begin to differ, and some octets before that, at the beginning of a character; 0
 * if they are short. */
static gsize first_difference(const char *before, const char *after)
{
	gsize same = 0;

	if (strlen(before) <= LOGGED_MAX && strlen(after) <= LOGGED_MAX)
		return 0;
	while (before[same] != '\0' && before[same] == after[same])
		same++;
	if (same <= LEAD)
		return 0;
	for (same -= LEAD; ((guchar)after[same] & 0xc0) == 0x80;)
		same--;
	return same;
}

/* A value as the log keeps it. Free: g_free(). */
static char *logged(const char *text, gsize from)
{
	gsize length = fold_prefix_length(text + from, LOGGED_MAX);

	return g_strdup_printf("%s%.*s%s", from > 0 ? "\u2026" : "", (int)length, text + from,
	        text[from + length] != '\0' ? "\u2026" : "");
}

gboolean change_fields_log(Db *db, const Actor *actor, guint64 mailbox_id, const char *subject,
        const char *action, const ChangeField *fields, gsize count, GError **error)
{
	for (gsize i = 0; i < count; i++) {
		const char *before = fields[i].before != NULL ? fields[i].before : "";
		if (strcmp(before, fields[i].after) == 0)
			continue;
		gsize from = first_difference(before, fields[i].after);
		g_autofree char *old_value = fields[i].before != NULL ? logged(before, from) : NULL;
		g_autofree char *new_value = logged(fields[i].after, from);
		if (!change_log_add(db, actor, mailbox_id, subject, action, fields[i].field,
		            old_value, new_value, error))
			return FALSE;
	}
	return TRUE;
}
