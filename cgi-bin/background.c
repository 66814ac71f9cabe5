/* background.c: goes on with changes of many mailboxes, whether or not somebody has their page
 * open.
 *
 * It is a process of the web program, since its account of the database may do all this anyway; the
 * agent's would have to get every right to change a mailbox.
 */
#include "cgi-bin/background.h"

#include <signal.h>
#include <stdio.h>

#include "lib/base/step_pace.h"
#include "lib/mailbox/bulk_step.h"
#include "lib/mailbox/import_step.h"

#define IDLE_S 2  /* between two questions whether there is anything to do */
#define AWAY_S 10 /* after a failure: the database is away, the change log can't be written */

/* Whether it is told to, within so many seconds. The signals stay blocked until then. */
static gboolean must_stop(const sigset_t *signals, guint seconds)
{
	const struct timespec limit = {.tv_sec = seconds};

	return sigtimedwait(signals, NULL, &limit) > 0;
}

static gboolean step_import(const Config *config, Db *db, guint64 run, GError **error)
{
	g_autoptr(KeyRing) ring = keyring_load(config->key_file, error);

	return ring != NULL && import_step(db, ring, run, STEP_US, error);
}

/* A step of the next run behind *run, which *run becomes; 0: there is none behind it. */
static gboolean step(const Config *config, Db *db, guint64 *run, GError **error)
{
	g_autoptr(ImportRun) import = NULL;

	if (!bulk_next_run(db, *run, run, error))
		return FALSE;
	if (*run == 0)
		return TRUE;
	if (!import_find(db, *run, &import, error))
		return FALSE;
	return import != NULL ? step_import(config, db, *run, error)
	                      : bulk_step(db, *run, BULK_FROM_LAST, STEP_US, error);
}

int background_run(const Config *config)
{
	g_autoptr(Db) db = db_new(config);
	guint64 run = 0;
	guint wait = 0;
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGUSR1);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	while (!must_stop(&signals, wait)) {
		g_autoptr(GError) error = NULL;
		guint64 before = run;
		gboolean ok = step(config, db, &run, &error);
		if (!ok)
			fprintf(stderr, "event=background detail=\"%s\"\n", error->message);
		wait = !ok ? AWAY_S : run == 0 && before == 0 ? IDLE_S : 0;
	}
	return 0;
}
