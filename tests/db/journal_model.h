/* journal_model.h: an office, and what people would say of it, who know the journal's rules and
 * nothing of its tables. JOURNAL_SEED=number repeats a history.
 */
#ifndef POSTSTELLE_TESTS_JOURNAL_MODEL_H
#define POSTSTELLE_TESTS_JOURNAL_MODEL_H

#include "tests/db/journal_office.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/mailbox/mailbox_delete.h"

#define MAILBOXES 24
#define USERS 36
#define MAILS 1400
#define STRANGERS 6
#define EVENT_EACH 3 /* a change between that many mails, on average */

/* ---- the model: what people would say ---- */

typedef struct {
	guint64 id;
	char *address, *alias;
	guint alias_number; /* of its further address; another one each time it is added */
	gboolean vip, deleted, purged;
	guint64 assigned; /* bit of each user */
} Box;

typedef struct {
	char *address; /* one form */
	guint64 only;  /* users who may know that it takes part */
	gboolean everybody;
} Part;

typedef struct {
	guint64 id;
	guint64 readers;
	gboolean protected, has_text;
	guint64 box_everybody;       /* mailboxes whose part every reader knows */
	guint64 box_only[MAILBOXES]; /* users who know of a Bcc */
	GArray *parts;               /* Part */
	GPtrArray *bcc;              /* addresses shown as Bcc */
	GArray *bcc_only;
} Entry;

static Config *config, *web_config, *milter_config;
static Db *db, *web, *milter;
static guint64 seed, domain_id;
static char *domain;
static Box boxes[MAILBOXES];
static guint64 users[USERS];
static char *strangers[STRANGERS];
static gboolean exempt;
static guint alias_numbers = MAILBOXES;
static GPtrArray *entries; /* Entry, oldest first */

static inline guint pick(guint limit)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (guint)(seed >> 33) % limit;
}

static inline void entry_free(gpointer data)
{
	Entry *entry = data;

	g_array_unref(entry->parts);
	g_array_unref(entry->bcc_only);
	g_ptr_array_unref(entry->bcc);
	g_free(entry);
}

/* Which mailbox an address in its one form belongs to; -1: none. */
static inline int owner_of(const char *address)
{
	for (int i = 0; i < MAILBOXES; i++)
		if (!boxes[i].purged && (strcmp(boxes[i].address, address) == 0 ||
		                                strcmp(boxes[i].alias, address) == 0))
			return i;
	return -1;
}

/* ---- an office ---- */

static inline void make_box(guint i)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *local = g_strdup_printf("box%u", i);

	boxes[i].address = g_strconcat(local, "@", domain, NULL);
	boxes[i].alias_number = i + 1;
	boxes[i].alias = g_strdup_printf("alias%u@%s", i, domain);
	boxes[i].id = office_mailbox(db, domain_id, local);
	alias_add(db, &office_actor, boxes[i].id, boxes[i].alias, &error);
	assert_no_error(error);
}

static inline int make_office(void **state)
{
	const char *given = g_getenv("JOURNAL_SEED");

	(void)state;
	seed = given != NULL ? strtoull(given, NULL, 10) : g_random_int();
	printf("JOURNAL_SEED=%" G_GUINT64_FORMAT "\n", seed);
	config = db_test_config();
	milter_config = office_config(config, "MILTER");
	web_config = office_config(config, "WEB");
	db = db_new(config);
	milter = db_new(milter_config);
	web = db_new(web_config);
	entries = g_ptr_array_new_with_free_func(entry_free);
	office_switch(db, FALSE);
	domain_id = office_domain(db, &domain);
	for (guint i = 0; i < MAILBOXES; i++)
		make_box(i);
	for (guint i = 0; i < USERS; i++)
		users[i] = office_user(db, "own");
	for (guint i = 0; i < STRANGERS; i++)
		strangers[i] = g_strdup_printf("stranger%u@outside%u.example", i, i % 2);
	return 0;
}

static inline int drop_office(void **state)
{
	(void)state;
	office_switch(db, FALSE);
	g_ptr_array_unref(entries);
	for (guint i = 0; i < MAILBOXES; i++) {
		g_free(boxes[i].address);
		g_free(boxes[i].alias);
	}
	for (guint i = 0; i < STRANGERS; i++)
		g_free(strangers[i]);
	g_free(domain);
	db_free(web);
	db_free(milter);
	db_free(db);
	office_config_free(milter_config);
	office_config_free(web_config);
	config_free(config);
	return 0;
}

/* ---- its history ---- */

static inline void toggle_assignment(void)
{
	guint b = pick(MAILBOXES), u = pick(USERS);
	gboolean is = (boxes[b].assigned >> u & 1) != 0;

	/* Most mailboxes have a few users. */
	if (boxes[b].deleted || (!is && __builtin_popcountll(boxes[b].assigned) > 5))
		return;
	office_assign(db, boxes[b].id, users[u], !is);
	boxes[b].assigned ^= (guint64)1 << u;
}

static inline void toggle_vip(void)
{
	guint b = pick(MAILBOXES);

	if (boxes[b].deleted)
		return;
	boxes[b].vip = !boxes[b].vip;
	office_vip(db, boxes[b].id, boxes[b].vip);
}

static inline void delete_or_restore(void)
{
	g_autoptr(GError) error = NULL;
	guint b = pick(MAILBOXES);

	if (boxes[b].purged)
		return;
	g_autoptr(Mailbox) mailbox = mailbox_load(db, boxes[b].id, &error);
	assert_no_error(error);
	if (boxes[b].deleted)
		mailbox_restore(db, &office_actor, mailbox->id, mailbox->version, &error);
	else
		mailbox_delete(db, &office_actor, mailbox->id, mailbox->version, &error);
	assert_no_error(error);
	boxes[b].deleted = !boxes[b].deleted;
}

/* All of a purge, as if the mailbox had been deleted long ago. */
static inline void purge_now(guint64 id)
{
	static const char sql_age[] = "UPDATE mailbox SET deleted_at = 1 WHERE id = ?";
	static const char sql_done[] = "UPDATE task SET done_at = 1 WHERE mailbox_id = ?";
	g_autoptr(GError) error = NULL;
	gboolean freed = FALSE;

	assert_true(mailbox_purge(db, &office_actor, id, &error));
	assert_int_equal(db_execute(db, &error, sql_age, "u", id), 1);
	assert_true(db_execute(db, &error, sql_done, "u", id) > 0);
	assert_true(mailbox_purge_finish(db, id, &error));
	assert_true(mailbox_purge_free(db, id, &freed, &error));
	assert_true(freed);
}

/* Few are purged, or nothing would be left; another mailbox gets the address now and then. */
static inline void purge(void)
{
	guint b = pick(MAILBOXES);

	if (!boxes[b].deleted || boxes[b].purged || pick(8) != 0)
		return;
	purge_now(boxes[b].id);
	boxes[b].purged = TRUE;
}

static inline void toggle_alias(guint b, const char *alias, gboolean add)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *sql =
	        g_strdup_printf("SELECT id FROM address WHERE address = '%s'", alias);

	if (add)
		alias_add(db, &office_actor, boxes[b].id, alias, &error);
	else
		alias_remove(db, &office_actor, boxes[b].id, office_number(db, sql), &error);
	assert_no_error(error);
}

/* Two mailboxes exchange their further addresses. */
static inline void move_aliases(void)
{
	guint a = pick(MAILBOXES), b = pick(MAILBOXES);

	if (a == b || boxes[a].deleted || boxes[b].deleted)
		return;
	toggle_alias(a, boxes[a].alias, FALSE);
	toggle_alias(b, boxes[b].alias, FALSE);
	char *alias = boxes[a].alias;
	boxes[a].alias = boxes[b].alias;
	boxes[b].alias = alias;
	boxes[a].alias_number = ++alias_numbers;
	boxes[b].alias_number = ++alias_numbers;
	toggle_alias(a, boxes[a].alias, TRUE);
	toggle_alias(b, boxes[b].alias, TRUE);
}

static inline void change_something(void)
{
	switch (pick(13)) {
	case 0:
	case 1:
		toggle_vip();
		break;
	case 2:
		exempt = !exempt;
		office_switch(db, exempt);
		break;
	case 3:
		delete_or_restore();
		break;
	case 4:
		purge();
		break;
	case 5:
		move_aliases();
		break;
	default:
		toggle_assignment();
	}
}

#endif
