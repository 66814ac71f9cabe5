/* journal.c: poststelle journal check: whether what is stored of who may read what is right. */
#include "cli/command.h"

#include <stdio.h>

#include "lib/base/error.h"
#include "lib/journal/journal_check.h"
#include "lib/journal/journal_rows.h"

static void print_topic(guint64 topic)
{
	if (topic == JOURNAL_TOPIC_ALL)
		printf(" in the journal");
	else if (topic == JOURNAL_TOPIC_WIDE)
		printf(" as a mail to many");
	else if (topic % 2 == 0)
		printf(" by mailbox %" G_GUINT64_FORMAT, topic / 2);
	else
		printf(" by address %" G_GUINT64_FORMAT, topic / 2);
}

static void print_user(guint64 user_id)
{
	if (user_id == JOURNAL_EVERYBODY)
		printf("everybody with the right to all");
	else if (user_id == JOURNAL_WIDE)
		printf("the readers of a mail to many");
	else
		printf("user %" G_GUINT64_FORMAT, user_id);
}

static void print_fault(
        JournalFault fault, guint64 entry_id, guint64 topic, guint64 user_id, gpointer data)
{
	(void)data;
	if (fault == JOURNAL_WRONG_PROTECT) {
		printf("entry %" G_GUINT64_FORMAT
		       ": its mark of protection isn't what its mailboxes say\n",
		        entry_id);
		return;
	}
	printf("entry %" G_GUINT64_FORMAT ": ", entry_id);
	print_user(user_id);
	printf(fault == JOURNAL_MISSING ? " should find it" : " should not find it");
	print_topic(topic);
	printf("\n");
}

gboolean command_journal_check(Context *context, int argc, char **argv, GError **error)
{
	JournalCheck check;

	if (!command_parse(NULL, "", 0, &argc, &argv, error) ||
	        !journal_check(context->db, print_fault, NULL, &check, error))
		return FALSE;
	printf("%" G_GUINT64_FORMAT " entries, %" G_GUINT64_FORMAT " rows, %" G_GUINT64_FORMAT
	       " differences\n",
	        check.entries, check.rows, check.faults);
	if (check.faults == 0)
		return TRUE;
	g_set_error(error, PS_ERROR, PS_ERROR_INTERNAL, "the journal's readers differ");
	return FALSE;
}
