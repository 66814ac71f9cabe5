/* test_forward_zone.c: the last day of a forward ends when it ends in the office's time zone,
 * wherever that goes, and with it all that leads over it; also what is saved at that moment. */
#include "tests/db/journal_office.h"

#include "lib/base/local_date.h"
#include "lib/base/local_time.h"
#include "lib/mailbox/forward.h"
#include "lib/mailbox/mail_list.h"
#include "lib/mailbox/setting_save.h"

#define SAVERS 4
#define ROUNDS 30

static Config *config;
static Db *db;
static char *domain;
static guint64 domain_id, target;
static const char *const zones[] = {
        "Asia/Tokyo", "Europe/Berlin", "Pacific/Kiritimati", "Pacific/Honolulu"};

static int setup(void **state)
{
	(void)state;
	config = db_test_config();
	db = db_new(config);
	domain_id = office_domain(db, &domain);
	target = office_mailbox(db, domain_id, "ziel");
	return 0;
}

static void set_zone(Db *own, const char *zone)
{
	for (gboolean saved = FALSE; !saved;) {
		g_autoptr(GError) error = NULL;
		g_autoptr(Setting) setting = setting_load(own, &error);
		assert_no_error(error);
		g_free(setting->timezone);
		setting->timezone = g_strdup(zone);
		saved = setting_save(own, &office_actor, setting, &error);
		assert_no_error(error);
	}
}

static int teardown(void **state)
{
	(void)state;
	set_zone(db, "Europe/Berlin");
	g_free(domain);
	db_free(db);
	config_free(config);
	return 0;
}

static void save_forward_until(Db *own, guint64 mailbox_id, const char *day, GError **error)
{
	g_autoptr(Forward) forward = forward_load(own, mailbox_id, error);
	g_autofree char *to = g_strconcat("ziel@", domain, NULL);

	if (forward == NULL)
		return;
	g_free(forward->ends_on);
	forward->ends_on = g_strdup(day);
	forward->keep_copy = FALSE;
	g_ptr_array_set_size(forward->to, 0);
	g_ptr_array_add(forward->to, g_steal_pointer(&to));
	forward_save(own, &office_actor, forward, error);
}

static guint64 end_in(const char *zone, const char *day)
{
	g_autoptr(GTimeZone) there = local_time_zone(zone);
	GDate date;

	assert_true(local_date_read(day, &date));
	g_date_add_days(&date, 1);
	return local_date_start(there, &date);
}

static guint64 number(guint64 id, const char *sql)
{
	g_autofree char *text = g_strdup_printf("%s%" G_GUINT64_FORMAT, sql, id);

	return office_number(db, text);
}

/* The forward, its own way, and the two ways of the list that names the mailbox. */
static void assert_ends(guint64 mailbox_id, guint64 list_id, guint64 ends_at)
{
	assert_int_equal(
	        number(mailbox_id, "SELECT ends_at FROM forward WHERE mailbox_id = "), ends_at);
	assert_int_equal(
	        number(mailbox_id,
	                "SELECT MAX(ends_at) FROM way WHERE list_id = 0 AND mailbox_id = "),
	        ends_at);
	if (list_id == 0)
		return;
	assert_int_equal(
	        number(list_id,
	                "SELECT COUNT(DISTINCT ends_at) FROM way WHERE delivers = 1 AND list_id = "),
	        2);
	assert_int_equal(number(list_id, "SELECT MAX(ends_at) FROM way WHERE list_id = "), ends_at);
	assert_int_equal(
	        number(list_id, "SELECT MAX(starts_at) FROM way WHERE list_id = "), ends_at);
}

/* Also from a zone to one that is a whole day earlier: no day is moved twice. */
static void test_follows(void **state)
{
	g_autoptr(GError) error = NULL;
	guint64 boxes[2], lists[2];

	(void)state;
	for (guint i = 0; i < G_N_ELEMENTS(boxes); i++) {
		g_autofree char *local = g_strdup_printf("fern%u", i);
		g_autofree char *address = g_strdup_printf("runde%u@%s", i, domain);
		boxes[i] = office_mailbox(db, domain_id, local);
		save_forward_until(db, boxes[i], i == 0 ? "2099-03-28" : "2099-03-29", &error);
		assert_no_error(error);
		mail_list_create(db, &office_actor, address, &lists[i], &error);
		assert_no_error(error);
		g_autoptr(MailList) list = mail_list_load(db, lists[i], &error);
		assert_no_error(error);
		g_ptr_array_add(list->members, g_strdup_printf("%s@%s", local, domain));
		mail_list_save(db, &office_actor, list, &error);
		assert_no_error(error);
	}
	for (guint i = 0; i < 2 * G_N_ELEMENTS(zones); i++) {
		const char *zone = zones[i % G_N_ELEMENTS(zones)];
		set_zone(db, zone);
		assert_ends(boxes[0], lists[0], end_in(zone, "2099-03-28"));
		assert_ends(boxes[1], lists[1], end_in(zone, "2099-03-29"));
	}
}

typedef struct {
	guint64 mailbox_id;
	char day[sizeof("2099-01-01")];
	guint saved;
} Saver;

static gpointer save_often(gpointer data)
{
	Saver *saver = data;
	g_autoptr(Db) own = db_new(config);

	for (guint i = 0; i < ROUNDS; i++) {
		g_autoptr(GError) error = NULL;
		g_snprintf(saver->day, sizeof(saver->day), "2099-01-%02u", i % 28 + 1);
		save_forward_until(own, saver->mailbox_id, saver->day, &error);
		saver->saved += error == NULL;
	}
	return NULL;
}

static gpointer move_often(gpointer data)
{
	g_autoptr(Db) own = db_new(config);

	(void)data;
	for (guint i = 0; i < ROUNDS; i++)
		set_zone(own, zones[i % G_N_ELEMENTS(zones)]);
	return NULL;
}

static void test_forward_race(void **state)
{
	Saver savers[SAVERS];
	GThread *threads[SAVERS];

	(void)state;
	for (guint i = 0; i < SAVERS; i++) {
		g_autofree char *local = g_strdup_printf("eilig%u", i);
		savers[i] = (Saver){.mailbox_id = office_mailbox(db, domain_id, local)};
		threads[i] = g_thread_new("save", save_often, &savers[i]);
	}
	GThread *mover = g_thread_new("move", move_often, NULL);
	for (guint i = 0; i < SAVERS; i++)
		g_thread_join(threads[i]);
	g_thread_join(mover);
	for (guint i = 0; i < SAVERS; i++) {
		assert_int_equal(savers[i].saved, ROUNDS);
		assert_ends(savers[i].mailbox_id, 0,
		        end_in(zones[(ROUNDS - 1) % G_N_ELEMENTS(zones)], savers[i].day));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_follows),
	        cmocka_unit_test(test_forward_race),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
