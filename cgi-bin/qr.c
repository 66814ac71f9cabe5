/* qr.c: draws the modules that libqrencode finds as one path of squares. */
#include "cgi-bin/qr.h"

#include <qrencode.h>

#define QUIET_ZONE 4
#define DARK 1 /* the bit that says so in a module */

/* A run of dark modules in a row is one bar. */
static void add_module_row(GString *path, const unsigned char *row, guint width, guint y)
{
	for (guint x = 0; x < width;) {
		guint end = x;

		while (end < width && (row[end] & DARK) != 0)
			end++;
		if (end > x)
			g_string_append_printf(path, "M%u %uh%uv1h-%uz", x + QUIET_ZONE,
			        y + QUIET_ZONE, end - x, end - x);
		x = end + 1;
	}
}

char *qr_path(const char *text, guint *size)
{
	/* Level M: 15 % of it may be lost on a screen or a print. */
	QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);

	if (code == NULL)
		return NULL;
	guint width = (guint)code->width;
	GString *path = g_string_new(NULL);
	for (guint y = 0; y < width; y++)
		add_module_row(path, code->data + (gsize)y * width, width, y);
	QRcode_free(code);
	*size = width + 2 * QUIET_ZONE;
	return g_string_free(path, FALSE);
}
