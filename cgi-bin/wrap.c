/* wrap.c: text for a page that may be broken behind the @ of a long address. */
#include "cgi-bin/wrap.h"

#include <stdlib.h>
#include <string.h>

static const char break_here[] = "<wbr>";

NEOERR *wrap_html(const char *text, char **html)
{
	STRING out;
	char *escaped = NULL;
	NEOERR *err = neos_html_escape(text, (int)strlen(text), &escaped);

	if (err == STATUS_OK && strlen(escaped) < WRAP_MIN) {
		*html = escaped;
		return STATUS_OK;
	}
	string_init(&out);
	for (const char *at = escaped; err == STATUS_OK && *at != '\0';) {
		const size_t run = strcspn(at, " ");
		const char *sign = memchr(at, '@', run);
		if (run >= WRAP_MIN && sign != NULL) {
			const size_t first = (size_t)(sign - at) + 1;
			err = string_appendn(&out, at, (int)first);
			if (err == STATUS_OK)
				err = string_append(&out, break_here);
			at += first;
		} else {
			const size_t whole = at[run] == ' ' ? run + 1 : run;
			err = string_appendn(&out, at, (int)whole);
			at += whole;
		}
	}
	free(escaped);
	if (err == STATUS_OK && out.buf == NULL)
		err = string_append(&out, "");
	if (err != STATUS_OK) {
		string_clear(&out);
		return nerr_pass(err);
	}
	*html = out.buf;
	return STATUS_OK;
}

NEOERR *wrap_register(CSPARSE *parse)
{
	char name[] = "wrap";

	return nerr_pass(cs_register_esc_strfunc(parse, name, wrap_html));
}
