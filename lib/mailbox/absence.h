/* absence.h: a mailbox's absence note (Abwesenheitsnotiz).
 *
 * Switched on and within its period, it answers each sender once; Dovecot reads it as a Sieve
 * script (absence_script.h) by the view mail_absence, so what is saved holds for the next mail.
 * Whom it answered is forgotten (a new generation) when it is switched off or its period changes.
 * An inactive mailbox or domain keeps its note, but sends none.
 */
#ifndef POSTSTELLE_LIB_MAILBOX_ABSENCE_H
#define POSTSTELLE_LIB_MAILBOX_ABSENCE_H

#include "lib/db/db.h"
#include "lib/office/actor.h"

typedef struct {
	guint64 mailbox_id;
	guint64 version;           /* 1: no note was ever saved */
	gboolean active;           /* switched on */
	char *subject, *body;      /* absence_script.h says what they may hold */
	gboolean internal;         /* senders of the office's domains get a text of their own: */
	char *internal_body;       /* never NULL */
	char *starts_on, *ends_on; /* absence_period.h */
	guint64 starts_at, ends_at;
	guint64 generation;
} Absence;

void absence_free(Absence *absence);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Absence, absence_free)

/* The note; an empty one if none was saved. Free: absence_free(). */
Absence *absence_load(Db *db, guint64 mailbox_id, GError **error);

/* What is wrong with a note, as absence_save() says it, without saving it. */
gboolean absence_check(const Absence *wanted, GError **error);

/*
 * Saves active, subject, body, internal, internal_body, starts_on and ends_on of wanted, where
 * mailbox_id and version are the opened ones. PS_ERROR_INVALID on subject, body or internal_body
 * (absence_script.h; a body that is needed by a note that is switched on is empty), starts_on or
 * ends_on (date, ends_on before_start). PS_ERROR_CONFLICT if somebody saved meanwhile, NOT_FOUND if
 * the mailbox is gone or deleted.
 */
gboolean absence_save(Db *db, const Actor *actor, const Absence *wanted, GError **error);

/* Where a note stands: switched off; on, but its period hasn't begun; on; on, but it is over. */
typedef enum {
	ABSENCE_OFF,
	ABSENCE_PLANNED,
	ABSENCE_ON,
	ABSENCE_OVER,
} AbsenceState;

/* now in microseconds since 1970 UTC. */
AbsenceState absence_state(gboolean active, guint64 starts_at, guint64 ends_at, guint64 now);

/* After a change of a mailbox's aliases, within its transaction, which holds the mailbox's clock:
 * the note answers mail to the new ones. */
gboolean absence_follow_addresses(Db *db, guint64 mailbox_id, GError **error);

/* Makes the scripts of all notes that are switched on anew, one transaction a note: after a domain
 * was added (task DOMAIN_SCRIPTS), and once after an update that changes what scripts say. It may
 * be stopped at any point and begun again. */
gboolean absence_remake_all(Db *db, GError **error);

#endif
