/* fuzz.c: what the fuzzers have in common. */
#include "tests/fuzz/fuzz.h"

#include <gmime/gmime.h>

#define PIECE 7 /* octets that come at once, so that reading is done in several steps */

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	g_mime_init();
	return 0;
}

char *fuzz_text(FuzzInput *input)
{
	const uint8_t *nul = input->left > 0 ? memchr(input->data, 0, input->left) : NULL;
	size_t length = nul != NULL ? (size_t)(nul - input->data) : input->left;
	char *text = g_strndup((const char *)input->data, length);

	input->data += length + (nul != NULL);
	input->left -= length + (nul != NULL);
	return text;
}

char *fuzz_utf8(FuzzInput *input)
{
	g_autofree char *text = fuzz_text(input);

	return g_utf8_make_valid(text, -1);
}

void fuzz_is_utf8(const char *text, gsize max)
{
	if (text == NULL)
		return;
	g_assert_true(g_utf8_validate(text, -1, NULL));
	g_assert_cmpuint(strlen(text), <=, max);
}

void fuzz_is_line(const char *text, gsize max)
{
	fuzz_is_utf8(text, max);
	for (const char *c = text; c != NULL && *c != '\0'; c = g_utf8_next_char(c))
		g_assert_false(g_unichar_iscntrl(g_utf8_get_char(c)));
}

void fuzz_is_header(const char *value)
{
	for (const char *c = value; *c != '\0'; c++)
		g_assert_true((*c >= ' ' && *c < 0x7f) || (*c == '\n' && c[1] == ' '));
}

static const char *param_of(Transport *transport, const char *name)
{
	const FuzzTransport *made = (const FuzzTransport *)transport;

	for (const char *const *param = made->params; param[0] != NULL; param += 2)
		if (strcmp(param[0], name) == 0)
			return param[1];
	return NULL;
}

static gssize read_body(Transport *transport, char *buffer, gsize size)
{
	FuzzInput *body = &((FuzzTransport *)transport)->body;
	gsize length = MIN(MIN(size, body->left), (gsize)PIECE);

	memcpy(buffer, body->data, length);
	body->data += length;
	body->left -= length;
	return (gssize)length;
}

void fuzz_transport(FuzzTransport *made, const char *const *params, FuzzInput body)
{
	*made = (FuzzTransport){
	        .transport = {.param = param_of, .read = read_body, .is_trusted = TRUE},
	        .params = params,
	        .body = body};
}
