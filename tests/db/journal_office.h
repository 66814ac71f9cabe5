/* journal_office.h: a small office for the journal's tests: a domain, mailboxes, users, and
 * connections as the program that would do the work.
 */
#ifndef POSTSTELLE_TESTS_JOURNAL_OFFICE_H
#define POSTSTELLE_TESTS_JOURNAL_OFFICE_H

#include "tests/db/db_test.h"

#include <string.h>

#include "lib/journal/journal.h"
#include "lib/mailbox/alias.h"
#include "lib/mailbox/assignment.h"
#include "lib/mailbox/mailbox.h"
#include "lib/office/domain.h"

static const Actor office_actor = {0, "test"};

/* The tests' configuration with the account of another program (MILTER, WEB,
 * AGENT). Free: office_config_free(). */
static inline Config *office_config(const Config *owner, const char *account)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *conf = g_path_get_dirname(g_getenv("POSTSTELLE_TEST_CONF"));
	g_autofree char *path = g_build_filename(conf, "..", "values", NULL);
	g_autofree char *key = g_strdup_printf("DB_PASSWORD_%s=", account);
	g_autofree char *text = NULL;
	Config *config = g_memdup2(owner, sizeof(*owner));
	g_autofree char *lower = g_ascii_strdown(account, -1);

	g_file_get_contents(path, &text, NULL, &error);
	assert_no_error(error);
	const char *found = strstr(text, key);
	assert_non_null(found);
	found += strlen(key);
	config->database_user = g_strconcat("poststelle_", lower, NULL);
	config->database_password = g_strndup(found, strcspn(found, "\n"));
	return config;
}

static inline void office_config_free(Config *config)
{
	g_free(config->database_user);
	g_free(config->database_password);
	g_free(config);
}

/* The first column of the first row; sql may be made for this once. */
static inline guint64 office_number(Db *db, const char *sql)
{
	g_autoptr(DbRows) rows = db_query(db, NULL, g_intern_string(sql), "");

	assert_non_null(rows);
	return db_rows_next(rows) ? db_rows_u64(rows, 0) : 0;
}

static inline guint64 office_domain(Db *db, char **name)
{
	g_autoptr(GError) error = NULL;
	guint64 id = 0;

	*name = g_strdup_printf("buero-%08x.example", g_random_int());
	domain_create(db, &office_actor, *name, &id, &error);
	assert_no_error(error);
	return id;
}

static inline guint64 office_mailbox(Db *db, guint64 domain_id, const char *local)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(KeyRing) ring = keyring_load("/nonexistent", &error);
	guint64 id = 0;

	mailbox_create(db, ring, &office_actor, local, domain_id, "", &id, &error);
	assert_no_error(error);
	return id;
}

static inline guint64 office_user(Db *db, const char *right)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *login = g_strdup_printf("user-%08x-%08x", g_random_int(), g_random_int());

	db_execute(db, &error,
	        "INSERT INTO user (login, name, journal_right, created_at) VALUES (?, ?, ?, 1)",
	        "ssa", login, login, right);
	assert_no_error(error);
	return db_insert_id(db);
}

/* Assigns the user (begin) or ends it. */
static inline void office_assign(Db *db, guint64 mailbox_id, guint64 user_id, gboolean begin)
{
	g_autoptr(GError) error = NULL;

	if (begin)
		assignment_add(db, &office_actor, mailbox_id, user_id, &error);
	else
		assignment_end(db, NULL, &office_actor, mailbox_id, user_id, &error);
	assert_no_error(error);
}

static inline void office_vip(Db *db, guint64 mailbox_id, gboolean vip)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Mailbox) mailbox = mailbox_load(db, mailbox_id, &error);

	assert_no_error(error);
	mailbox->vip = vip;
	mailbox_update(db, &office_actor, mailbox, &error);
	assert_no_error(error);
}

static inline void office_switch(Db *db, gboolean exempt)
{
	db_execute(db, NULL, "UPDATE setting SET vip_exempt_cc_bcc = ? WHERE id = 1", "t", exempt);
}

#endif
