/*
 * agent.c: poststelle agent, a service that runs as the mail store's owner and does what neither
 * the web program nor the database can: it ends open sessions, removes the mail of purged
 * mailboxes, hands over the mails that no page waits for, moves absence notes to another time zone,
 * and removes old journal entries and rows.
 *
 * Tasks are taken one by one and may be repeated; the result is written back. Without a database
 * it waits. SIGTERM and SIGINT end it after the task in hand.
 */
#include "cli/command.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/mail_store.h"
#include "lib/journal/journal_purge.h"
#include "lib/mailbox/mailbox_delete.h"
#include "lib/office/absence_period.h"
#include "lib/office/mail_queue.h"
#include "lib/office/setting.h"
#include "lib/office/task.h"

#define POLL_US (300 * 1000)
#define CLEAN_UP_US (10 * 60 * G_USEC_PER_SEC)
#define JOURNAL_US (5 * G_USEC_PER_SEC)
#define MAIL_REST_US (10 * G_USEC_PER_SEC)
#define NO_SESSION 68 /* EX_NOHOST: what doveadm kick ends with when nobody was there */

static volatile sig_atomic_t stopping;

static void stop(int number)
{
	(void)number;
	stopping = 1;
}

typedef enum { TRY_AGAIN, GO_ON, DONE } Outcome;

/* Runs doveadm kick ADDRESS; TRUE also if no session was open. */
static gboolean kick(const Config *config, const char *address, char **result)
{
	const char *argv[] = {config->doveadm, "-c", config->dovecot_config, "kick", address, NULL};
	g_autoptr(GError) error = NULL;
	g_autofree char *output = NULL;
	int status = 0;

	if (!g_spawn_sync(NULL, (char **)(guintptr)argv, NULL, G_SPAWN_STDOUT_TO_DEV_NULL, NULL,
	            NULL, NULL, &output, &status, &error)) {
		*result = g_strdup(error->message);
		return FALSE;
	}
	if (g_spawn_check_wait_status(status, &error)) {
		*result = g_strdup("sessions ended");
		return TRUE;
	}
	if (g_error_matches(error, G_SPAWN_EXIT_ERROR, NO_SESSION)) {
		*result = g_strdup("no session was open");
		return TRUE;
	}
	*result = g_strdup(*g_strstrip(output) != '\0' ? output : error->message);
	return FALSE;
}

static Outcome end_sessions(Context *context, const Task *task, char **result, GError **error)
{
	(void)error;
	return kick(context->config, task->address, result) ? DONE : TRY_AGAIN;
}

/* One step of removing a purged mailbox. Each may be the last before the agent is killed: the next
 * one finds out by itself how far it came. error: the database is away. */
static Outcome purge(Context *context, const Task *task, char **result, GError **error)
{
	g_autoptr(GError) failure = NULL;
	gboolean ready = FALSE, gone = FALSE;

	if (!mailbox_purge_ready(context->db, task->mailbox_id, &ready, error))
		return TRY_AGAIN;
	if (!ready) {
		*result = g_strdup("a delivery may still be under way");
		return TRY_AGAIN;
	}
	/* A session that is still open could write where nobody looks any more. */
	if (!kick(context->config, task->address, result))
		return TRY_AGAIN;
	g_clear_pointer(result, g_free);
	if (!mail_store_remove(context->config->mail_store, task->mailbox_id, &gone, &failure)) {
		*result = g_strdup(failure->message);
		return TRY_AGAIN;
	}
	if (!gone) {
		*result = g_strdup("removing the mail");
		return GO_ON;
	}
	if (!mailbox_purge_finish(context->db, task->mailbox_id, error))
		return TRY_AGAIN;
	*result = g_strdup("mail removed");
	return DONE;
}

/* The addresses of a mailbox whose mail was removed days ago. */
static Outcome free_addresses(Context *context, const Task *task, char **result, GError **error)
{
	gboolean freed = FALSE;

	if (!mailbox_purge_free(context->db, task->mailbox_id, &freed, error))
		return TRY_AGAIN;
	*result = g_strdup(freed ? "addresses free" : "too early, or its mail isn't removed yet");
	return freed ? DONE : TRY_AGAIN;
}

/* While the mail server takes nothing, mails wait together, so that a try that hangs keeps other
 * tasks waiting once, not once a mail. */
static gint64 mails_rest_until;

static Outcome mail(Context *context, const Task *task, char **result, GError **error)
{
	gboolean done = FALSE;

	if (!mail_queue_send(context->db, context->config, task->id, &done, result, error))
		return TRY_AGAIN;
	if (!done)
		mails_rest_until = g_get_monotonic_time() + MAIL_REST_US;
	return done ? DONE : TRY_AGAIN;
}

/* What the settings' page has not got to. */
static Outcome move_periods(Context *context, const Task *task, char **result, GError **error)
{
	(void)task;
	if (!absence_period_recompute(context->db, error))
		return TRY_AGAIN;
	*result = g_strdup("periods moved");
	return DONE;
}

/* How each kind of task is done. result: why (free: g_free()); error: the database is away. */
static const struct {
	const char *kind;
	Outcome (*run)(Context *context, const Task *task, char **result, GError **error);
} kinds[] = {
        {"free", free_addresses},
        {"kick", end_sessions},
        {"mail", mail},
        {SETTING_PERIODS, move_periods},
        {"purge", purge},
};

static Outcome run(Context *context, const Task *task, char **result, GError **error)
{
	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (strcmp(kinds[i].kind, task->kind) == 0)
			return kinds[i].run(context, task, result, error);
	*result = g_strdup("this agent doesn't know that kind of task");
	return TRY_AGAIN;
}

/* One task, if there is one. *more: look for another at once. */
static gboolean work(Context *context, gboolean *more, GError **error)
{
	const char *skip = g_get_monotonic_time() < mails_rest_until ? "mail" : "";
	g_autoptr(GError) failure = NULL;
	g_autoptr(Task) task = NULL;
	g_autofree char *result = NULL;

	if (!task_take(context->db, skip, &task, error))
		return FALSE;
	*more = task != NULL;
	if (task == NULL)
		return TRUE;
	Outcome outcome = run(context, task, &result, &failure);
	if (failure != NULL) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	if (outcome == GO_ON)
		return task_go_on(context->db, task->id, result, error);
	fprintf(stderr, "event=task id=%" G_GUINT64_FORMAT " kind=%s done=%d result=\"%s\"\n",
	        task->id, task->kind, outcome == DONE, result);
	return task_finish(context->db, task->id, outcome == DONE, result, error);
}

/* What is done without being asked for, each when it is due. *more: look again at once. */
static gboolean clean_up(Context *context, gboolean *more, GError **error)
{
	static gint64 rows_at, journal_at;
	gint64 now = g_get_monotonic_time();
	guint removed = 0;
	gboolean left = FALSE;

	if (now >= rows_at) {
		if (!task_clean_up(context->db, &left, error))
			return FALSE;
		rows_at = left ? now : now + CLEAN_UP_US;
		*more = *more || left;
	}
	if (now >= journal_at) {
		if (!journal_purge_step(context->db, &removed, error))
			return FALSE;
		journal_at = removed > 0 ? now : now + JOURNAL_US;
		*more = *more || removed > 0;
	}
	return TRUE;
}

gboolean command_agent(Context *context, int argc, char **argv, GError **error)
{
	struct sigaction action = {.sa_handler = stop};
	gboolean away = FALSE;

	if (!command_parse(NULL, "", 0, &argc, &argv, error))
		return FALSE;
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	fprintf(stderr, "event=agent_started\n");
	while (!stopping) {
		g_autoptr(GError) failure = NULL;
		gboolean more = FALSE;
		gboolean ok = work(context, &more, &failure) && clean_up(context, &more, &failure);

		if (!ok && !away)
			fprintf(stderr, "event=agent_waits reason=\"%s\"\n", failure->message);
		away = !ok;
		if (!more && !stopping)
			g_usleep(ok ? POLL_US : 2 * G_USEC_PER_SEC);
	}
	fprintf(stderr, "event=agent_stopped\n");
	return TRUE;
}
