/* user_candidates.h: which users somebody means by a log-in, a name or beginnings of their words.
 */
#ifndef POSTSTELLE_LIB_USER_USER_CANDIDATES_H
#define POSTSTELLE_LIB_USER_USER_CANDIDATES_H

#include "lib/db/db.h"

#define USER_CANDIDATES_MAX 10

typedef struct {
	GPtrArray *list; /* User, at most USER_CANDIDATES_MAX; empty: nobody is meant */
	gboolean more;   /* more users fit than that */
} UserCandidates;

/* Whose log-in it is, or else all whom it fits, by name. Free: user_candidates_free(). */
UserCandidates *user_candidates(Db *db, const char *typed, GError **error);
void user_candidates_free(UserCandidates *named);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(UserCandidates, user_candidates_free)

#endif
