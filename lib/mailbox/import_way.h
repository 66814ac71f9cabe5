/* import_way.h: lists, forwards and catch-all addresses that an import brings with its mailboxes:
 * kept with the run (import.h), written by its last step, seen when the mailboxes are. */
#ifndef POSTSTELLE_LIB_MAILBOX_IMPORT_WAY_H
#define POSTSTELLE_LIB_MAILBOX_IMPORT_WAY_H

#include "lib/db/db.h"
#include "lib/mailbox/import.h"

typedef enum {
	MOVED_LIST,
	MOVED_FORWARD,
	MOVED_CATCH_ALL,
} MovedKind;

typedef struct {
	MovedKind kind;
	char *address; /* of the list; else of the mailbox that is forwarded, or that catches */
	gboolean keep_copy; /* of a forward */
	GPtrArray *to; /* addresses: members, or where it is forwarded; of a catch-all its domain */
} MovedWay;

MovedWay *moved_way_new(MovedKind kind, const char *address);
void moved_way_free(gpointer way);

/* Keeps the ways (MovedWay) of a run that hasn't begun. */
gboolean import_way_keep(Db *db, guint64 run_id, const GPtrArray *ways, GError **error);

/*
 * Of the last step's transaction: begin first, before any mailbox's clock; write when the mailboxes
 * are there, as if each had been made by hand. ways is what begin found, NULL and error: nothing
 * can be done. PS_ERROR_INVALID as of mail_list.h and forward.h. Free: g_ptr_array_unref().
 */
GPtrArray *import_way_begin(Db *db, guint64 run_id, GError **error);
gboolean import_way_write(Db *db, const ImportRun *run, const GPtrArray *ways, GError **error);

#endif
