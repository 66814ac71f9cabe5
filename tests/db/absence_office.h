/* absence_office.h: a domain and mailboxes with notes, for the tests of absence notes. */
#ifndef POSTSTELLE_TESTS_ABSENCE_OFFICE_H
#define POSTSTELLE_TESTS_ABSENCE_OFFICE_H

#include "tests/db/db_test.h"

#include <string.h>

#include "lib/base/error.h"
#include "lib/mailbox/absence.h"
#include "lib/mailbox/mailbox.h"
#include "lib/mailbox/mailbox_find_check.h"
#include "lib/office/domain.h"

static Config *config;
static Db *db;
static KeyRing *ring;
static const Actor actor = {.login = "test"};
static guint64 domain_id;
static char *domain;

static inline int setup(void **state)
{
	g_autoptr(GError) error = NULL;

	(void)state;
	config = db_test_config();
	db = db_new(config);
	ring = keyring_load("/nonexistent/key", &error);
	assert_no_error(error);
	domain = g_strdup_printf("abwesend-%x.example", g_random_int());
	domain_create(db, &actor, domain, &domain_id, &error);
	assert_no_error(error);
	return 0;
}

static inline int teardown(void **state)
{
	(void)state;
	g_free(domain);
	keyring_free(ring);
	db_free(db);
	config_free(config);
	return 0;
}

static inline Mailbox *new_mailbox(const char *local_part)
{
	g_autoptr(GError) error = NULL;
	guint64 id = 0;

	mailbox_create(db, ring, &actor, local_part, domain_id, "", &id, &error);
	assert_no_error(error);
	Mailbox *mailbox = mailbox_load(db, id, &error);
	assert_no_error(error);
	return mailbox;
}

/* As a page would have it typed. Free: absence_free(). */
static inline Absence *typed_note(guint64 mailbox_id, guint64 version, gboolean active,
        const char *subject, const char *body, const char *starts_on, const char *ends_on)
{
	Absence *note = g_new0(Absence, 1);

	note->mailbox_id = mailbox_id;
	note->version = version;
	note->active = active;
	note->subject = g_strdup(subject);
	note->body = g_strdup(body);
	note->internal_body = g_strdup("");
	note->starts_on = g_strdup(starts_on);
	note->ends_on = g_strdup(ends_on);
	return note;
}

/* Saves what is given and loads it again; fails the test if it can't be saved. */
static inline Absence *save(
        guint64 mailbox_id, gboolean active, const char *starts_on, const char *ends_on)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Absence) old = absence_load(db, mailbox_id, &error);
	g_autoptr(Absence) wanted =
	        typed_note(mailbox_id, old->version, active, "Betreff", "Text", starts_on, ends_on);

	absence_save(db, &actor, wanted, &error);
	assert_no_error(error);
	Absence *saved = absence_load(db, mailbox_id, &error);
	assert_no_error(error);
	return saved;
}

/* What Dovecot gets for the address; NULL: no note. */
static char *script_of(const char *address)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(DbRows) rows = db_query(db, &error,
	        "SELECT script FROM mail_absence WHERE address = ? AND name = 'absence'", "a",
	        address);

	assert_no_error(error);
	return db_rows_next(rows) ? g_strdup(db_rows_text(rows, 0)) : NULL;
}

static inline gboolean answers(const char *address)
{
	g_autofree char *script = script_of(address);

	return script != NULL;
}

static inline void assert_list_right(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) wrong = NULL;

	mailbox_find_check(db, &wrong, &error);
	assert_no_error(error);
	if (wrong->len > 0)
		fail_msg("the list's rows of %s are wrong", (const char *)wrong->pdata[0]);
}

#endif
