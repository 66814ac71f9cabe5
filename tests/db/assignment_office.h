/* assignment_office.h: a domain, users and mailboxes for the tests of assignments. */
#ifndef POSTSTELLE_TESTS_ASSIGNMENT_OFFICE_H
#define POSTSTELLE_TESTS_ASSIGNMENT_OFFICE_H

#include "tests/db/db_test.h"

#include <string.h>

#include "lib/base/error.h"
#include "lib/mailbox/assignment.h"
#include "lib/mailbox/mailbox_password.h"
#include "lib/office/domain.h"
#include "lib/user/user.h"

static const char SQL_VERSION[] = "SELECT version FROM mailbox WHERE id = ?";

static Config *config;
static Db *db;
static KeyRing *ring;
static guint64 domain_id, admin_id, other_id, staff_id;
static char domain_name[64];
static const Actor machine = {0, "test"};
static Actor admin;

static inline guint64 new_user(const char *what, UserRole role)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *login = g_strdup_printf("%s-%08x", what, g_random_int());
	g_autoptr(User) wanted = g_new0(User, 1);
	guint64 id = 0;

	wanted->login = g_strdup(login);
	wanted->name = g_strdup(what);
	wanted->email_name = g_strdup("");
	wanted->contact_email = g_strdup("kontakt@anderswo.example");
	wanted->role = role;
	wanted->journal_right = USER_JOURNAL_OWN;
	wanted->locale = g_strdup("");
	wanted->active = TRUE;
	user_create(db, &machine, wanted, NULL, &id, &error);
	assert_no_error(error);
	return id;
}

static inline guint64 new_mailbox(void)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *local = g_strdup_printf("m%08x", g_random_int());
	guint64 id = 0;

	mailbox_create(db, ring, &machine, local, domain_id, "", &id, &error);
	assert_no_error(error);
	return id;
}

static inline int set_up(void **state)
{
	g_autoptr(GError) error = NULL;
	(void)state;

	config = db_test_config();
	db = db_new(config);
	ring = db_test_ring();
	g_snprintf(domain_name, sizeof(domain_name), "zuordnung-%08x.example", g_random_int());
	domain_create(db, &machine, domain_name, &domain_id, &error);
	assert_no_error(error);
	admin_id = new_user("chefin", USER_ADMIN);
	other_id = new_user("kollege", USER_STAFF);
	staff_id = new_user("mitarbeit", USER_STAFF);
	admin = (Actor){admin_id, "chefin"};
	return 0;
}

static inline int tear_down(void **state)
{
	(void)state;
	keyring_free(ring);
	db_free(db);
	config_free(config);
	return 0;
}

static inline void assign(guint64 mailbox, guint64 user)
{
	g_autoptr(GError) error = NULL;

	assignment_add(db, &admin, mailbox, user, &error);
	assert_no_error(error);
}

static inline void end(guint64 mailbox, guint64 user, gboolean new_password)
{
	g_autoptr(GError) error = NULL;

	assignment_end(db, new_password ? ring : NULL, &admin, mailbox, user, &error);
	assert_no_error(error);
}

static inline void set_active(guint64 id, gboolean active)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(User) user = user_load(db, id, &error);

	assert_no_error(error);
	user->active = active;
	user_update(db, &admin, user, &error);
	assert_no_error(error);
}

static inline void set_vip(guint64 id, gboolean vip)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Mailbox) mailbox = mailbox_load(db, id, &error);

	assert_no_error(error);
	mailbox->vip = vip;
	mailbox_update(db, &admin, mailbox, &error);
	assert_no_error(error);
}

static inline void new_password(const Actor *actor, guint64 id)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Mailbox) mailbox = mailbox_load(db, id, &error);

	assert_no_error(error);
	mailbox_password_new(db, ring, actor, id, mailbox->version, &error);
	assert_no_error(error);
}

static inline guint64 number(const char *sql, guint64 id)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(DbRows) rows = db_query(db, &error, sql, "u", id);

	assert_no_error(error);
	assert_true(db_rows_next(rows));
	return db_rows_u64(rows, 0);
}

#endif
