/* test_absence_period.c: another time zone moves the periods of all absence notes, in steps: no
 * mail waits for it, a crash in the middle loses nothing, and notes saved meanwhile are right.
 */
#include "lib/office/absence_period.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/db/journal_office.h"

#include "lib/base/local_date.h"
#include "lib/mailbox/absence.h"
#include "lib/mailbox/setting_save.h"

#define NOTES 250
#define HELD 150 /* the note whose row somebody holds in the middle */

static Config *config, *milter_config;
static Db *db, *watch;
static char *domain;
static guint64 domain_id, notes[NOTES];

static void save_note(
        Db *own, guint64 mailbox_id, const char *starts_on, const char *ends_on, GError **error)
{
	g_autoptr(Absence) note = absence_load(own, mailbox_id, error);

	if (note == NULL)
		return;
	g_free(note->starts_on);
	g_free(note->ends_on);
	note->starts_on = g_strdup(starts_on);
	note->ends_on = g_strdup(ends_on);
	absence_save(own, &office_actor, note, error);
}

static void set_zone(Db *own, const char *zone)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Setting) setting = setting_load(own, &error);

	assert_no_error(error);
	g_free(setting->timezone);
	setting->timezone = g_strdup(zone);
	setting_save(own, &office_actor, setting, &error);
	assert_no_error(error);
}

static int setup(void **state)
{
	g_autoptr(GError) error = NULL;

	(void)state;
	config = db_test_config();
	milter_config = office_config(config, "MILTER");
	db = db_new(config);
	watch = db_new(config);
	domain_id = office_domain(db, &domain);
	for (guint i = 0; i < NOTES; i++) {
		g_autofree char *address = g_strdup_printf("n%u@%s", i, domain);
		db_execute(db, &error,
		        "INSERT INTO mailbox (domain_id, address, email_name, name_sort, created_at)"
		        " VALUES (?, ?, '', '', 1)",
		        "ua", domain_id, address);
		assert_no_error(error);
		notes[i] = db_insert_id(db);
		db_execute(db, &error,
		        "INSERT INTO absence (mailbox_id, version, body, starts_on, ends_on)"
		        " VALUES (?, 2, '', IF(? = 1, NULL, '2026-03-29'), IF(? = 2, NULL, '2026-03-30'))",
		        "uuu", notes[i], (guint64)i % 3, (guint64)i % 3);
		assert_no_error(error);
	}
	set_zone(db, "UTC");
	set_zone(db, "Europe/Berlin");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	g_free(domain);
	db_free(watch);
	db_free(db);
	office_config_free(milter_config);
	config_free(config);
	return 0;
}

static guint64 instant(GTimeZone *zone, const char *day, guint days)
{
	GDate date;

	if (!local_date_read(day, &date))
		return 0;
	g_date_add_days(&date, days);
	return local_date_start(zone, &date);
}

/* How many notes have the instants of that zone. */
static guint right_in(const char *name)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(name);
	g_autoptr(DbRows) rows = db_query(watch, &error,
	        "SELECT COALESCE(starts_on, ''), COALESCE(ends_on, ''), starts_at, ends_at"
	        "  FROM absence",
	        "");
	guint right = 0;

	assert_no_error(error);
	while (db_rows_next(rows))
		right += db_rows_u64(rows, 2) == instant(zone, db_rows_text(rows, 0), 0) &&
		         db_rows_u64(rows, 3) == instant(zone, db_rows_text(rows, 1), 1);
	return right;
}

static guint all_notes(void)
{
	return (guint)office_number(watch, "SELECT COUNT(*) FROM absence");
}

/* Somebody holds a row in the middle while the zone is changed, and does something then. */
typedef struct {
	const char *zone;
	void (*meanwhile)(Db *own, gpointer data); /* within the transaction that holds the row */
	gpointer data;
	gboolean saw_step; /* some notes were right in the new zone by then */
	guint right;
} Held;

static gboolean hold(Db *own, gpointer data, GError **error)
{
	Held *held = data;
	g_autoptr(DbRows) rows = db_query(own, error,
	        "SELECT 1 FROM absence WHERE mailbox_id = ? FOR UPDATE", "u", notes[HELD]);

	if (rows == NULL)
		return FALSE;
	held->meanwhile(own, held);
	return TRUE;
}

/* Waits until the change of the zone has come to the row that is held. */
static void await_step(Held *held)
{
	for (guint i = 0; i < 1000 && !held->saw_step; i++) {
		held->right = right_in(held->zone);
		held->saw_step = held->right > 0;
		g_usleep(10000);
	}
}

static gpointer change_zone(gpointer data)
{
	const Held *held = data;
	g_autoptr(Db) own = db_new(config);

	set_zone(own, held->zone);
	return NULL;
}

/* ---- mails ---- */

typedef struct {
	GThread *changer;
	gboolean written;
	GError *error;
} Mail;

static void write_mail(Db *own, gpointer data)
{
	(void)own;
	Held *held = data;
	Mail *result = held->data;
	g_autoptr(Db) milter = db_new(milter_config);
	g_autofree char *to = g_strdup_printf("leser@%s", domain);
	const char *recipients[] = {to};
	JournalMail mail = {.service = JOURNAL_OUTSIDE,
	        .key = "while-the-zone-changes",
	        .recipients = recipients,
	        .n_recipients = 1};

	result->changer = g_thread_new("zone", change_zone, held);
	await_step(held);
	result->written = journal_write(milter, &mail, NULL, NULL, &result->error);
}

static void test_mail_does_not_wait(void **state)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Db) holder = db_new(config);
	Mail mail = {0};
	Held held = {.zone = "Asia/Tokyo", .meanwhile = write_mail, .data = &mail};

	(void)state;
	office_mailbox(db, domain_id, "leser");
	db_transaction(holder, hold, &held, &error);
	g_thread_join(mail.changer);
	assert_no_error(error);
	assert_no_error(mail.error);
	assert_true(mail.written);
	assert_true(held.saw_step);
	assert_true(held.right < all_notes());
	assert_int_equal(right_in("Asia/Tokyo"), all_notes());
}

/* ---- a crash in the middle ---- */

static void kill_changer(Db *own, gpointer data)
{
	(void)own;
	Held *held = data;
	pid_t child = fork();

	if (child == 0) {
		change_zone(held);
		_exit(0);
	}
	await_step(held);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

static void test_crash(void **state)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Db) holder = db_new(config);
	Held held = {.zone = "America/New_York", .meanwhile = kill_changer};
	const char *tasks = "SELECT COUNT(*) FROM task WHERE kind = 'periods' AND done_at = 0";
	guint64 before = office_number(watch, tasks);

	(void)state;
	db_transaction(holder, hold, &held, &error);
	assert_no_error(error);
	assert_true(held.saw_step);
	assert_true(right_in("America/New_York") < all_notes());
	/* The agent is asked to go on. */
	assert_int_equal(office_number(watch, tasks), before + 1);
	for (guint i = 0; i < 2; i++) {
		absence_period_recompute(db, &error);
		assert_no_error(error);
		assert_int_equal(right_in("America/New_York"), all_notes());
	}
}

/* ---- notes saved at the same time ---- */

/* Other days for the note whose row is held, by whoever holds it. */
static void save_other_days(Db *own, gpointer data)
{
	Held *held = data;
	GThread **changer = held->data;
	g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(held->zone);

	*changer = g_thread_new("zone", change_zone, held);
	await_step(held);
	db_execute(own, NULL,
	        "UPDATE absence SET starts_on = '2026-06-01', ends_on = NULL, starts_at = ?,"
	        " ends_at = 0 WHERE mailbox_id = ?",
	        "uu", instant(zone, "2026-06-01", 0), notes[HELD]);
}

/* The step had read the days before. */
static void test_other_days(void **state)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Db) holder = db_new(config);
	GThread *changer = NULL;
	Held held = {.zone = "Asia/Tokyo", .meanwhile = save_other_days, .data = &changer};

	(void)state;
	db_transaction(holder, hold, &held, &error);
	g_thread_join(changer);
	assert_no_error(error);
	assert_true(held.saw_step);
	assert_int_equal(right_in("Asia/Tokyo"), all_notes());
}

static gpointer save_notes(gpointer data)
{
	const guint64 *mailbox_id = data;
	g_autoptr(Db) own = db_new(config);
	guint saved = 0;

	for (guint i = 0; i < 60; i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *day = g_strdup_printf("2026-04-%02u", 1 + i % 28);
		save_note(own, *mailbox_id, day, i % 4 == 0 ? "" : day, &error);
		saved += error == NULL;
		if (error != NULL)
			g_printerr("save: %s\n", error->message);
	}
	return GUINT_TO_POINTER(saved);
}

static void test_saved_meanwhile(void **state)
{
	static const char *const zones[] = {"Asia/Tokyo", "Europe/Berlin", "America/New_York"};
	guint64 ids[3];
	GThread *threads[G_N_ELEMENTS(ids)];

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(ids); i++) {
		g_autofree char *local = g_strdup_printf("jetzt%zu", i);
		ids[i] = office_mailbox(db, domain_id, local);
		threads[i] = g_thread_new("save", save_notes, &ids[i]);
	}
	for (guint i = 0; i < 12; i++)
		set_zone(db, zones[i % G_N_ELEMENTS(zones)]);
	for (gsize i = 0; i < G_N_ELEMENTS(ids); i++)
		assert_int_equal(GPOINTER_TO_UINT(g_thread_join(threads[i])), 60);
	assert_int_equal(right_in(zones[11 % G_N_ELEMENTS(zones)]), all_notes());
}

/* Nodes of a cluster hear of rows that are written, not of locks: each saved note writes one that a
 * change of the zone writes too. */
static void test_both_write_a_row(void **state)
{
	static const char guards[] = "SELECT SUM(value) FROM guard WHERE name LIKE 'zone%'";
	g_autoptr(GError) error = NULL;

	(void)state;
	set_zone(db, "Asia/Tokyo");
	for (guint i = 0; i < 9; i++) {
		g_autofree char *local = g_strdup_printf("anderswo%u", i);
		guint64 before = office_number(watch, guards);
		save_note(db, office_mailbox(db, domain_id, local), "2026-05-01", "", &error);
		assert_no_error(error);
		assert_int_equal(office_number(watch, guards), before + 1);
	}
	guint64 least =
	        office_number(watch, "SELECT MIN(value) FROM guard WHERE name LIKE 'zone%'");
	set_zone(db, "Europe/Berlin");
	assert_true(office_number(watch, "SELECT MIN(value) FROM guard WHERE name LIKE 'zone%'") >
	            least);
	assert_int_equal(right_in("Europe/Berlin"), all_notes());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_mail_does_not_wait),
	        cmocka_unit_test(test_crash),
	        cmocka_unit_test(test_other_days),
	        cmocka_unit_test(test_saved_meanwhile),
	        cmocka_unit_test(test_both_write_a_row),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
