/* loose_reading.h: a header's value in every form in which something may read it, for
 * loose_address.h.
 */
#ifndef POSTSTELLE_LIB_MAIL_LOOSE_READING_H
#define POSTSTELLE_LIB_MAIL_LOOSE_READING_H

#include <glib.h>

/*
 * The forms of a value as received (any octets): as it came and with encoded words (RFC 2047,
 * nested ones too) and %XX decoded, letter case folded, compatibility forms (a full-width @)
 * replaced, and again without what a reader may skip: invisible characters; comments, quotes and
 * backslashes; blanks. UTF-8, each once. *all: whether there were no more than are looked at. Free:
 * g_ptr_array_unref().
 */
GPtrArray *loose_readings(const char *value, gboolean *all);

#endif
