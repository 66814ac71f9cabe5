/* fuzz_loose.c: which addresses a header may be taken to name: what is found by one way is found
 * by the other. */
#include "tests/fuzz/fuzz.h"

#include <gmime/gmime.h>

#include "lib/base/address.h"
#include "lib/mail/loose_address.h"
#include "lib/mail/loose_reading.h"

#define LOOKED_FOR 40 /* addresses of an input */

/* Whether a run has edges around its @, which are trimmed: then its address doesn't stand there. */
static gboolean has_edges(const char *value)
{
	gboolean all;
	g_autoptr(GPtrArray) forms = loose_readings(value, &all);

	for (guint i = 0; i < forms->len; i++) {
		const char *form = forms->pdata[i];
		for (const char *at = strchr(form, '@'); at != NULL; at = strchr(at + 1, '@'))
			if (strchr("._+-", at[1]) != NULL ||
			        (at > form && strchr("._+-", at[-1]) != NULL))
				return TRUE;
	}
	return FALSE;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FuzzInput input = {data, size};
	g_autoptr(LooseText) text = loose_text_new();
	gboolean edges = FALSE;

	while (input.left > 0) {
		g_autofree char *value = fuzz_text(&input);
		loose_text_add(text, value);
		edges = edges || has_edges(value);
	}
	g_autoptr(GPtrArray) runs = loose_text_runs(text);
	for (guint i = 0; i < MIN(runs->len, LOOKED_FOR); i++) {
		const char *run = runs->pdata[i];
		g_assert_true(g_str_is_ascii(run));
		fuzz_is_line(run, LOCAL_PART_MAX + 1 + DOMAIN_MAX);
		g_autofree char *own = address_own(run, "address", NULL);
		if (own != NULL && !edges)
			g_assert_true(loose_text_names(text, own));
	}
	loose_text_names(text, "vip@x.example");
	return 0;
}
