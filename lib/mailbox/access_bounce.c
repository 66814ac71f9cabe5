/* access_bounce.c: tokens of the envelope senders of access data, and what came back to them. */
#include "lib/mailbox/access_bounce.h"

#include <string.h>

#include "lib/base/token.h"

#define DIGITS 32 /* hexadecimal digits: letter case may be lost on the way */
#define MARK "+b"

static const char SQL_KEEP[] = "UPDATE access_link SET bounce_token = ? WHERE id = ?";
static const char SQL_NOTE[] =
        "UPDATE access_link SET bounced_at = " DB_NOW " WHERE bounce_token = ? AND bounced_at = 0";

char *access_bounce_sender(Db *db, guint64 id, const char *mail_from, GError **error)
{
	g_autofree char *random = token_new();
	g_autofree char *token = g_compute_checksum_for_string(G_CHECKSUM_SHA256, random, -1);
	const char *at = strrchr(mail_from, '@');

	token[DIGITS] = '\0';
	if (at == NULL)
		return g_strdup(mail_from);
	if (db_execute(db, error, SQL_KEEP, "au", token, id) < 0)
		return NULL;
	return g_strdup_printf("%.*s" MARK "%s%s", (int)(at - mail_from), mail_from, token, at);
}

gboolean access_bounce_note(Db *db, const char *address, GError **error)
{
	const char *at = strrchr(address, '@');
	g_autofree char *local =
	        at != NULL ? g_ascii_strdown(address, at - address) : g_strdup(address);
	gsize length = strlen(local);

	if (length < strlen(MARK) + DIGITS)
		return TRUE;
	const char *token = local + length - DIGITS;
	if (strncmp(token - strlen(MARK), MARK, strlen(MARK)) != 0 ||
	        strspn(token, "0123456789abcdef") != DIGITS)
		return TRUE;
	return db_execute(db, error, SQL_NOTE, "a", token) >= 0;
}
