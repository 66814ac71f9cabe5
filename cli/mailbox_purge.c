/* mailbox_purge.c: poststelle mailbox purge ADDRESS | --due */
#include "cli/command.h"

#include <stdio.h>

#include "cli/argument.h"
#include "lib/base/error.h"
#include "lib/base/local_time.h"
#include "lib/mailbox/mailbox_count.h"
#include "lib/mailbox/mailbox_delete.h"
#include "lib/office/setting.h"

static gboolean purge_address(Context *context, const char *typed, GError **error)
{
	g_autoptr(Mailbox) mailbox = argument_mailbox(context->db, typed, error);

	if (mailbox == NULL || !mailbox_purge(context->db, &context->actor, mailbox->id, error))
		return FALSE;
	g_autoptr(Setting) setting = setting_load(context->db, error);
	if (setting == NULL)
		return FALSE;
	g_autoptr(LocalZone) zone = local_zone_new(setting->timezone);
	g_autofree char *free_at = local_time_date_time(zone, "en", mailbox_free_at(mailbox));
	g_autofree char *address = argument_shown(mailbox->address);
	printf("Mailbox %s is purged: its password is gone; the agent removes its mail, %d minutes "
	       "after the deletion at the earliest.\nIts addresses are free from %s (%s) on: mail "
	       "that was accepted for it may be queued until %d days after the deletion.\n",
	        address, MAILBOX_PURGE_WAIT_S / 60, free_at, setting->timezone,
	        MAILBOX_ADDRESS_DAYS);
	return TRUE;
}

static gboolean purge_due(Context *context, GError **error)
{
	guint64 count = 0;

	for (;;) {
		g_autoptr(GArray) ids = mailbox_purge_due(context->db, error);
		if (ids == NULL)
			return FALSE;
		if (ids->len == 0)
			break;
		for (guint i = 0; i < ids->len; i++) {
			guint64 id = g_array_index(ids, guint64, i);
			g_autoptr(GError) failure = NULL;

			if (mailbox_purge(context->db, &context->actor, id, &failure)) {
				count++;
			} else if (!g_error_matches(failure, PS_ERROR, PS_ERROR_CONFLICT) &&
			           !g_error_matches(failure, PS_ERROR, PS_ERROR_NOT_FOUND)) {
				/* Anything but restored or purged meanwhile. */
				g_propagate_error(error, g_steal_pointer(&failure));
				return FALSE;
			}
		}
	}
	/* Run every day, it has nothing to say on most of them. */
	if (count > 0)
		printf("Mailboxes purged: %" G_GUINT64_FORMAT ".\n", count);
	/* Once a day what a program of before an update wrote is counted. */
	return mailbox_count_settle(context->db, error);
}

gboolean command_mailbox_purge(Context *context, int argc, char **argv, GError **error)
{
	gboolean due = FALSE;
	const GOptionEntry entries[] = {
	        {"due", 0, 0, G_OPTION_ARG_NONE, &due, "All that were deleted at least 30 days ago",
	                NULL},
	        {NULL, 0, 0, 0, NULL, NULL, NULL},
	};

	if (!command_options(entries, "ADDRESS | --due", &argc, &argv, error))
		return FALSE;
	if (argc != (due ? 1 : 2)) {
		g_set_error(error, PS_ERROR, PS_ERROR_INVALID, "usage: %s ADDRESS | --due",
		        g_get_prgname());
		return FALSE;
	}
	return due ? purge_due(context, error) : purge_address(context, argv[1], error);
}
