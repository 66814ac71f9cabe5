/* device.c: reads and sets the cookie by which a browser is known. */
#include "cgi-bin/device.h"

#include <stdlib.h>
#include <string.h>

#include "cgi-bin/signed_cookie.h"
#include "lib/base/base64url.h"

#define DEVICE_COOKIE "poststelle_device"
#define DEVICE_SECONDS (400 * 24 * 3600) /* as long as browsers keep one */
#define DEVICE_RANDOM 18                 /* octets; 24 characters */

/* ID.USER-USER-... */
static void read_value(Request *req, const char *value)
{
	g_auto(GStrv) parts = g_strsplit(value, ".", 2);
	g_auto(GStrv) users = NULL;

	if (g_strv_length(parts) != 2 || strlen(parts[0]) > SIGN_IN_DEVICE_MAX)
		return;
	users = g_strsplit(parts[1], "-", DEVICE_USERS_MAX + 1);
	for (char **user = users; *user != NULL; user++) {
		guint64 id = 0;
		if (g_ascii_string_to_unsigned(*user, 10, 1, G_MAXINT64, &id, NULL))
			g_array_append_val(req->device_users, id);
	}
	req->device = g_strdup(parts[0]);
}

void device_load(Request *req)
{
	g_autofree char *value = NULL;
	g_autoptr(GError) error = NULL;

	if (req->device_users != NULL)
		return;
	req->device_users = g_array_new(FALSE, FALSE, sizeof(guint64));
	if (!signed_cookie_get(req, DEVICE_COOKIE, &value, &error))
		request_log(req, "device_unread", error->message);
	if (value != NULL)
		read_value(req, value);
}

gboolean device_is_known(Request *req)
{
	device_load(req);
	return req->device != NULL;
}

SignInBrowser device_browser(Request *req)
{
	device_load(req);
	return (SignInBrowser){
	        .client = req->client, .device = req->device, .users = req->device_users};
}

static char *new_id(void)
{
	guint8 random[DEVICE_RANDOM];

	arc4random_buf(random, sizeof(random));
	return base64url_encode(random, sizeof(random));
}

gboolean device_remember(Request *req, guint64 user_id, GError **error)
{
	device_load(req);
	GArray *users = req->device_users;
	g_autoptr(GString) value = g_string_new(NULL);

	if (req->device == NULL)
		req->device = new_id();
	for (guint i = users->len; i > 0; i--)
		if (g_array_index(users, guint64, i - 1) == user_id)
			g_array_remove_index(users, i - 1);
	g_array_append_val(users, user_id);
	if (users->len > DEVICE_USERS_MAX)
		g_array_remove_range(users, 0, users->len - DEVICE_USERS_MAX);
	g_string_append_printf(value, "%s.", req->device);
	for (guint i = 0; i < users->len; i++)
		g_string_append_printf(value, "%s%" G_GUINT64_FORMAT, i > 0 ? "-" : "",
		        g_array_index(users, guint64, i));
	return signed_cookie_set(req, DEVICE_COOKIE, value->str, DEVICE_SECONDS, error);
}
