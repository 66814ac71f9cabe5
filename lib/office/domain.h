/* domain.h: the office's mail domains. */
#ifndef POSTSTELLE_LIB_OFFICE_DOMAIN_H
#define POSTSTELLE_LIB_OFFICE_DOMAIN_H

#include "lib/db/db.h"
#include "lib/office/actor.h"

typedef struct {
	guint64 id;
	char *name;         /* A-labels, lower case */
	char *display_name; /* as people read it */
	gboolean active;
	guint64 version;
	guint64 alias_of;  /* the domain of which its addresses are; 0: none
	                      (lib/mailbox/alias_domain.h) */
	guint64 catch_all; /* a mailbox (lib/mailbox/catch_all.h); 0: none */
} Domain;

void domain_free(Domain *domain);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Domain, domain_free)

/* All domains by name. NULL and error. Free: g_ptr_array_unref(). */
GPtrArray *domain_list(Db *db, GError **error);
/* NULL and PS_ERROR_NOT_FOUND if there is none. Free: domain_free(). */
Domain *domain_load(Db *db, guint64 id, GError **error);
/* Whether a domain, as A-labels or as people write it, is one of the office's, active or not; then
 * *name is its A-label form (free: g_free()), otherwise NULL. FALSE and error: nobody knows. */
gboolean domain_is_own(Db *db, const char *typed, char **name, GError **error);
/* The domain that stands in user names of an own one (A-label): that of which it is an alias, else
 * itself. Free: g_free(). NULL and error: nobody knows. */
char *domain_of_login(Db *db, const char *name, GError **error);
/* Adds a domain as typed; PS_ERROR_INVALID on field "name" (reasons: address.h, and taken). The
 * agent's task DOMAIN_SCRIPTS then tells the absence notes. */
#define DOMAIN_SCRIPTS "scripts"
gboolean domain_create(Db *db, const Actor *actor, const char *typed, guint64 *id, GError **error);
/* Switches it on or off; PS_ERROR_CONFLICT if version isn't the saved one any more. */
gboolean domain_set_active(
        Db *db, const Actor *actor, guint64 id, guint64 version, gboolean active, GError **error);

#endif
