/* fuzz_message.c: a message as the milter gets it: header lines, an empty line, the body. */
#include <stdint.h>
#include <string.h>

#include <gmime/gmime.h>

#include "milter/from.h"
#include "milter/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void add_headers(Message *message, char *head)
{
	g_auto(GStrv) lines = g_strsplit(head, "\n\n", -1);

	for (char **line = lines; *line != NULL; line++) {
		char *colon = strchr(*line, ':');
		if (colon == NULL)
			continue;
		*colon = '\0';
		message_add_header(message, *line, colon + 1);
		g_autoptr(GPtrArray) from = from_parse(colon + 1);
		g_autofree char *written = from_write(from);
	}
}

/* Headers are divided by empty lines, since their values may be folded; NUL ends them. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static gboolean ready;
	const uint8_t *nul = size > 0 ? memchr(data, 0, size) : NULL;
	gsize head_size = nul != NULL ? (gsize)(nul - data) : size;
	g_autofree char *head = g_strndup((const char *)data, head_size);
	JournalMail mail;

	if (!ready)
		g_mime_init();
	ready = TRUE;
	Message *message = message_new("a@b.de");
	add_headers(message, head);
	for (gsize at = head_size + 1, piece = 1; at < size;
	        at += piece, piece = piece * 3 % 101 + 1)
		message_add_body(message, data + at, MIN(piece, size - at));
	message_finish(message, JOURNAL_OUTSIDE, &mail);
	if (mail.text != NULL)
		g_assert(g_utf8_validate(mail.text, -1, NULL));
	if (mail.subject != NULL)
		g_assert(g_utf8_validate(mail.subject, -1, NULL));
	message_free(message);
	return 0;
}
