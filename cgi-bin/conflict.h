/* conflict.h: the page (409) when somebody else saved first: who it was, and what differs
 * (templates/conflict_rows.cst). */
#ifndef POSTSTELLE_CGI_CONFLICT_H
#define POSTSTELLE_CGI_CONFLICT_H

#include "cgi-bin/request.h"

/* Says who saved and when. login NULL: nobody is known. */
void conflict_who(Request *req, const char *login, guint64 at);
/* The same by the change log of a mailbox; action: of the change, NULL for any. */
gboolean conflict_who_of_mailbox(
        Request *req, guint64 mailbox_id, const char *action, GError **error);

/* A field of a form that two people may edit. */
typedef struct {
	const char *name;      /* its value on the page is f.NAME */
	const char *label_key; /* of a text */
	const char *values;    /* NULL: the value as it is; else its text VALUES.VALUE */
} ConflictField;

#define CONFLICT_FLAG "value.flag" /* the values of a tick box */
#define CONFLICT_DAY "day"         /* YYYY-MM-DD */
#define CONFLICT_DOMAIN "domain"   /* the number of a domain (domain_options.h) */

/* The page notes what it shows in these fields (f.shown, sent back as the field "shown"), so that a
 * later conflict knows which ones its reader touched. f.NAME are set. */
void conflict_note_shown(Request *req, const ConflictField *fields, gsize count);
/* f.NAME are what is saved now: fills the rows of what differs, and puts what was typed into the
 * fields that were touched; the others follow what is saved. */
void conflict_fill(Request *req, const ConflictField *fields, gsize count);

/* For forms that ask for no more than a yes: notes when the page was made (f.shown) ... */
void conflict_note_time(Request *req);
/* ... and fills "meanwhile" (templates/meanwhile.cst) with what was changed since then: of a
 * mailbox (else 0), or of a user by the log-in (else NULL). */
gboolean conflict_meanwhile(Request *req, guint64 mailbox_id, const char *login, GError **error);

#endif
