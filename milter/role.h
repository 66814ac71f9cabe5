/* role.h: what poststelle-milter does in one of its roles, for libmilter.
 *
 * A session's callbacks run on different threads, one after the other: state goes by
 * smfi_setpriv(). It is freed at the end of a message (eom), at ABORT and at CLOSE, whichever
 * comes (QUIT within a transaction brings CLOSE only).
 */
#ifndef POSTSTELLE_MILTER_ROLE_H
#define POSTSTELLE_MILTER_ROLE_H

#include <glib.h>
#include <libmilter/mfapi.h>

typedef struct {
	const char *name;
	unsigned long actions; /* SMFIF_*: what it changes */
	unsigned long steps;   /* SMFIP_*: callbacks and replies that it doesn't need */
	sfsistat (*envfrom)(SMFICTX *, char **);
	sfsistat (*envrcpt)(SMFICTX *, char **);
	sfsistat (*header)(SMFICTX *, char *, char *);
	sfsistat (*body)(SMFICTX *, unsigned char *, size_t);
	sfsistat (*eom)(SMFICTX *);
	void (*forget)(gpointer message); /* frees what was set by smfi_setpriv() */
} Role;

extern const Role role_name, role_journal;

/* A text as libmilter takes it: it only reads it, but its functions don't say so. */
#define ROLE_TEXT(text) ((char *)(guintptr)(text))

/* A macro that the mail server has given by now (e.g. "{auth_authen}"); NULL: none. Borrowed. */
const char *role_macro(SMFICTX *ctx, const char *name);
/* The service that the message came in by: {daemon_name} (mail/postfix/master.cf); "" if unknown.
 */
const char *role_service(SMFICTX *ctx);
/* The line of a message: event=EVENT queue=ID service=SERVICE detail="DETAIL". */
void role_log(SMFICTX *ctx, const char *event, const char *detail);

/* 451 4.3.0 for the client, who comes again; the error is logged. */
sfsistat role_defer(SMFICTX *ctx, const GError *error);
/* 451 4.7.1 with that text (no "%"), logged: not now. */
sfsistat role_put_off(SMFICTX *ctx, const char *text);
/* 550 5.7.1 with that text (no "%"), logged. */
sfsistat role_refuse(SMFICTX *ctx, const char *text);

#endif
