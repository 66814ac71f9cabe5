/* fuzz_message.c: a message as the milter gets it, up to what the journal keeps of it. */
#include "tests/fuzz/fuzz.h"

#include <gmime/gmime.h>

#include "lib/journal/journal_kept.h"
#include "milter/message.h"

#define LINE_MOST (8 * JOURNAL_SUBJECT_MAX)

/* Headers are divided by empty lines, since their values may be folded. */
static void add_headers(Message *message, char *head)
{
	g_auto(GStrv) lines = g_strsplit(head, "\n\n", -1);

	for (char **line = lines; *line != NULL; line++) {
		char *colon = strchr(*line, ':');
		if (colon == NULL)
			continue;
		*colon = '\0';
		message_add_header(message, *line, colon + 1);
	}
}

static void check_kept(const JournalMail *mail)
{
	g_autoptr(JournalKept) kept = journal_kept_new(mail);

	fuzz_is_line(kept->envelope_from, LINE_MOST);
	fuzz_is_line(kept->subject, LINE_MOST);
	fuzz_is_utf8(kept->text, JOURNAL_TEXT_MAX);
	fuzz_is_utf8(kept->folded, G_MAXSIZE);
	fuzz_is_line(kept->listed_sender, G_MAXSIZE);
	fuzz_is_line(kept->listed_recipients, G_MAXSIZE);
	for (guint i = 0; i < kept->headers->len; i++) {
		const JournalNamed *one = kept->headers->pdata[i];
		fuzz_is_line(one->address, LINE_MOST);
		fuzz_is_line(one->name, LINE_MOST);
		fuzz_is_utf8(one->normal, LINE_MOST);
	}
	for (guint i = 0; i < kept->names->len; i++)
		fuzz_is_line(kept->names->pdata[i], LINE_MOST);
	g_assert_true(!kept->bare || (kept->text == NULL && kept->names->len == 0));
	journal_kept_strip(kept);
	g_assert_true(kept->text == NULL && kept->names->len == 0);
}

/* Sender, recipient, headers, body; NUL between them. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FuzzInput input = {data, size};
	g_autofree char *sender = fuzz_text(&input), *recipient = fuzz_text(&input);
	g_autofree char *head = fuzz_text(&input);
	JournalMail mail;

	Message *message = message_new(sender);
	message_add_recipient(message, recipient);
	add_headers(message, head);
	for (gsize at = 0, piece = 1; at < input.left; at += piece, piece = piece * 3 % 101 + 1)
		message_add_body(message, input.data + at, MIN(piece, input.left - at));
	message_finish(message, (JournalService)(size % 5), &mail);
	fuzz_is_utf8(mail.text, G_MAXSIZE);
	fuzz_is_utf8(mail.subject, G_MAXSIZE);
	check_kept(&mail);
	message_free(message);
	return 0;
}
