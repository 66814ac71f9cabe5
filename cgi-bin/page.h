/* page.h: fills the data set of a page and sends it; the only way an answer leaves.
 *
 * Values set here are escaped by the template engine. Every function that sends an answer
 * returns TRUE, or FALSE with error (then nothing was sent and the dispatcher sends the error
 * page).
 */
#ifndef POSTSTELLE_CGI_PAGE_H
#define POSTSTELLE_CGI_PAGE_H

#include "cgi-bin/request.h"

/* Where a page stands: which main area and tab are marked as current. */
typedef enum {
	AREA_NONE,
	AREA_MY,
	AREA_JOURNAL,
	AREA_SETTINGS,       /* Grundeinstellungen, no tab */
	AREA_SETTINGS_EMAIL, /* tab E-Mail */
	AREA_SETTINGS_OTHER, /* tab Sonstiges */
	AREA_USERS,
	AREA_DOMAINS,
	AREA_CHANGES,
	AREA_ACCOUNT,
} Area;

/* Title (ready text) and place of the page; sets the breadcrumbs down to the area. */
void page_begin(Request *req, Area area, const char *title);
/* One more step of the breadcrumbs; path below the prefix, NULL for the page itself. */
void page_crumb(Request *req, const char *label, const char *path);

/* Sets a value by its full name. NULL and 0 set nothing. */
/* "label.FIELD" is what the page calls a field in its summary of errors, if not T.field.FIELD. */
void page_set(Request *req, const char *name, const char *value);
void page_set_number(Request *req, const char *name, guint64 value);
/* As people read it: 1.000. */
void page_set_count(Request *req, const char *name, guint count);
void page_set_flag(Request *req, const char *name, gboolean value);
/* An address or a domain, or a line that holds some, as people write it (address_readable.h). */
void page_set_address(Request *req, const char *name, const char *address);
void page_setf(Request *req, const char *name, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* For lists: a node once, and values below it ("r.12" and "a", "n", ...). */
HDF *page_node(Request *req, const char *name);
HDF *page_item(HDF *list, guint index);
/* The value below item, or with a NULL name that of item itself. */
void page_item_set(HDF *item, const char *name, const char *value);
void page_item_set_number(HDF *item, const char *name, guint64 value);
/* value becomes the data set's, as g_malloc() made it; NULL sets nothing. */
void page_item_take(HDF *item, const char *name, char *value);
void page_item_set_address(HDF *item, const char *name, const char *address);

/* Puts what was typed into f.NAME for every field of the form, so that nothing is lost.
 * Passwords and the CSRF token are left out. */
void page_keep_typed(Request *req);

/* What a template makes of the data set so far, in the request's language; NULL and error on
 * failure. Free: g_string_free(). */
GString *page_render(Request *req, const char *template, GError **error);
/* Sends the page made from a template with the given status. */
gboolean page_send(Request *req, int status, const char *template, GError **error);
/* 303 to a path below the prefix. flash: key of the message (T.flash.KEY) shown there, or NULL. */
gboolean page_redirect(Request *req, const char *flash, const char *path_format, ...)
        G_GNUC_PRINTF(3, 4);
/* Sends a body that is no page (XML, profile). extra header lines end with CR LF; may be NULL. */
gboolean page_send_raw(Request *req, int status, const char *type, const char *extra,
        const char *body, gsize length);

#endif
