/* fuzz_mime.c: parts, parameters, encodings and charsets of a body: however it is cut, the same
 * text comes out. */
#include "tests/fuzz/fuzz.h"

#include <gmime/gmime.h>

#include "milter/mime_field.h"
#include "milter/mime_part.h"
#include "milter/mime_text.h"

typedef struct {
	MimeText *mime;
	char *text;
} Outcome;

static Outcome outcome(const char *head, FuzzInput body, gsize piece)
{
	Outcome made = {.mime = mime_text_new(head)};

	while (body.left > 0) {
		gsize length = MIN(piece, body.left);
		mime_text_feed(made.mime, body.data, length);
		body.data += length;
		body.left -= length;
	}
	made.text = mime_text_finish(made.mime);
	return made;
}

static void outcome_clear(Outcome *made)
{
	mime_text_free(made->mime);
	g_free(made->text);
}

static void check_same(const Outcome *one, const Outcome *other)
{
	const GPtrArray *parts = mime_text_attachments(one->mime);
	const GPtrArray *others = mime_text_attachments(other->mime);

	g_assert_cmpstr(one->text, ==, other->text);
	g_assert_cmpint(mime_text_is_report(one->mime), ==, mime_text_is_report(other->mime));
	g_assert_cmpuint(parts->len, ==, others->len);
	for (guint i = 0; i < parts->len; i++) {
		const MimeAttachment *a = parts->pdata[i], *b = others->pdata[i];
		fuzz_is_utf8(a->name, G_MAXSIZE);
		g_assert_cmpstr(a->name, ==, b->name);
		g_assert_cmpuint(a->size, ==, b->size);
	}
}

static void check_text(const char *head, FuzzInput body)
{
	Outcome whole = outcome(head, body, body.left), cut = outcome(head, body, 7);

	fuzz_is_utf8(whole.text, MIME_TEXT_MAX);
	for (const char *c = whole.text; c != NULL && *c != '\0'; c++)
		g_assert_true((guchar)*c >= ' ' || *c == '\n' || *c == '\t');
	g_assert_cmpuint(mime_text_attachments(whole.mime)->len, <=, MIME_ATTACHMENTS);
	check_same(&whole, &cut);
	outcome_clear(&whole);
	outcome_clear(&cut);
}

static void check_field(const char *value)
{
	static const char *const names[] = {"boundary", "charset", "name", "filename", "type"};
	g_autoptr(MimeField) field = mime_field_read(value);

	g_assert_nonnull(mime_field_main(field));
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *text = mime_field_text(field, names[i]);
		fuzz_is_utf8(text, G_MAXSIZE);
		g_assert_true((text == NULL) == (mime_field_octets(field, names[i]) == NULL));
	}
}

/* The message's header, a NUL, the body. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FuzzInput input = {data, size};
	g_autofree char *head = fuzz_text(&input);

	const char *colon = strchr(head, ':');
	check_field(colon != NULL ? colon + 1 : head);
	MimePart *part = mime_part_read(head);
	fuzz_is_utf8(part->name, G_MAXSIZE);
	mime_part_free(part);
	check_text(head, input);
	return 0;
}
