/* user_choices.h: active users to tick. */
#ifndef POSTSTELLE_CGI_USER_CHOICES_H
#define POSTSTELLE_CGI_USER_CHOICES_H

#include "cgi-bin/request.h"

/*
 * Fills choices.N.id, .name and .ticked (those that the form had ticked as field) with the active
 * users that q of the address finds (all of a small office), but for those of without (MailboxUser;
 * NULL: nobody). Sets f.q, search (1: there are too many for one list) and more (1: there are more
 * than stand here).
 */
gboolean user_choices_fill(
        Request *req, const char *field, const GPtrArray *without, GError **error);

#endif
