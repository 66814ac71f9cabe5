/* fuzz_header.c: words of headers: read however they are written, written so that nothing can be
 * added, in our own mails too. */
#include "tests/fuzz/fuzz.h"

#include <gmime/gmime.h>

#include "lib/mail/header_join.h"
#include "lib/mail/header_word.h"
#include "lib/mail/own_mail.h"
#include "milter/address_list.h"
#include "milter/header_token.h"

static void check_read(const char *value)
{
	g_autofree char *joined = header_join(value), *text = header_join_text(value);
	g_autoptr(GPtrArray) list = address_list_new();
	g_autoptr(GArray) tokens = header_tokens(value);

	fuzz_is_utf8(joined, G_MAXSIZE);
	fuzz_is_utf8(text, G_MAXSIZE);
	g_assert_null(strpbrk(text, "\r\n"));
	for (guint how = 0; how <= HEADER_WORDS_ALL; how++) {
		g_autofree char *words = header_words_read(value, how);
		fuzz_is_utf8(words, G_MAXSIZE);
	}
	for (guint i = 0; i < tokens->len; i++)
		g_assert_cmpuint(g_array_index(tokens, Token, i).kind, <, TOKEN_KINDS);
	address_list_add_all(list, value);
	for (guint i = 0; i < list->len; i++) {
		const ListAddress *one = list->pdata[i];
		fuzz_is_utf8(one->name, G_MAXSIZE);
	}
}

static void check_lines(const char *value)
{
	g_auto(GStrv) lines = g_strsplit(value, "\n", -1);

	fuzz_is_header(value);
	for (char **line = lines; strstr(value, "=?UTF-8?B?") == value && *line != NULL; line++)
		g_assert_cmpuint(strlen(*line), <=, 76);
}

/* Each line of a mail's head is one of ours, once. */
static void check_own_mail(const char *text)
{
	static const char *const ours[] = {"From", "Reply-To", "To", "Subject", "Date",
	        "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type",
	        "Content-Transfer-Encoding"};
	char mail_from[] = "post@office.example";
	Config config = {.mail_from = mail_from};
	OwnMail mail = {.from_name = text,
	        .to = "a@b.example",
	        .reply_to = "c@d.example",
	        .subject = text,
	        .text = text};
	g_autoptr(GBytes) whole = own_mail_compose(&config, &mail);
	gsize size;
	const char *octets = g_bytes_get_data(whole, &size);
	const char *end = g_strstr_len(octets, (gssize)size, "\r\n\r\n");
	g_assert_nonnull(end);
	g_autofree char *head = g_strndup(octets, (gsize)(end - octets));
	g_auto(GStrv) lines = g_strsplit(head, "\r\n", -1);
	guint seen = 0, count = 0;

	for (char **line = lines; *line != NULL; line++) {
		if (**line == ' ' || **line == '\t')
			continue;
		count++;
		for (guint i = 0; i < G_N_ELEMENTS(ours); i++)
			if (g_str_has_prefix(*line, ours[i]) && (*line)[strlen(ours[i])] == ':')
				seen |= 1U << i;
	}
	g_assert_cmpuint(seen, ==, (1U << G_N_ELEMENTS(ours)) - 1);
	g_assert_cmpuint(count, ==, G_N_ELEMENTS(ours));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FuzzInput any = {data, size}, input = any;
	g_autofree char *value = fuzz_text(&any), *text = fuzz_utf8(&input);

	check_read(value);
	g_autofree char *phrase = header_word_phrase(text), *subject = header_word_text(text);
	check_lines(phrase);
	check_lines(subject);
	check_own_mail(text);
	return 0;
}
