/* postmaster.h: who gets the mail to postmaster@ and abuse@ of a domain (RFC 5321 4.5.1, RFC 2142).
 *
 * Both are addresses like any other, further ones of the mailbox that the domain's page names (or a
 * mailbox's own): what happens to their mail, and what the journal says of it, needs no rule of its
 * own.
 */
#ifndef POSTSTELLE_LIB_MAILBOX_POSTMASTER_H
#define POSTSTELLE_LIB_MAILBOX_POSTMASTER_H

#include "lib/db/db.h"
#include "lib/office/actor.h"
#include "lib/office/domain.h"

typedef enum { POSTMASTER, ABUSE, POSTMASTER_COUNT } PostmasterRole;

/* Who has one of the two addresses. */
typedef struct {
	char *address;                /* the role's: postmaster@name */
	guint64 mailbox_id, alias_id; /* 0: nobody has it */
	char *mailbox;                /* the address of who has it; NULL: nobody */
	gboolean is_alias;            /* a further address, not the mailbox's own */
	gboolean reached;             /* the mailbox takes mail now, and so does the domain */
} PostmasterOf;

typedef struct {
	PostmasterOf of[POSTMASTER_COUNT];
} Postmaster;

void postmaster_free(Postmaster *postmaster);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Postmaster, postmaster_free)

/* Free: postmaster_free(). */
Postmaster *postmaster_load(Db *db, const Domain *domain, GError **error);

/* The mailbox that was typed, as an address or a number; "": none, *mailbox_id 0. PS_ERROR_INVALID
 * on field "postmaster": unknown (no such mailbox), own (postmaster@ is a mailbox itself: no other
 * one can get its mail). */
gboolean postmaster_find(
        Db *db, const Domain *domain, const char *typed, guint64 *mailbox_id, GError **error);

/* Gives both addresses to a mailbox (0: takes them away from who has postmaster@). What is there
 * already stays: with the mailbox that has postmaster@ now, abuse@ stays where it is, and so does
 * an abuse@ that is a mailbox itself. */
gboolean postmaster_set(
        Db *db, const Actor *actor, const Domain *domain, guint64 mailbox_id, GError **error);

#endif
