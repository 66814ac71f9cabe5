/* qr.h: a text as a QR code (ISO/IEC 18004), drawn as one SVG path. */
#ifndef POSTSTELLE_CGI_QR_H
#define POSTSTELLE_CGI_QR_H

#include <glib.h>

/* The path data (SVG 1.1 8.3) of the dark modules, one unit each, within a square of *size units
 * that holds the quiet zone of 4 around them. NULL if the text is too long for a code. Free:
 * g_free(). */
char *qr_path(const char *text, guint *size);

#endif
