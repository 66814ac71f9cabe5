/* agent_task.c: sessions ended, purged mail removed, mails handed over, absence notes kept right.
 */
#include "cli/agent_task.h"

#include <string.h>

#include "cli/child.h"
#include "lib/base/mail_store.h"
#include "lib/mailbox/absence.h"
#include "lib/mailbox/mailbox_delete.h"
#include "lib/office/absence_period.h"
#include "lib/office/domain.h"
#include "lib/office/mail_queue.h"
#include "lib/office/setting.h"

#define DOVEADM_LIMIT_S 10
#define NO_SESSION 68 /* EX_NOHOST: what doveadm kick ends with when nobody was there */

/* Runs doveadm kick ADDRESS; TRUE also if no session was open. */
static gboolean kick(const Config *config, const char *address, GCancellable *stop, char **result)
{
	const char *argv[] = {config->doveadm, "-c", config->dovecot_config, "kick", address, NULL};
	g_autoptr(GError) error = NULL;
	g_autofree char *said = NULL;
	int status = 0;

	if (!child_run(argv, DOVEADM_LIMIT_S, stop, &status, &said, &error)) {
		*result = g_strdup_printf("%s: %s", config->doveadm, error->message);
		return FALSE;
	}
	if (status == 0)
		*result = g_strdup("sessions ended");
	else if (status == NO_SESSION)
		*result = g_strdup("no session was open");
	else
		*result = g_strdup_printf("%s: exit status %d%s%s", config->doveadm, status,
		        *said != '\0' ? ": " : "", said);
	return status == 0 || status == NO_SESSION;
}

static AgentOutcome end_sessions(
        const Context *context, const Task *task, GCancellable *stop, char **result, GError **error)
{
	(void)error;
	return kick(context->config, task->address, stop, result) ? AGENT_DONE : AGENT_TRY_AGAIN;
}

/* One step of removing a purged mailbox. Each may be the last before the agent is killed: the next
 * one finds out by itself how far it came. */
static AgentOutcome purge(
        const Context *context, const Task *task, GCancellable *stop, char **result, GError **error)
{
	g_autoptr(GError) failure = NULL;
	gboolean ready = FALSE, found = FALSE, gone = FALSE, open = TRUE;
	const char *store = context->config->mail_store;

	if (!mailbox_purge_ready(context->db, task->mailbox_id, &ready, error))
		return AGENT_TRY_AGAIN;
	if (!ready) {
		*result = g_strdup("a delivery may still be under way");
		return AGENT_TRY_AGAIN;
	}
	/* A session that is still open could write where nobody looks any more. */
	if (!task_is_waiting(context->db, "kick", task->mailbox_id, &open, error))
		return AGENT_TRY_AGAIN;
	if (open) {
		*result = g_strdup("sessions may be open on another machine");
		return AGENT_TRY_AGAIN;
	}
	if (!kick(context->config, task->address, stop, result))
		return AGENT_TRY_AGAIN;
	g_clear_pointer(result, g_free);
	if (!mail_store_remove(store, task->mailbox_id, &found, &gone, &failure)) {
		*result = g_strdup(failure->message);
		return AGENT_TRY_AGAIN;
	}
	if (!gone) {
		*result = g_strdup("removing the mail");
		return AGENT_GO_ON;
	}
	if (!mailbox_purge_finish(context->db, task->mailbox_id, error))
		return AGENT_TRY_AGAIN;
	*result = found ? g_strdup("mail removed")
	                : g_strdup_printf("there was no mail in %s/%" G_GUINT64_FORMAT, store,
	                          task->mailbox_id);
	return AGENT_DONE;
}

/* The addresses of a mailbox whose mail was removed days ago. */
static AgentOutcome free_addresses(
        const Context *context, const Task *task, GCancellable *stop, char **result, GError **error)
{
	gboolean freed = FALSE;

	(void)stop;
	if (!mailbox_purge_free(context->db, task->mailbox_id, &freed, error))
		return AGENT_TRY_AGAIN;
	*result = g_strdup(freed ? "addresses free" : "too early, or its mail isn't removed yet");
	return freed ? AGENT_DONE : AGENT_TRY_AGAIN;
}

static AgentOutcome mail(
        const Context *context, const Task *task, GCancellable *stop, char **result, GError **error)
{
	gboolean done = FALSE;

	if (!mail_queue_send(context->db, context->config, task->id, stop, &done, result, error))
		return AGENT_TRY_AGAIN;
	return done ? AGENT_DONE : AGENT_TRY_AGAIN;
}

/* What the settings' page has not got to. */
static AgentOutcome move_periods(
        const Context *context, const Task *task, GCancellable *stop, char **result, GError **error)
{
	(void)task;
	(void)stop;
	if (!absence_period_recompute(context->db, error))
		return AGENT_TRY_AGAIN;
	*result = g_strdup("periods moved");
	return AGENT_DONE;
}

static AgentOutcome remake_scripts(
        const Context *context, const Task *task, GCancellable *stop, char **result, GError **error)
{
	(void)task;
	(void)stop;
	if (!absence_remake_all(context->db, error))
		return AGENT_TRY_AGAIN;
	*result = g_strdup("scripts made");
	return AGENT_DONE;
}

/* Somebody wants to know whether the agent is there. */
static AgentOutcome answer(
        const Context *context, const Task *task, GCancellable *stop, char **result, GError **error)
{
	(void)context;
	(void)task;
	(void)stop;
	(void)error;
	*result = g_strdup("here");
	return AGENT_DONE;
}

const AgentKind agent_kinds[AGENT_KINDS] = {
        {"free", 3600, free_addresses},
        {"kick", 300, end_sessions},
        {"mail", 3600, mail},
        {TASK_PING, 60, answer},
        {"purge", 600, purge},
        {SETTING_PERIODS, 600, move_periods},
        {DOMAIN_SCRIPTS, 600, remake_scripts},
};
