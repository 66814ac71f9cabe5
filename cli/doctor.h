/* doctor.h: what the checks of `poststelle doctor` work with.
 *
 * Each check is a function of the table in doctor_checks.c; it looks at one part of the machine and
 * says what it found by doctor_say(). Checks run at the same time, so none changes the Doctor, and
 * each opens its own connections. None may take longer than DOCTOR_LIMIT_S: what it waits for has
 * limits of its own.
 */
#ifndef POSTSTELLE_CLI_DOCTOR_H
#define POSTSTELLE_CLI_DOCTOR_H

#include "lib/base/config.h"
#include "lib/db/db.h"
#include "lib/office/health.h"
#include "lib/office/setting.h"

#define DOCTOR_LIMIT_S 9 /* all checks together */
#define DOCTOR_WAIT_S 4  /* a program that is run, a server that is asked */

/* One of the programs that run all the time. */
typedef struct {
	char *path;     /* its configuration file */
	Config *config; /* NULL: it can't be read, ... */
	char *failure;  /* ... for this reason */
	char *user;     /* as whom it runs, or would run */
} DoctorProgram;

typedef struct {
	const Config *config; /* the command line's own */
	char *path;           /* its file */
	char *directory;      /* of the configuration files */
	DoctorProgram web, agent, milter;
	const char *postfix; /* its configuration directory */
	const char *dovecot; /* its configuration file */
	const char *sql;     /* directory of migrations and grants.sql */
	const char *nginx_user;
	const char *postfix_user;
	GHashTable *postconf; /* the parameters of Postfix, those in them filled in */
	/* From the database; NULL without it. */
	GPtrArray *domains; /* Domain, active ones */
	Setting *setting;
	char *mailbox; /* the address of one that takes mail; NULL: there is none */
	guint64 mailbox_id;
} Doctor;

typedef struct {
	const char *name; /* stable: scripts, and T.health.check.NAME of the page */
	void (*run)(const Doctor *doctor, const char *argument, HealthCheck *check);
	const char *argument; /* which of its kind; NULL */
} DoctorCheck;

extern const DoctorCheck doctor_checks[];
extern const gsize doctor_check_count;

/* Adds what was found. The worst that is said of a check counts, and its advice ("": none). */
void doctor_say(HealthCheck *check, HealthState state, const char *advice, const char *format, ...)
        G_GNUC_PRINTF(4, 5);

/* A program that was run. */
typedef struct {
	int status; /* its exit status; 124: not within DOCTOR_WAIT_S; -1: it could not be started
	             */
	char *out;  /* without blanks and line feeds at its ends, as UTF-8; so is err */
	char *err;
} DoctorRun;
void doctor_run_free(DoctorRun *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DoctorRun, doctor_run_free)

/* Runs it with its arguments, ended by NULL, as a user (NULL: as who runs the doctor). Never NULL.
 */
DoctorRun *doctor_run(const char *user, const char *program, ...) G_GNUC_NULL_TERMINATED;

/* Whether a user may do that with a file, R_OK or W_OK of access(2), all directories above it
 * included. A socket can be reached by whom may write to it. Asked as root alone. */
gboolean doctor_user_may(const char *user, int what, const char *path);

/* "name = value" a line, as postconf prints it. Free: g_hash_table_unref(). */
GHashTable *doctor_read_values(const char *text);
/* The value of a parameter of Postfix; "" if it has none. Borrowed. */
const char *doctor_postconf(const Doctor *doctor, const char *parameter);
/* The value of a setting of Dovecot; protocol may be NULL. Free: g_free(). */
char *doctor_doveconf(const Doctor *doctor, const char *protocol, const char *parameter);

/* Who runs a program, by what is running; else by its unit, else preset. word: an argument that it
 * has beside, or NULL. Free: g_free(). */
char *doctor_find_user(const char *program, const char *word, const char *unit, const char *preset);

/* Whether a name or address leads to nobody but the machine itself. */
gboolean doctor_is_loopback(const char *host);

#endif
