/* doctor.c: poststelle doctor: finds out what the checks need, runs them at the same time, says and
 * records what they found. */
#include "cli/doctor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "cli/command.h"
#include "cli/json.h"
#include "lib/base/error.h"
#include "lib/mailbox/mailbox.h"
#include "lib/office/domain.h"

#define THREADS 16

void doctor_say(HealthCheck *check, HealthState state, const char *advice, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_autofree char *text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	/* What is well isn't told beside what is wrong. */
	if (state > check->state) {
		g_free(check->advice);
		check->advice = g_strdup(advice);
		if (check->state == HEALTH_OK)
			g_clear_pointer(&check->found, g_free);
		check->state = state;
	} else if (state == HEALTH_OK && check->state != HEALTH_OK) {
		return;
	}
	char *found =
	        check->found != NULL ? g_strconcat(check->found, "; ", text, NULL) : g_strdup(text);
	g_free(check->found);
	check->found = found;
}

/* Checks under way. Whoever waits for a check that doesn't end leaves this to it. */
typedef struct {
	const Doctor *doctor;
	char **names; /* those that are asked for; none: all */
	GMutex lock;
	GCond changed;
	gsize next;         /* of doctor_checks, not begun yet */
	guint left;         /* to be done */
	HealthCheck **done; /* in the order of doctor_checks; NULL: not yet */
} Work;

static gboolean is_asked(char **names, const char *name)
{
	return *names == NULL || g_strv_contains((const char *const *)names, name);
}

static HealthCheck *run_check(const Doctor *doctor, gsize i)
{
	HealthCheck *check = g_new0(HealthCheck, 1);

	check->name = g_strdup(doctor_checks[i].name);
	doctor_checks[i].run(doctor, doctor_checks[i].argument, check);
	if (check->found == NULL)
		check->found = g_strdup("");
	if (check->advice == NULL)
		check->advice = g_strdup("");
	return check;
}

/* One of the threads: takes checks as long as there are some. */
static gpointer take_checks(gpointer data)
{
	Work *work = data;

	g_mutex_lock(&work->lock);
	while (work->next < doctor_check_count) {
		gsize i = work->next++;
		if (!is_asked(work->names, doctor_checks[i].name))
			continue;
		g_mutex_unlock(&work->lock);
		HealthCheck *check = run_check(work->doctor, i);
		g_mutex_lock(&work->lock);
		work->done[i] = check;
		work->left--;
		g_cond_signal(&work->changed);
	}
	g_mutex_unlock(&work->lock);
	return NULL;
}

static HealthCheck *late_check(const char *name)
{
	HealthCheck *check = g_new0(HealthCheck, 1);

	check->name = g_strdup(name);
	check->advice = g_strdup("");
	doctor_say(check, HEALTH_FAULT, "See what it hangs at: run poststelle doctor again",
	        "it was not done within %d seconds", DOCTOR_LIMIT_S);
	return check;
}

static void free_check(gpointer check)
{
	health_check_free(check);
}

static Work *begin_work(const Doctor *doctor, char **names)
{
	Work *work = g_new0(Work, 1);

	work->doctor = doctor;
	work->names = names;
	work->done = g_new0(HealthCheck *, doctor_check_count);
	for (gsize i = 0; i < doctor_check_count; i++)
		work->left += is_asked(names, doctor_checks[i].name);
	g_mutex_init(&work->lock);
	g_cond_init(&work->changed);
	return work;
}

static void end_work(Work *work, GThread **threads)
{
	for (guint i = 0; i < THREADS; i++)
		g_thread_join(threads[i]);
	g_mutex_clear(&work->lock);
	g_cond_clear(&work->changed);
	g_free(work->done);
	g_free(work);
}

/* Those that are asked for, in their order. *complete FALSE: some still run, and use doctor. */
static GPtrArray *run_checks(const Doctor *doctor, char **names, gint64 limit, gboolean *complete)
{
	GPtrArray *checks = g_ptr_array_new_with_free_func(free_check);
	Work *work = begin_work(doctor, names);
	GThread *threads[THREADS];
	gboolean in_time = TRUE;

	for (guint i = 0; i < THREADS; i++)
		threads[i] = g_thread_new("doctor", take_checks, work);
	g_mutex_lock(&work->lock);
	while (work->left > 0 && in_time)
		in_time = g_cond_wait_until(&work->changed, &work->lock, limit);
	*complete = work->left == 0;
	for (gsize i = 0; i < doctor_check_count; i++)
		if (is_asked(names, doctor_checks[i].name))
			g_ptr_array_add(checks, work->done[i] != NULL
			                                ? work->done[i]
			                                : late_check(doctor_checks[i].name));
	g_mutex_unlock(&work->lock);
	if (*complete)
		end_work(work, threads);
	return checks;
}

static void find_program(DoctorProgram *program, const char *directory, const char *file)
{
	g_autoptr(GError) error = NULL;

	program->path = g_build_filename(directory, file, NULL);
	program->config = config_load(program->path, &error);
	program->failure = g_strdup(error != NULL ? error->message : NULL);
}

/* One that every lookup has an answer for. */
static gboolean takes_mail(const Mailbox *mailbox)
{
	return mailbox->active && mailbox->domain_active && mailbox->may_log_in &&
	       !mailbox->own_only &&
	       (mailbox->quota_mb == 0 || mailbox->bytes < mailbox->quota_mb * 1000000);
}

/* Without the database the checks say themselves that it is away. */
static void ask_database(Doctor *doctor)
{
	g_autoptr(Db) db = db_new(doctor->config);

	if (!db_ping(db, NULL))
		return;
	doctor->setting = setting_load(db, NULL);
	doctor->domains = domain_list(db, NULL);
	for (guint i = 0; doctor->domains != NULL && i < doctor->domains->len;)
		if (((const Domain *)doctor->domains->pdata[i])->active)
			i++;
		else
			g_ptr_array_remove_index(doctor->domains, i);
	g_autoptr(GPtrArray) mailboxes = mailbox_batch(db, 0, NULL);
	for (guint i = 0; mailboxes != NULL && i < mailboxes->len && doctor->mailbox == NULL; i++) {
		const Mailbox *mailbox = mailboxes->pdata[i];
		if (takes_mail(mailbox)) {
			doctor->mailbox = g_strdup(mailbox->address);
			doctor->mailbox_id = mailbox->id;
		}
	}
}

static void prepare_doctor(Doctor *doctor, const Context *context)
{
	g_autofree char *path = realpath(context->config_path, NULL);

	doctor->config = context->config;
	doctor->path = g_strdup(path != NULL ? path : context->config_path);
	doctor->directory = g_path_get_dirname(doctor->path);
	find_program(&doctor->web, doctor->directory, "web.conf");
	find_program(&doctor->agent, doctor->directory, "agent.conf");
	find_program(&doctor->milter, doctor->directory, "milter.conf");
	doctor->web.user =
	        doctor_find_user("poststelle.fcgi", NULL, "poststelle.service", "poststelle");
	doctor->agent.user =
	        doctor_find_user("poststelle", "agent", "poststelle-agent.service", "vmail");
	doctor->milter.user = doctor_find_user(
	        "poststelle-milter", NULL, "poststelle-milter@name.service", "poststelle-milter");
	g_autoptr(DoctorRun) run = doctor_run(NULL, "postconf", "-c", doctor->postfix, "-x", NULL);
	doctor->postconf = doctor_read_values(run->out);
	doctor->postfix_user = doctor_postconf(doctor, "mail_owner");
	ask_database(doctor);
}

static void free_program(DoctorProgram *program)
{
	g_free(program->path);
	config_free(program->config);
	g_free(program->failure);
	g_free(program->user);
}

static void clear_doctor(Doctor *doctor)
{
	free_program(&doctor->web);
	free_program(&doctor->agent);
	free_program(&doctor->milter);
	g_free(doctor->path);
	g_free(doctor->directory);
	g_hash_table_unref(doctor->postconf);
	g_clear_pointer(&doctor->domains, g_ptr_array_unref);
	setting_free(doctor->setting);
	g_free(doctor->mailbox);
	g_free(doctor);
}

static HealthState worst_of(const GPtrArray *checks)
{
	HealthState worst = HEALTH_OK;

	for (guint i = 0; i < checks->len; i++)
		worst = MAX(worst, ((const HealthCheck *)checks->pdata[i])->state);
	return worst;
}

static void print_checks(const GPtrArray *checks, gboolean quiet, double seconds)
{
	guint count[HEALTH_STATES] = {0};

	for (guint i = 0; i < checks->len; i++) {
		const HealthCheck *check = checks->pdata[i];
		count[check->state]++;
		if (quiet && check->state < HEALTH_WARNING)
			continue;
		printf("%-8s %-24s %s%s%s\n", health_state_words[check->state], check->name,
		        check->found, *check->advice != '\0' ? ". What to do: " : "",
		        check->advice);
	}
	if (!quiet)
		printf("%u checks in %.1f s: %u faults, %u warnings, %u not looked at.\n",
		        checks->len, seconds, count[HEALTH_FAULT], count[HEALTH_WARNING],
		        count[HEALTH_NOTE]);
}

static void print_json(const GPtrArray *checks, double seconds)
{
	g_autoptr(GString) out = g_string_new(NULL);

	json_open(out, NULL, '{');
	json_text(out, "machine", g_get_host_name());
	json_text(out, "state", health_state_words[worst_of(checks)]);
	json_number(out, "milliseconds", (guint64)(seconds * 1000));
	json_open(out, "checks", '[');
	for (guint i = 0; i < checks->len; i++) {
		const HealthCheck *check = checks->pdata[i];
		json_open(out, NULL, '{');
		json_text(out, "name", check->name);
		json_text(out, "state", health_state_words[check->state]);
		json_text(out, "found", check->found);
		json_text(out, "advice", check->advice);
		json_close(out, '{');
	}
	json_close(out, '[');
	json_close(out, '{');
	json_print(out);
}

/* Whether each of the names is a check's. */
static gboolean check_names(char **names, GError **error)
{
	for (char **name = names; *name != NULL; name++) {
		gboolean known = FALSE;
		for (gsize i = 0; i < doctor_check_count; i++)
			known = known || strcmp(doctor_checks[i].name, *name) == 0;
		if (!known) {
			g_set_error(error, PS_ERROR, PS_ERROR_INVALID,
			        "no check is called %s; poststelle doctor names them", *name);
			return FALSE;
		}
	}
	return TRUE;
}

/* 0: well. 1: warnings. 2: faults. */
static int exit_status(HealthState worst)
{
	return worst == HEALTH_FAULT ? 2 : worst == HEALTH_WARNING ? 1 : 0;
}

gboolean command_doctor(Context *context, int argc, char **argv, GError **error)
{
	g_autofree char *postfix = NULL;
	g_autofree char *dovecot = NULL;
	g_autofree char *sql = NULL;
	g_autofree char *nginx_user = NULL;
	gboolean record = FALSE, json = FALSE, quiet = FALSE;
	const GOptionEntry entries[] = {
	        {"record", 0, 0, G_OPTION_ARG_NONE, &record, "Keep the result for the page Zustand",
	                NULL},
	        {"json", 0, 0, G_OPTION_ARG_NONE, &json, "Print JSON", NULL},
	        {"quiet", 0, 0, G_OPTION_ARG_NONE, &quiet, "Print warnings and faults alone", NULL},
	        {"postfix", 0, 0, G_OPTION_ARG_FILENAME, &postfix,
	                "Postfix's directory (/etc/postfix)", "DIR"},
	        {"dovecot", 0, 0, G_OPTION_ARG_FILENAME, &dovecot,
	                "Dovecot's file (/etc/dovecot/dovecot.conf)", "FILE"},
	        {"nginx-user", 0, 0, G_OPTION_ARG_STRING, &nginx_user,
	                "As whom nginx's workers run (www-data)", "USER"},
	        {"sql-dir", 0, 0, G_OPTION_ARG_FILENAME, &sql,
	                "Directory of migrations and grants.sql", "DIR"},
	        {NULL, 0, 0, 0, NULL, NULL, NULL},
	};
	gint64 begun = g_get_monotonic_time();
	gboolean complete = FALSE;

	context->status = 2;
	if (!command_options(entries, "[CHECK...]", &argc, &argv, error) ||
	        !check_names(argv + 1, error))
		return FALSE;
	if (record && argc > 1) {
		g_set_error(error, PS_ERROR, PS_ERROR_INVALID,
		        "--record keeps the result of all checks: name none");
		return FALSE;
	}
	curl_global_init(CURL_GLOBAL_DEFAULT);
	Doctor *doctor = g_new0(Doctor, 1);
	doctor->postfix = postfix != NULL ? postfix : "/etc/postfix";
	doctor->dovecot = dovecot != NULL ? dovecot : "/etc/dovecot/dovecot.conf";
	doctor->sql = sql != NULL ? sql : "/usr/share/poststelle/sql";
	doctor->nginx_user = nginx_user != NULL ? nginx_user : "www-data";
	prepare_doctor(doctor, context);
	g_autoptr(GPtrArray) checks =
	        run_checks(doctor, argv + 1, begun + DOCTOR_LIMIT_S * G_USEC_PER_SEC, &complete);
	double seconds = (double)(g_get_monotonic_time() - begun) / G_USEC_PER_SEC;
	context->status = exit_status(worst_of(checks));
	if (json)
		print_json(checks, seconds);
	else
		print_checks(checks, quiet, seconds);
	gboolean ok = !record || health_record(context->db, g_get_host_name(), checks, error);
	if (!ok)
		context->status = 2;
	if (complete) {
		clear_doctor(doctor);
		return ok;
	}
	/* Checks that hang still use all of this; the process ends with them. */
	fflush(stdout);
	if (!ok)
		fprintf(stderr, "poststelle doctor: %s\n", (*error)->message);
	_Exit(context->status);
}
