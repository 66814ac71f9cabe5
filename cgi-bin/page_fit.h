/* page_fit.h: no page is larger than PAGE_MAX: what is too long for that is cut. */
#ifndef POSTSTELLE_CGI_PAGE_FIT_H
#define POSTSTELLE_CGI_PAGE_FIT_H

#include <glib.h>

#include "util/neo_hdf.h"

#define PAGE_MAX 1000000 /* octets */

/* What is cut next; begins with {0}. */
typedef struct {
	guint round;
} PageFit;

/* Cuts the longest values of a data set shorter than the time before, those that a form holds (f.)
 * last, and sets page.cut. FALSE: there is nothing left to cut. */
gboolean page_fit_cut(PageFit *fit, HDF *data);

/* Octets of a value on the page. */
gsize page_fit_size(const char *value);

#endif
