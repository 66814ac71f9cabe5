/* autodiscover_read.h: what a request of Microsoft's Autodiscover asks for. */
#ifndef POSTSTELLE_CGI_AUTODISCOVER_READ_H
#define POSTSTELLE_CGI_AUTODISCOVER_READ_H

#include <glib.h>

/* TRUE if the body is XML; address and schema are what it holds of them, trimmed. */
gboolean autodiscover_read(const char *body, gsize size, GString *address, GString *schema);

#endif
