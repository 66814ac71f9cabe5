/* user_choices.h: active users to tick, and a search for them in the same form. */
#ifndef POSTSTELLE_CGI_USER_CHOICES_H
#define POSTSTELLE_CGI_USER_CHOICES_H

#include "cgi-bin/request.h"

/*
 * Fills choices.N.id, .name and .ticked with the active users that the form's user_q (else q of the
 * address) finds, all of a small office, and before them those that the form had ticked as field;
 * but for those of without (MailboxUser; NULL: nobody). Sets f.user_q, search (1: there are too
 * many for one list), searched (1: that was just asked for), choosing (1: there is somebody, or a
 * search), opened (1: something is ticked or searched for) and more (1: there are more than stand
 * here).
 */
gboolean user_choices_fill(
        Request *req, const char *field, const GPtrArray *without, GError **error);

/* Whether the form was sent to search for users: by the button for that, or with other words than
 * those whose users it shows. Then nothing is to be done but to show it again. */
gboolean user_choices_searched(Request *req);
/* The status of that page: 422 if something that was typed can't be used, the words too. */
int user_choices_status(Request *req);

#endif
