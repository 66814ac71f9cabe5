/* address_lines.h: a field of several addresses, each on a line of its own (or sent as fields of
 * their own): members of a list, addresses to forward to. */
#ifndef POSTSTELLE_CGI_ADDRESS_LINES_H
#define POSTSTELLE_CGI_ADDRESS_LINES_H

#include "cgi-bin/request.h"

/* What was typed, a text each. Free: g_ptr_array_unref(). */
GPtrArray *address_lines(Request *req, const char *name);

/* Notes an error of the field that names each line which lib doesn't take (way_member.h), and why.
 */
gboolean address_lines_check(
        Request *req, const char *name, const GPtrArray *lines, gboolean outside, GError **error);

/* f.NAME: addresses as people write them, a line each. */
void address_lines_fill(Request *req, const char *name, const GPtrArray *addresses);

/* Fills node with what mail goes to now: N.a an address. */
void address_lines_show(Request *req, const char *node, const GPtrArray *addresses);

#endif
