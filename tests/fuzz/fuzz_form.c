/* fuzz_form.c: whatever a body holds, every field is valid UTF-8 without NUL. */
#include <stdint.h>
#include <stdlib.h>

#include "cgi-bin/form.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(Form) form = form_parse((const char *)data, size);

	if (form == NULL)
		return 0;
	for (guint i = 0; i < form->fields->len; i++) {
		const FormField *field = form->fields->pdata[i];
		if (!g_utf8_validate(field->name, -1, NULL) ||
		        !g_utf8_validate(field->value, -1, NULL))
			abort();
	}
	return 0;
}
