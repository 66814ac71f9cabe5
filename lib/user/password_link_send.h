/* password_link_send.h: makes a user's link for a password (password_link.h) and sends it. */
#ifndef POSTSTELLE_LIB_USER_PASSWORD_LINK_SEND_H
#define POSTSTELLE_LIB_USER_PASSWORD_LINK_SEND_H

#include "lib/base/config.h"
#include "lib/db/db.h"
#include "lib/office/actor.h"

#define PASSWORD_LINK_HOURS 24

/*
 * Makes a link and hands it over to the user's contact address. *link: the whole address, for the
 * page; NULL and *why (for the log) if the mail server didn't take it: then the link is void.
 * PS_ERROR_NOT_FOUND: no such user; PS_ERROR_INVALID on password_link (inactive, the user). Free
 * both: g_free().
 */
gboolean password_link_send(Db *db, const Config *config, const Actor *actor, guint64 user_id,
        char **link, char **why, GError **error);

#endif
