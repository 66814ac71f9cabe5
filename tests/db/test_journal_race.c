/* test_journal_race.c: mails against changes of assignments and VIP at the same moment, on
 * connections of their own: what was stored must be what the instants say.
 */
#include "tests/db/journal_office.h"

#include <stdio.h>

#include "lib/journal/journal_rows.h"
#include "lib/mailbox/mailbox_clock.h"

#define MAILBOXES 6
#define USERS 8
#define WRITERS 4
#define MAILS 150 /* a writer */
#define CHANGES 250

static Config *config, *milter_config;
static Db *db;
static char *domain, *addresses[MAILBOXES];
static guint64 mailboxes[MAILBOXES], users[USERS];
static guint64 first_entry;

typedef struct {
	guint64 mailbox_id, at;
	gboolean vip;
} VipChange;

static GArray *vip_changes; /* of the one thread that makes them */

static int setup(void **state)
{
	(void)state;
	config = db_test_config();
	milter_config = office_config(config, "MILTER");
	db = db_new(config);
	office_switch(db, FALSE);
	guint64 domain_id = office_domain(db, &domain);
	for (guint i = 0; i < MAILBOXES; i++) {
		g_autofree char *local = g_strdup_printf("race%u", i);
		addresses[i] = g_strconcat(local, "@", domain, NULL);
		mailboxes[i] = office_mailbox(db, domain_id, local);
	}
	for (guint i = 0; i < USERS; i++)
		users[i] = office_user(db, "own");
	vip_changes = g_array_new(FALSE, FALSE, sizeof(VipChange));
	first_entry = office_number(db, "SELECT " DB_NOW);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	g_array_unref(vip_changes);
	for (guint i = 0; i < MAILBOXES; i++)
		g_free(addresses[i]);
	g_free(domain);
	db_free(db);
	office_config_free(milter_config);
	config_free(config);
	return 0;
}

static gpointer write_mails(gpointer data)
{
	g_autoptr(Db) own = db_new(milter_config);
	guint wrong = 0;

	for (guint i = 0; i < MAILS; i++) {
		g_autofree char *key = g_strdup_printf(
		        "race-%08x-%u-%u", g_random_int(), GPOINTER_TO_UINT(data), i);
		guint a = (guint)g_random_int_range(0, MAILBOXES),
		      b = (guint)g_random_int_range(0, MAILBOXES);
		const char *recipients[] = {addresses[a], addresses[b]};
		JournalAddress to = {.address = addresses[b]};
		JournalMail mail = {.service = JOURNAL_OUTSIDE,
		        .key = key,
		        .recipients = recipients,
		        .n_recipients = 2,
		        .to = &to,
		        .n_to = 1};
		wrong += !journal_write(own, &mail, NULL, NULL, NULL);
	}
	return GUINT_TO_POINTER(wrong);
}

static gpointer change_assignments(gpointer data)
{
	g_autoptr(Db) own = db_new(config);
	gboolean is[MAILBOXES][USERS] = {{FALSE}};
	guint half = GPOINTER_TO_UINT(data), wrong = 0;

	for (guint i = 0; i < CHANGES; i++) {
		guint m = (guint)g_random_int_range(0, MAILBOXES);
		guint u = (guint)g_random_int_range(0, USERS / 2) * 2 + half;
		wrong += !(is[m][u] ? assignment_end(own, NULL, &office_actor, mailboxes[m],
		                              users[u], NULL)
		                    : assignment_add(
		                              own, &office_actor, mailboxes[m], users[u], NULL));
		is[m][u] = !is[m][u];
	}
	return GUINT_TO_POINTER(wrong);
}

/* What mailbox_update() does to the flag, with the instant kept. */
static gboolean change_vip(Db *own, gpointer data, GError **error)
{
	VipChange *change = data;

	return mailbox_clock_lock(own, &change->mailbox_id, 1, &change->at, error) &&
	       db_execute(own, error, "UPDATE mailbox SET vip = ? WHERE id = ?", "tu", change->vip,
	               change->mailbox_id) == 1 &&
	       mailbox_clock_set(own, &change->mailbox_id, 1, change->at, error);
}

static gpointer change_vips(gpointer data)
{
	g_autoptr(Db) own = db_new(config);
	guint wrong = 0;

	(void)data;
	for (guint i = 0; i < CHANGES; i++) {
		VipChange change = {.mailbox_id = mailboxes[g_random_int_range(0, MAILBOXES)],
		        .vip = g_random_boolean()};
		wrong += !db_transaction(own, change_vip, &change, NULL);
		g_array_append_val(vip_changes, change);
	}
	return GUINT_TO_POINTER(wrong);
}

static gboolean was_vip(guint64 mailbox_id, guint64 at)
{
	gboolean vip = FALSE;

	for (guint i = 0; i < vip_changes->len; i++) {
		const VipChange *change = &g_array_index(vip_changes, VipChange, i);
		if (change->mailbox_id == mailbox_id && change->at <= at)
			vip = change->vip;
	}
	return vip;
}

static void test_race(void **state)
{
	GThread *threads[WRITERS + 3];
	guint count = 0;

	(void)state;
	for (guint i = 0; i < WRITERS; i++)
		threads[count++] = g_thread_new("mails", write_mails, GUINT_TO_POINTER(i));
	threads[count++] = g_thread_new("assign", change_assignments, GUINT_TO_POINTER(0));
	threads[count++] = g_thread_new("assign", change_assignments, GUINT_TO_POINTER(1));
	threads[count++] = g_thread_new("vip", change_vips, NULL);
	for (guint i = 0; i < count; i++)
		assert_int_equal(GPOINTER_TO_UINT(g_thread_join(threads[i])), 0);
}

/* Every flag as the history says. */
static void test_flags(void **state)
{
	guint vip = 0, all = 0;
	g_autoptr(DbRows) rows = db_query(db, NULL,
	        "SELECT entry_id, mailbox_id, protects FROM journal_mailbox WHERE entry_id > ?",
	        "u", first_entry);

	(void)state;
	for (; db_rows_next(rows); all++) {
		gboolean wanted = was_vip(db_rows_u64(rows, 1), db_rows_u64(rows, 0));
		assert_int_equal(db_rows_u64(rows, 2), wanted);
		vip += wanted;
	}
	assert_true(vip > 0 && vip < all);
}

/* The readers by the intervals, computed by the database from scratch, against those stored. */
static void test_readers(void **state)
{
	g_autofree char *wanted = g_strdup_printf(
	        "SELECT DISTINCT j.entry_id, a.user_id FROM journal_mailbox j JOIN assignment a"
	        " ON a.mailbox_id = j.mailbox_id AND a.assigned_at <= j.entry_id"
	        " AND (a.removed_at = 0 OR a.removed_at > j.entry_id)"
	        " WHERE j.reached = 1 AND j.entry_id > %" G_GUINT64_FORMAT,
	        first_entry);
	g_autofree char *stored = g_strdup_printf(
	        "SELECT entry_id, user_id FROM journal_reader WHERE topic = 0 AND user_id > 0"
	        " AND entry_id > %" G_GUINT64_FORMAT,
	        first_entry);
	g_autofree char *missing = g_strdup_printf(
	        "SELECT COUNT(*) FROM (%s) w LEFT JOIN (%s) s ON s.entry_id = w.entry_id"
	        " AND s.user_id = w.user_id WHERE s.user_id IS NULL",
	        wanted, stored);
	g_autofree char *extra = g_strdup_printf(
	        "SELECT COUNT(*) FROM (%s) s LEFT JOIN (%s) w ON w.entry_id = s.entry_id"
	        " AND w.user_id = s.user_id WHERE w.user_id IS NULL",
	        stored, wanted);
	g_autofree char *both = g_strdup_printf("SELECT COUNT(*) FROM (%s) s", stored);

	(void)state;
	assert_int_equal(office_number(db, missing), 0);
	assert_int_equal(office_number(db, extra), 0);
	assert_true(office_number(db, both) > WRITERS * MAILS);
}

/* A change of VIP by the page's own function moves the mailbox's clock on. */
static void test_update_moves_the_clock(void **state)
{
	g_autofree char *sql = g_strdup_printf(
	        "SELECT at FROM mailbox_clock WHERE mailbox_id = %" G_GUINT64_FORMAT, mailboxes[0]);
	guint64 before = office_number(db, sql);

	(void)state;
	office_vip(db, mailboxes[0], TRUE);
	office_vip(db, mailboxes[0], FALSE);
	assert_true(office_number(db, sql) > before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_race),
	        cmocka_unit_test(test_flags),
	        cmocka_unit_test(test_readers),
	        cmocka_unit_test(test_update_moves_the_clock),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
