/* say.h: how commands print mailboxes, domains and users: a sentence or a line for people, an
 * object with
 * --json (command_parse_said()). */
#ifndef POSTSTELLE_CLI_SAY_H
#define POSTSTELLE_CLI_SAY_H

#include "cli/command.h"
#include "cli/json.h"
#include "lib/mailbox/mailbox.h"
#include "lib/office/domain.h"
#include "lib/user/user.h"

/* Members of an object. */
void say_mailbox_members(GString *out, const Mailbox *mailbox);
const char *say_mailbox_state(const Mailbox *mailbox);
/* Objects. postmaster: the mailbox's address; NULL: none. */
void say_domain_object(GString *out, const Domain *domain, const char *postmaster);
void say_user_object(GString *out, const User *user);

/* What became of it: "Mailbox ADDRESS WHAT.", or the object as it is now. */
gboolean say_mailbox(Context *context, guint64 id, const char *what, GError **error);
/* With a password beside, which is borrowed; NULL: none. */
gboolean say_mailbox_password(
        Context *context, guint64 id, const char *what, const char *password, GError **error);
gboolean say_domain(Context *context, const Domain *domain, const char *what, GError **error);
gboolean say_user(Context *context, guint64 id, const char *what, GError **error);

#endif
