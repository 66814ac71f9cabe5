/* setup.h: the parts of `poststelle setup`: its answers, and what it puts into the database. */
#ifndef POSTSTELLE_CLI_SETUP_H
#define POSTSTELLE_CLI_SETUP_H

#include <glib.h>

#include "lib/base/config.h"
#include "lib/db/db.h"
#include "lib/office/actor.h"

typedef struct {
	/* Answers; NULL until they are known. Names of domains are A-labels afterwards. */
	char *name, *domain, *url;
	char *certificate, *key;
	char *admin, *admin_name, *contact, *password;
	char *mailbox;    /* the local part, or the whole address */
	char *mail_store; /* NULL: as it is */
	char *database_host, *database_admin, *database_ca, *database_client; /* NULL: as it is */
	char *share;         /* directory of what is installed */
	gboolean certbot;    /* the certificate is where certbot puts it */
	gboolean from_stdin; /* the password is the first line of standard input */
	gboolean replace, yes, dry_run;
	gboolean has_admin; /* nobody has to be made */
} Setup;

#define SETUP_VALUES "/etc/poststelle/values"

/*
 * Completes the answers: what isn't given is what stands in values_path, or in before (NULL: there
 * is no configuration yet), and is asked for on a terminal unless yes is set. Checks all of them.
 * PS_ERROR_INVALID names the option that is missing or wrong.
 */
gboolean setup_ask(Setup *setup, const char *values_path, const Config *before, GError **error);

/*
 * The first administrator, the domain, the mailbox with what has to reach it (postmaster@, abuse@,
 * root@), the servers' names in the settings: what is there stays. Says what it made.
 */
gboolean setup_office(
        Db *db, const Actor *actor, const char *key_file, const Setup *setup, GError **error);

/* Whether somebody can administrate already. FALSE also if nobody knows. */
gboolean setup_has_admin(Db *db);

#endif
