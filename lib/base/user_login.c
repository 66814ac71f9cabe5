/* user_login.c: trims, lower-cases and composes a log-in name. */
#include "lib/base/user_login.h"

#include <glib.h>

#include "lib/base/text_check.h"

char *user_login_normal(const char *login)
{
	g_autofree char *trimmed = text_strip(g_strdup(login));
	g_autofree char *lower = g_utf8_strdown(trimmed, -1);

	return g_utf8_normalize(lower, -1, G_NORMALIZE_NFC);
}
