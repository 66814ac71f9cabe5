/* forward.h: a mailbox whose mail goes on to other addresses (Weiterleitung), with or without a
 * copy that stays, until a day.
 *
 * Addresses of the office, or outside if the setting outside_forward allows. While none of them
 * takes mail it stays in the mailbox, also what comes through a list. What it leads to in the end:
 * way.h. The users of a VIP mailbox are told.
 */
#ifndef POSTSTELLE_LIB_MAILBOX_FORWARD_H
#define POSTSTELLE_LIB_MAILBOX_FORWARD_H

#include "lib/db/db.h"
#include "lib/office/actor.h"

typedef struct {
	guint64 mailbox_id;
	guint64 version; /* 1: none was ever saved */
	gboolean keep_copy;
	char *ends_on;   /* the last day, YYYY-MM-DD; "": none */
	guint64 ends_at; /* the instant after it, 0: none */
	GPtrArray *to;   /* addresses; empty: it isn't forwarded */
} Forward;

void forward_free(Forward *forward);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Forward, forward_free)

/* One that was never saved. Free: forward_free(). */
Forward *forward_new(guint64 mailbox_id);

/* Free: forward_free(). */
Forward *forward_load(Db *db, guint64 mailbox_id, GError **error);

/* now: microseconds since 1970 UTC. */
gboolean forward_is_on(const Forward *forward, guint64 now);

/* Saves keep_copy, ends_on and to of wanted, where mailbox_id and version are the opened ones.
 * PS_ERROR_INVALID on to (way_member.h; loop, too_many) or until (date); PS_ERROR_CONFLICT if
 * somebody saved meanwhile, NOT_FOUND if the mailbox is gone or deleted. */
gboolean forward_save(Db *db, const Actor *actor, const Forward *wanted, GError **error);

#endif
