/*
 * office.h: the demo's office, which `make run` and the tests start with: made by lib's own
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
	char *alias;   /* one of its further addresses, or NULL */
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

/* ---- clock.c ---- */

/* The database's clock stands at that instant (microseconds since 1970 UTC) for this connection. */
gboolean office_at(Office *office, guint64 at, GError **error);
/* It goes on by so many seconds. */
gboolean office_pass(Office *office, guint seconds, GError **error);
/* The instant of a time of day in the office's zone, so many days before the start. */
guint64 office_day(const Office *office, guint days, guint hour, guint minute);
/* The next number of a fixed row, below limit. */
guint office_pick(Office *office, guint limit);

/* ---- people.c, boxes.c: who and what there is ---- */

/* The administrator, who does all that follows, and staff. */
gboolean office_add_first_people(
        Office *office, const char *admin_password, const char *staff_password, GError **error);
gboolean office_add_people(Office *office, GError **error);
Person *office_person(const Office *office, const char *login);

void box_free(gpointer box);
gboolean office_add_domain(Office *office, const char *name, GError **error);
gboolean office_add_box(
        Office *office, const char *local, guint domain, const char *name, GError **error);
gboolean office_add_boxes(Office *office, GError **error);
Box *office_box(const Office *office, const char *local, guint domain);
/* The nth mailbox of a house. */
Box *office_house(const Office *office, guint n);
#define OFFICE_HOUSES 228

/* ---- places.c: who is assigned where ---- */

/* The nth user without a story of its own. */
const Person *office_regular(const Office *office, guint n);
gboolean office_assign(Office *office, const Box *box, const Person *person, GError **error);
gboolean office_assign_all(Office *office, GError **error);
#define OFFICE_ROTA_DAYS 388 /* so long goes the rota; with those who begin it 400 assignments */
gboolean office_begin_rota(Office *office, GError **error);
gboolean office_rota(Office *office, guint days, GError **error);

/* ---- history.c: everything up to a week ago ---- */

gboolean office_history(Office *office, GError **error);
gboolean office_look_at_password(
        Office *office, const Box *box, const Actor *actor, GError **error);

/* ---- absences.c ---- */

gboolean office_absences(Office *office, GError **error);

/* ---- letter.c: one mail, in the journal and in the mailboxes that it reached ---- */

typedef struct Letter Letter;

/* Of a mailbox, or (NULL) of somebody outside; name and address of From are borrowed. */
Letter *letter_new(const Box *sender, const char *name, const char *address);
typedef enum { LETTER_TO, LETTER_CC, LETTER_BCC } LetterPlace;
/* Borrowed: name, address. written: how the header has it, or NULL. */
void letter_add(Letter *letter, LetterPlace place, const char *name, const char *address);
void letter_add_box(Letter *letter, LetterPlace place, Box *box, const char *written);
/* Takes over subject and text; NULL is none. */
void letter_say(Letter *letter, char *subject, char *text);
void letter_attach(Letter *letter, const char *name, gsize size);
/* Poststelle's own, or a bounce of the mail system, instead of outside. */
void letter_set_own(Letter *letter);
void letter_set_bounce(Letter *letter);
/* Writes it at the present instant, and the absence notes that answer it; frees it. */
gboolean letter_send(Office *office, Letter *letter, GError **error);
void letter_free(Letter *letter);

/* ---- store.c: the mail store, as Dovecot keeps it ---- */

/* Puts a message (lines ended by LF) into a mailbox's INBOX. */
gboolean store_add(
        Office *office, Box *box, const char *message, gsize size, gboolean read, GError **error);
/* Old mail that fills so many octets. */
gboolean store_fill(Office *office, Box *box, gsize size, GError **error);
/* Notes how full each mailbox is, as Dovecot would at the next delivery. */
gboolean store_note_usage(Office *office, GError **error);

/* ---- week.c: the last seven days, and the last hours; texts.c: what is written ---- */

gboolean office_week(Office *office, GError **error);

/* A subject and a text, about a house. Free both: g_free(). */
void text_about(Office *office, char **subject, char **text);

#endif
