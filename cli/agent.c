/* agent.c: poststelle agent, a service that runs as the mail store's owner and does what neither
 * the web program nor the database can: it ends open sessions, removes the mail of purged
 * mailboxes, hands over the mails that no page waits for, moves absence notes to another time zone,
 * and removes old journal entries and rows.
 *
 * Tasks may be repeated; the result is written back. Each kind has its turn, one task at a time,
 * and each task that fails its own growing pauses. What others have to answer is waited for only so
 * long; a kind whose tries hang rests in between, so that the others go on. Without a database the
 * agent waits. SIGTERM and SIGINT end it at once, whatever it waits for.
 */
#include "cli/command.h"

#include <signal.h>
#include <stdio.h>

#include "cli/agent_task.h"
#include "lib/base/error.h"
#include "lib/journal/journal_purge.h"
#include "lib/office/task_machine.h"

#define POLL_US (300 * 1000)
#define AWAY_US (2 * G_USEC_PER_SEC)
#define CLEAN_UP_US (10 * 60 * G_USEC_PER_SEC)
#define JOURNAL_US (5 * G_USEC_PER_SEC)

/* A try that fails after so long has hung. */
#define HANGS_US (2 * G_USEC_PER_SEC)
#define SHORTEST_REST_US (10 * G_USEC_PER_SEC)
#define LONGEST_REST_US (160 * G_USEC_PER_SEC)

typedef struct {
	gint64 until; /* monotonic */
	gint64 length;
} Rest;

typedef struct {
	const Context *context;
	GCancellable *stop;
	Rest rests[AGENT_KINDS];
	gboolean is_known;          /* its machine, to those who leave tasks */
	gint64 rows_at, journal_at; /* when to clean up again */
	gboolean more;              /* look for another task at once */
} Agent;

/* Rests get longer as long as it hangs. */
static void note_time(Rest *rest, gint64 started, AgentOutcome outcome)
{
	gint64 now = g_get_monotonic_time();

	if (outcome != AGENT_TRY_AGAIN || now - started < HANGS_US) {
		rest->length = 0;
		return;
	}
	rest->length = CLAMP(2 * rest->length, SHORTEST_REST_US, LONGEST_REST_US);
	rest->until = now + rest->length;
}

/* One task of a kind, if one is due. */
static gboolean work(Agent *agent, guint number, GError **error)
{
	const AgentKind *kind = &agent_kinds[number];
	Db *db = agent->context->db;
	gint64 started = g_get_monotonic_time();
	g_autoptr(GError) failure = NULL;
	g_autoptr(Task) task = NULL;
	g_autofree char *result = NULL;

	if (started < agent->rests[number].until)
		return TRUE;
	if (!task_take(
	            db, kind->name, agent->context->config->machine, kind->longest_s, &task, error))
		return FALSE;
	if (task == NULL)
		return TRUE;
	agent->more = TRUE;
	AgentOutcome outcome = kind->run(agent->context, task, agent->stop, &result, &failure);
	note_time(&agent->rests[number], started, outcome);
	if (g_error_matches(failure, PS_ERROR, PS_ERROR_UNAVAILABLE)) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	if (failure != NULL) { /* this task's own, such as a missing right */
		g_free(result);
		result = g_strdup(failure->message);
	}
	if (outcome == AGENT_GO_ON)
		return task_go_on(db, task->id, result, error);
	fprintf(stderr, "event=task id=%" G_GUINT64_FORMAT " kind=%s done=%d result=\"%s\"\n",
	        task->id, task->kind, outcome == AGENT_DONE, result);
	return task_finish(db, task->id, outcome == AGENT_DONE, result, error);
}

/* What is done without being asked for, each when it is due; one that fails lets the other pass. */
static gboolean clean_up(Agent *agent, GError **error)
{
	gint64 now = g_get_monotonic_time();
	guint removed = 0;
	gboolean left = FALSE;

	if (now >= agent->rows_at) {
		agent->rows_at = now + CLEAN_UP_US;
		if (!task_clean_up(agent->context->db, &left, error))
			return FALSE;
	}
	if (left)
		agent->rows_at = now;
	if (now >= agent->journal_at) {
		agent->journal_at = now + JOURNAL_US;
		if (!journal_purge_step(agent->context->db, &removed, error))
			return FALSE;
	}
	if (removed > 0)
		agent->journal_at = now;
	agent->more = agent->more || left || removed > 0;
	return TRUE;
}

static gboolean is_stopped(const Agent *agent)
{
	return g_cancellable_is_cancelled(agent->stop);
}

/* Once round: a task of each kind, and what is due. */
static gboolean go_round(Agent *agent, GError **error)
{
	const Context *context = agent->context;

	agent->more = FALSE;
	agent->is_known = agent->is_known ||
	                  task_machine_register(context->db, context->config->machine, error);
	if (!agent->is_known)
		return FALSE;
	for (guint i = 0; i < AGENT_KINDS && !is_stopped(agent); i++)
		if (!work(agent, i, error))
			return FALSE;
	return is_stopped(agent) || clean_up(agent, error);
}

static void pause_for(const Agent *agent, gint64 length)
{
	GPollFD stopped;

	if (!g_cancellable_make_pollfd(agent->stop, &stopped))
		return; /* no descriptor left: without a pause */
	g_poll(&stopped, 1, (int)(length / 1000));
	g_cancellable_release_fd(agent->stop);
}

static void run(Agent *agent)
{
	gboolean away = FALSE;

	while (!is_stopped(agent)) {
		g_autoptr(GError) failure = NULL;
		gboolean ok = go_round(agent, &failure);

		if (!ok && !away)
			fprintf(stderr, "event=agent_waits reason=\"%s\"\n", failure->message);
		away = !ok;
		if (away)
			pause_for(agent, AWAY_US);
		else if (!agent->more)
			pause_for(agent, POLL_US);
	}
}

static void stop_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGINT);
}

/* Blocked in all threads, they are fetched by this one alone, whatever the others wait for. */
static gpointer wait_for_signal(gpointer stop)
{
	sigset_t set;
	int number;

	stop_signals(&set);
	sigwait(&set, &number);
	g_cancellable_cancel(stop);
	return NULL;
}

static gboolean forget(const Context *context, const char *machine, GError **error)
{
	if (!task_machine_forget(context->db, machine, error))
		return FALSE;
	printf("Nothing is left for the machine %s.\n", machine);
	return TRUE;
}

gboolean command_agent(Context *context, int argc, char **argv, GError **error)
{
	g_autofree char *forgotten = NULL;
	const GOptionEntry entries[] = {{"forget", 0, 0, G_OPTION_ARG_STRING, &forgotten,
	                                        "a machine that is no longer there", "MACHINE"},
	        G_OPTION_ENTRY_NULL};
	g_autoptr(GCancellable) stop = g_cancellable_new();
	Agent agent = {.context = context, .stop = stop};
	sigset_t set;

	if (!command_parse(entries, "", 0, &argc, &argv, error))
		return FALSE;
	if (forgotten != NULL)
		return forget(context, forgotten, error);
	stop_signals(&set);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	GThread *signals = g_thread_new("signals", wait_for_signal, stop);
	fprintf(stderr, "event=agent_started\n");
	run(&agent);
	g_thread_join(signals);
	fprintf(stderr, "event=agent_stopped\n");
	/* cppcheck-suppress memleak ; g_thread_join() has freed it */
	return TRUE;
}
