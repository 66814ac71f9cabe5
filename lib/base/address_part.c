/* address_part.c: compares what was typed with addresses and names. */
#include "lib/base/address_part.h"

#include <string.h>

#include "lib/base/address_readable.h"
#include "lib/base/fold.h"

/* Readable first: not every script's domains are written in its lower case (Cherokee's aren't). */
static char *lower(const char *text)
{
	g_autofree char *readable = address_readable(text);

	return g_utf8_strdown(readable, -1);
}

AddressPart *address_part_new(const char *typed)
{
	AddressPart *part = g_new0(AddressPart, 1);
	g_autofree char *compared = lower(typed);

	part->words = fold_searched_words(compared);
	if (strchr(typed, '@') != NULL)
		part->piece = g_steal_pointer(&compared);
	return part;
}

void address_part_free(AddressPart *part)
{
	if (part == NULL)
		return;
	g_ptr_array_unref(part->words);
	g_free(part->piece);
	g_free(part);
}

gboolean address_part_matches(const AddressPart *part, const char *address, const char *name)
{
	g_autofree char *compared = lower(address);
	g_autofree char *text = g_strconcat(compared, " ", name, NULL);

	if (part->words->len == 0 || (part->piece != NULL && strstr(compared, part->piece) == NULL))
		return FALSE;
	g_autoptr(GPtrArray) words = fold_stored_words(text);
	return fold_words_match(words, part->words);
}

gboolean address_part_is_whole(const char *typed)
{
	const char *at = strrchr(typed, '@');
	const char *dot = at != NULL ? strrchr(at, '.') : NULL;

	return at != NULL && at > typed && dot != NULL && dot > at + 1 && dot[1] != '\0';
}
