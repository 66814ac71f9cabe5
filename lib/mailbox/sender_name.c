/* sender_name.c: decides between the mailbox's name, a user's and the mail program's. */
#include "lib/mailbox/sender_name.h"

#include <string.h>

#include "lib/mailbox/mailbox.h"

SenderNameRule sender_name_rule(const char *email_name, const GPtrArray *users, const char **name)
{
	const MailboxUser *last = NULL;
	guint active = 0, named = 0;

	*name = *email_name != '\0' ? email_name : NULL;
	if (*name != NULL)
		return SENDER_NAME_FIXED;
	for (guint i = 0; i < users->len; i++) {
		const MailboxUser *user = users->pdata[i];
		if (!user->active)
			continue;
		active++;
		named += *user->email_name != '\0';
		last = user;
	}
	if (named == 0)
		return SENDER_NAME_CLIENT;
	if (active > 1)
		return SENDER_NAME_ONE_OF;
	*name = last->email_name;
	return SENDER_NAME_FIXED;
}

/* A name as it is compared. Free: g_free(). */
static char *comparable(const char *name)
{
	g_autofree char *composed = g_utf8_normalize(name, -1, G_NORMALIZE_ALL_COMPOSE);
	g_autofree char *folded = composed != NULL ? g_utf8_casefold(composed, -1) : g_strdup("");
	GString *out = g_string_new(NULL);

	for (const char *c = folded; *c != '\0'; c = g_utf8_next_char(c)) {
		gunichar point = g_utf8_get_char(c);
		if (!g_unichar_isspace(point))
			g_string_append_unichar(out, point);
		else if (out->len > 0 && out->str[out->len - 1] != ' ')
			g_string_append_c(out, ' ');
	}
	if (out->len > 0 && out->str[out->len - 1] == ' ')
		g_string_truncate(out, out->len - 1);
	return g_string_free(out, FALSE);
}

static gboolean is_typed_name(const MailboxUser *user, const char *wanted)
{
	g_autofree char *name = comparable(user->name);
	g_autofree char *email_name = comparable(user->email_name);

	return strcmp(name, wanted) == 0 || strcmp(email_name, wanted) == 0;
}

const char *sender_name_for(const char *email_name, const GPtrArray *users, const char *client_name)
{
	const char *name = NULL;

	if (sender_name_rule(email_name, users, &name) != SENDER_NAME_ONE_OF)
		return name;
	g_autofree char *wanted = comparable(client_name);
	if (*wanted == '\0')
		return NULL;
	for (guint i = 0; i < users->len; i++) {
		const MailboxUser *user = users->pdata[i];
		if (!user->active || !is_typed_name(user, wanted))
			continue;
		if (name != NULL && strcmp(name, user->email_name) != 0)
			return NULL;
		name = user->email_name;
	}
	return name != NULL && *name != '\0' ? name : NULL;
}
