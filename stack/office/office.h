/* office.h: the demo's office, which `make run` and the tests start with: made by lib's own
 * functions, so that every row is one that the product writes.
 *
 * It has a past: the database's clock is put back for this connection (office_at()), and the
 * office's history is lived through in its order. The same each time but for what has to be random
 * (passwords, tokens, keys) and for the day that it is counted from.
 */
#ifndef POSTSTELLE_STACK_OFFICE_OFFICE_H
#define POSTSTELLE_STACK_OFFICE_OFFICE_H

#include "lib/base/seal.h"
#include "lib/db/db.h"
#include "lib/office/actor.h"

#define OFFICE_DOMAINS 3

typedef struct {
	guint64 id;
	guint domain;
	char *address; /* as stored */
	char *name;    /* E-Mail-Name */
	char *alias;   /* one of its aliases, or NULL */
	gboolean takes_mail;
	gboolean by_pop3;    /* its mail is fetched and not left on the server */
	guint64 absent_from; /* since when its note answers; 0: it does not */
	const char *note_subject, *note_text;
	guint64 bytes, mails; /* in the store */
} Box;

typedef struct {
	guint64 id;
	const char *login, *name;
} Person;

typedef struct {
	const Config *config;
	Db *db;
	KeyRing *ring;
	Actor actor; /* the administrator */
	GTimeZone *zone;
	guint64 now, at; /* the start, and where the clock stands */
	guint64 random;
	guint64 domains[OFFICE_DOMAINS];
	char *domain_names[OFFICE_DOMAINS]; /* A-labels */
	GPtrArray *people;                  /* Person, the administrator and staff first */
	GPtrArray *regulars;                /* those of them without a story of their own */
	GPtrArray *boxes;                   /* Box, in the order of their numbers */
	guint aliases, assignments, notes, letters;
	guint deleted;
	GHashTable *answered; /* "box sender": whom a note answered */
} Office;

/* The database's clock stands at that instant (microseconds since 1970 UTC) for this connection. */
gboolean office_at(Office *office, guint64 at, GError **error);
/* It goes on by so many seconds. */
gboolean office_pass(Office *office, guint seconds, GError **error);
/* The instant of a time of day in the office's zone, so many days before the start. */
guint64 office_day(const Office *office, guint days, guint hour, guint minute);
/* The next number of a fixed row, below limit. */
guint office_pick(Office *office, guint limit);

#endif
