/* health.h: what `poststelle doctor` found on a machine, kept for the page Zustand. */
#ifndef POSTSTELLE_LIB_OFFICE_HEALTH_H
#define POSTSTELLE_LIB_OFFICE_HEALTH_H

#include "lib/db/db.h"

/* The numbers are stored. A note is what could not be looked at, and no fault. */
typedef enum { HEALTH_OK, HEALTH_NOTE, HEALTH_WARNING, HEALTH_FAULT, HEALTH_STATES } HealthState;

/* ok, note, warning, fault */
extern const char *const health_state_words[HEALTH_STATES];

typedef struct {
	char *name; /* the check's key: letters, digits and _ */
	HealthState state;
	char *found;  /* English prose, for administrators */
	char *advice; /* what to do; "": nothing */
} HealthCheck;

typedef struct {
	char *machine;
	guint64 recorded_at; /* microseconds UTC */
	guint64 age_s;
	HealthState worst;
	GPtrArray *checks; /* HealthCheck, in their order */
} HealthRun;

void health_check_free(HealthCheck *check);
void health_run_free(HealthRun *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HealthRun, health_run_free)

/* Older than this, a result says nothing any more: the timer records four an hour. */
#define HEALTH_OLD_S (60 * 60)

/* Replaces what was recorded of the machine. */
gboolean health_record(Db *db, const char *machine, const GPtrArray *checks, GError **error);
/* Machines with a fault, or of which nothing was recorded for HEALTH_OLD_S. */
gboolean health_count(Db *db, guint64 *machines, GError **error);
/* HealthRun of every machine, by name. Free: g_ptr_array_unref(). */
GPtrArray *health_load(Db *db, GError **error);

#endif
