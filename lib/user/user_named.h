/* user_named.h: which user somebody means who types a name. */
#ifndef POSTSTELLE_LIB_USER_USER_NAMED_H
#define POSTSTELLE_LIB_USER_USER_NAMED_H

#include "lib/user/user.h"

/*
 * typed: a number, a log-in, the beginnings of words of name and log-in that only one user has, or
 * user_named_text(). NULL and PS_ERROR_INVALID on field "user" if nobody ("unknown") or more than
 * one ("several") may be meant. Free: user_free().
 */
User *user_named(Db *db, const char *typed, GError **error);

/* What names the user for people and for user_named(): "name (log-in)". Free: g_free(). */
char *user_named_text(const User *user);

#endif
