/* read_mails.c: reads mails as the journal does (milter/message.h), for compare.py: on standard
 * input "octets LF" and so many octets each; on standard output a line of JSON each. */
#include <stdio.h>
#include <string.h>

#include <gmime/gmime.h>

#include "milter/message.h"

static void put_string(const char *text)
{
	putchar('"');
	for (const char *c = text != NULL ? text : ""; *c != '\0'; c++) {
		if (*c == '"' || *c == '\\')
			printf("\\%c", *c);
		else if (g_ascii_iscntrl(*c))
			printf("\\u%04x", (guint)*c);
		else
			putchar(*c);
	}
	putchar('"');
}

static void put_mail(const JournalMail *mail)
{
	printf("{\"subject\": ");
	put_string(mail->subject);
	printf(", \"from\": ");
	put_string(mail->n_from > 0 ? mail->from[0].name : NULL);
	printf(", \"address\": ");
	put_string(mail->n_from > 0 ? mail->from[0].address : NULL);
	printf(", \"text\": ");
	put_string(mail->text);
	printf(", \"files\": [");
	for (gsize i = 0; i < mail->n_attachments; i++) {
		printf("%s[", i > 0 ? ", " : "");
		put_string(mail->attachments[i].name);
		printf(", %" G_GUINT64_FORMAT "]", mail->attachments[i].size);
	}
	printf("]}\n");
}

/* Header lines as libmilter gives them: folds by LF, without the first blank. */
static void add_headers(Message *message, char *head)
{
	for (char *line = head; line != NULL && *line != '\0';) {
		char *end = strchr(line, '\n');
		while (end != NULL && (end[1] == ' ' || end[1] == '\t'))
			end = strchr(end + 1, '\n');
		if (end != NULL)
			*end = '\0';
		char *colon = strchr(line, ':');
		if (colon != NULL) {
			*colon = '\0';
			message_add_header(message, line, colon + 1 + (colon[1] == ' '));
		}
		line = end != NULL ? end + 1 : NULL;
	}
}

static void read_mail(const char *octets, gsize length)
{
	static const char empty_line[] = "\r\n\r\n";
	const char *body = g_strstr_len(octets, (gssize)length, empty_line);
	JournalMail mail;
	Message *message = message_new("wer@welt.example");

	g_assert_nonnull(body);
	g_autofree char *head = g_strndup(octets, (gsize)(body - octets));
	g_auto(GStrv) lines = g_strsplit(head, "\r\n", -1);
	g_autofree char *unix_head = g_strjoinv("\n", lines);
	add_headers(message, unix_head);
	body += strlen(empty_line);
	for (gsize left = (gsize)(octets + length - body), piece; left > 0; left -= piece) {
		piece = MIN(left, 1000);
		message_add_body(message, (const guint8 *)body, piece);
		body += piece;
	}
	message_finish(message, JOURNAL_OUTSIDE, &mail);
	put_mail(&mail);
	message_free(message);
}

int main(void)
{
	gsize length;

	g_mime_init();
	while (scanf("%" G_GSIZE_FORMAT "%*1[\n]", &length) == 1) {
		g_autofree char *octets = g_malloc0(length + 1);
		if (fread(octets, 1, length, stdin) != length)
			return 1;
		read_mail(octets, length);
	}
	return 0;
}
