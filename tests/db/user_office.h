/* user_office.h: users as somebody could have typed them, for the tests of users. */
#ifndef POSTSTELLE_TESTS_USER_OFFICE_H
#define POSTSTELLE_TESTS_USER_OFFICE_H

#include "tests/db/db_test.h"

#include <string.h>

#include "lib/base/error.h"
#include "lib/user/user.h"

#define RACES 25
#define RACERS 8

static Config *config;
static Db *db;
static const Actor machine = {0, "test"};
static char stamp[16];

static inline int set_up(void **state)
{
	(void)state;
	config = db_test_config();
	db = db_new(config);
	g_snprintf(stamp, sizeof(stamp), "%08x", g_random_int());
	return 0;
}

static inline int tear_down(void **state)
{
	(void)state;
	db_free(db);
	config_free(config);
	return 0;
}

/* What somebody could have typed. Free: user_free(). */
static inline User *typed(const char *login, const char *name, UserRole role)
{
	User *user = g_new0(User, 1);

	user->login = g_strconcat(login, stamp, NULL);
	user->name = g_strdup(name);
	user->email_name = g_strdup("");
	user->contact_email = g_strdup("kontakt@anderswo.example");
	user->role = role;
	user->journal_right = USER_JOURNAL_OWN;
	user->locale = g_strdup("");
	user->active = TRUE;
	return user;
}

static inline guint64 make(const char *login, const char *name, UserRole role)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(User) wanted = typed(login, name, role);
	guint64 id = 0;

	user_create(db, &machine, wanted, NULL, &id, &error);
	assert_no_error(error);
	return id;
}

static inline User *load(guint64 id)
{
	g_autoptr(GError) error = NULL;
	User *user = user_load(db, id, &error);

	assert_no_error(error);
	return user;
}

static inline void set(char **field, const char *value)
{
	g_free(*field);
	*field = g_strdup(value);
}

static inline guint64 number(const char *sql, guint64 id)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(DbRows) rows = db_query(db, &error, sql, "u", id);

	assert_no_error(error);
	assert_true(db_rows_next(rows));
	return db_rows_u64(rows, 0);
}

static inline void save(guint64 id, gboolean active, UserRole role)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(User) user = load(id);

	user->active = active;
	user->role = role;
	user_update(db, &machine, user, &error);
	assert_no_error(error);
}

#endif
