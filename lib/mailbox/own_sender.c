/* own_sender.c: looks mail_from up among the office's addresses. */
#include "lib/mailbox/own_sender.h"

#include <string.h>

#include "lib/base/address.h"
#include "lib/office/domain.h"

static const char SQL_TAKES[] =
        "SELECT 1 FROM address a JOIN mailbox m ON m.id = a.mailbox_id"
        "  JOIN domain md ON md.id = m.domain_id JOIN domain ad ON ad.id = a.domain_id"
        " WHERE a.address = ? AND m.deleted = 0 AND m.active = 1 AND md.active = 1 AND ad.active = 1";

gboolean own_sender_state(Db *db, const Config *config, OwnSender *state, GError **error)
{
	const char *at = strrchr(config->mail_from, '@');
	g_autofree char *domain = NULL;

	*state = *config->mail_from == '\0' ? OWN_SENDER_UNSET : OWN_SENDER_GOOD;
	if (at == NULL)
		return TRUE;
	if (!domain_is_own(db, at + 1, &domain, error))
		return FALSE;
	if (domain == NULL)
		return TRUE;
	g_autofree char *local = g_ascii_strdown(config->mail_from, at - config->mail_from);
	g_autofree char *address = g_strdup_printf("%s@%s", local, domain);
	g_autofree char *whole = address_without_extension(address);
	g_autoptr(DbRows) rows = db_query(db, error, SQL_TAKES, "s", whole);
	if (rows == NULL)
		return FALSE;
	if (!db_rows_next(rows))
		*state = OWN_SENDER_NOBODY;
	return TRUE;
}
