/* page_fit.c: cuts values of a data set whose page would be too large. */
#include "cgi-bin/page_fit.h"

#include <string.h>

#define LONGEST 524288 /* octets of a value on the page, in the first round */
#define ROUNDS 13      /* each halves that; the last one leaves 128 */

/* Octets that a character of one octet has on the page (HTML escaping of ClearSilver). */
static gsize escaped(char c)
{
	switch (c) {
	case '&':
	case '\'':
		return 5;
	case '"':
		return 6;
	case '<':
	case '>':
		return 4;
	default:
		return 1;
	}
}

gsize page_fit_size(const char *value)
{
	gsize size = 0;

	for (const char *c = value; *c != '\0'; c++)
		size += escaped(*c);
	return size;
}

/* The value's beginning that has at most longest octets on the page; NULL: it is short enough.
 * Free: g_free(). */
static char *shorten(const char *value, gsize longest)
{
	gsize size = 0;

	for (const char *c = value; *c != '\0'; c++) {
		size += escaped(*c);
		if (size <= longest)
			continue;
		while (c > value && ((guchar)*c & 0xc0) == 0x80)
			c--;
		g_autofree char *beginning = g_strndup(value, (gsize)(c - value));
		return g_strconcat(beginning, "\u2026", NULL);
	}
	return NULL;
}

static void set_value(HDF *node, const char *name, const char *value)
{
	NEOERR *err = hdf_set_value(node, name, value);

	nerr_ignore(&err);
}

/* Each value below node. TRUE: one was cut. */
static gboolean cut_below(HDF *node, gsize longest)
{
	gboolean changed = FALSE;

	for (HDF *child = hdf_obj_child(node); child != NULL; child = hdf_obj_next(child)) {
		const char *value = hdf_obj_value(child);
		g_autofree char *shorter = value != NULL ? shorten(value, longest) : NULL;
		if (shorter != NULL)
			set_value(child, NULL, shorter);
		changed = cut_below(child, longest) || shorter != NULL || changed;
	}
	return changed;
}

gboolean page_fit_cut(PageFit *fit, HDF *data)
{
	gboolean changed = FALSE;

	set_value(data, "page.cut", "1");
	while (!changed && fit->round < 2 * ROUNDS) {
		gboolean forms_too = fit->round >= ROUNDS;
		gsize longest = LONGEST >> (fit->round++ % ROUNDS);
		for (HDF *child = hdf_obj_child(data); child != NULL; child = hdf_obj_next(child))
			if (forms_too || strcmp(hdf_obj_name(child), "f") != 0)
				changed = cut_below(child, longest) || changed;
	}
	return changed;
}
