/* address_list.h: the addresses of a header (From, To, Cc; RFC 5322 3.4), as libmilter
 * gives its value: folded lines, comments, quoted strings, encoded words, groups (their members).
 */
#ifndef POSTSTELLE_MILTER_ADDRESS_LIST_H
#define POSTSTELLE_MILTER_ADDRESS_LIST_H

#include <glib.h>

typedef struct {
	char *name;    /* decoded, UTF-8; "" for none */
	char *address; /* as written, its domain as A-labels if it had umlauts */
} ListAddress;

/* Appends what GMime understands, and what else outside quotes and comments looks like an address:
 * separated by semicolons or nothing, behind names without quotes. For those whom a header names,
 * not for those who are allowed something. */
void address_list_add_all(GPtrArray *list, const char *value);

/* Of ListAddress. Free: g_ptr_array_unref(). */
GPtrArray *address_list_new(void);

#endif
