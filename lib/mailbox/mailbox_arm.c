/* mailbox_arm.c: which key each range of a list is one of. */
#include "lib/mailbox/mailbox_arm.h"

#include <string.h>

#include "lib/mailbox/mailbox_row.h"

#define OF_DOMAIN_NAME " AND u.domain = (SELECT name FROM domain WHERE id = ?)"

gboolean mailbox_arm_is_find(const MailboxArm *arm, const char *prefix)
{
	return !mailbox_plan_is_mark(arm->state) && !(arm->state == 'l' && *prefix == '\0');
}

/* A key of the mailboxes themselves; of_domain: "" or "_domain". */
static MailboxArmText mark_text(const char *key, const char *of_domain, const char *range)
{
	return (MailboxArmText){"m.address, m.id AS mailbox_id", NULL, "m.address", "",
	        MAILBOX_ROW_USAGE,
	        g_strconcat("mailbox m FORCE INDEX (", key, of_domain, ")", NULL),
	        g_strconcat(range, *of_domain != '\0' ? " AND m.domain_id = ?" : "", NULL)};
}

MailboxArmText mailbox_arm_text(const MailboxArm *arm, const char *prefix, gboolean guarded)
{
	const char *of_domain = arm->domain_id != 0 ? "_domain" : "";

	if (mailbox_arm_is_find(arm, prefix))
		return (MailboxArmText){"k.address, k.mailbox_id", NULL, "k.address", "",
		        " STRAIGHT_JOIN mailbox m ON m.id = k.mailbox_id" MAILBOX_ROW_USAGE,
		        g_strdup("mailbox_find k"),
		        g_strdup_printf("k.domain_id = ? AND k.state = '%c' AND k.prefix = ?%s",
		                arm->state, guarded ? MAILBOX_ARM_SEEN("k.mailbox_id") : "")};
	if (arm->state == 'f')
		return (MailboxArmText){"u.username AS address, d.mailbox_id",
		        "u.username AS address, CAST(0 AS UNSIGNED) AS mailbox_id", "u.username",
		        " STRAIGHT_JOIN address d ON d.address = u.username AND d.is_alias = 0",
		        " STRAIGHT_JOIN mailbox m ON m.id = d.mailbox_id",
		        g_strdup_printf(
		                "mailbox_usage u FORCE INDEX (mailbox_usage_full%s)", of_domain),
		        g_strconcat("u.nearly_full = 1", arm->domain_id == 0 ? "" : OF_DOMAIN_NAME,
		                NULL)};
	if (arm->state == 'u')
		return mark_text(
		        "mailbox_unassigned", of_domain, "m.deleted = 0 AND m.unassigned = 1");
	if (arm->state == 'k')
		return mark_text("mailbox_known", of_domain, "m.deleted = 0 AND m.known = 1");
	if (arm->state == 'e')
		return mark_text(
		        "mailbox_ending", of_domain, "m.deleted = 1 AND m.deleted_day = ?");
	return mark_text("mailbox_live", of_domain, "m.deleted = 0");
}

void mailbox_arm_clear(MailboxArmText *arm)
{
	g_free(arm->tables);
	g_free(arm->range);
}

void mailbox_arm_values(DbValues *values, const MailboxArm *arm, const char *prefix)
{
	gboolean find = mailbox_arm_is_find(arm, prefix);

	if (arm->state == 'e')
		db_values_add_u64(values, arm->day);
	if (find || arm->domain_id != 0)
		db_values_add_u64(values, arm->domain_id);
	if (find)
		db_values_add_octets(values, prefix, strlen(prefix));
}
