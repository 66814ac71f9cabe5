/*
 * journal_office.h: a small office for the journal's tests: a domain, mailboxes, users, and
 * connections as the program that would do the work.
 */
#ifndef POSTSTELLE_TESTS_JOURNAL_OFFICE_H
#define POSTSTELLE_TESTS_JOURNAL_OFFICE_H

#include "tests/db/db_test.h"

#include <string.h>

#include "lib/alias.h"
#include "lib/domain.h"
#include "lib/journal.h"
#include "lib/mailbox.h"
#include "lib/mailbox_clock.h"

static const Actor office_actor = {0, "test"};

/* The tests' configuration with the account of another program (MILTER, WEB, AGENT). Leaks. */
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

static inline guint64 office_number(Db *db, const char *sql)
{
	g_autoptr(DbRows) rows = db_query(db, NULL, sql, "");

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

typedef struct {
	guint64 mailbox_id, user_id, at;
	gboolean begin;
} OfficeAssign;

static inline gboolean office_assign_work(Db *db, gpointer data, GError **error)
{
	OfficeAssign *work = data;
	static const char begin[] =
	        "INSERT INTO assignment (mailbox_id, user_id, assigned_at) VALUES (?, ?, ?)";
	static const char end[] = "UPDATE assignment SET removed_at = ?"
	                          " WHERE mailbox_id = ? AND user_id = ? AND removed_at = 0";

	if (!mailbox_clock_lock(db, &work->mailbox_id, 1, &work->at, error))
		return FALSE;
	if (work->begin)
		db_execute(db, error, begin, "uuu", work->mailbox_id, work->user_id, work->at);
	else
		db_execute(db, error, end, "uuu", work->at, work->mailbox_id, work->user_id);
	return mailbox_clock_set(db, &work->mailbox_id, 1, work->at, error);
}

/* Assigns the user (begin) or ends it; the instant. */
static inline guint64 office_assign(Db *db, guint64 mailbox_id, guint64 user_id, gboolean begin)
{
	g_autoptr(GError) error = NULL;
	OfficeAssign work = {mailbox_id, user_id, 0, begin};

	db_transaction(db, office_assign_work, &work, &error);
	assert_no_error(error);
	return work.at;
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
