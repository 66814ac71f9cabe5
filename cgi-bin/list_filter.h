/* list_filter.h: what lists are filtered by alike: a period, and names that may fit several.
 */
#ifndef POSTSTELLE_CGI_LIST_FILTER_H
#define POSTSTELLE_CGI_LIST_FILTER_H

#include "cgi-bin/pager.h"
#include "cgi-bin/request.h"

typedef struct {
	const char *from, *to;     /* as typed; borrowed from the request */
	guint64 from_us, below_us; /* from <= instant < below; below 0 = no end */
} ListPeriod;

/* Reads the days "from" and "to", which both belong to the period, in the office's zone; fills
 * f.from and f.to, and notes what is wrong with them. */
ListPeriod list_filter_period(Request *req);

/* Adds a link of the choices (list_choices of templates/macros.cst): the list with another value of
 * the part that has that name. text: what it says. */
void list_filter_choice(Request *req, const char *path, const QueryPart *parts, gsize count,
        const char *name, const char *value, const char *text);

#endif
