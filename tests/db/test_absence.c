/* test_absence.c: absence notes saved and refused, their scripts, and what the mail servers see. */
#include "tests/db/absence_office.h"

#include "lib/mailbox/absence_script.h"
#include "lib/mailbox/alias.h"
#include "lib/mailbox/mailbox_delete.h"
#include "lib/mailbox/setting_save.h"

static void test_save(void **state)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Mailbox) mailbox = new_mailbox("save");

	(void)state;
	g_autoptr(Absence) none = absence_load(db, mailbox->id, &error);
	assert_int_equal(none->version, 1);
	assert_false(none->active);
	assert_string_equal(none->subject, "");
	assert_string_equal(none->starts_on, "");
	assert_false(answers(mailbox->address));

	const char *subject = "Gr\u00fc\u00dfe \U0001F600 \"'\\",
	           *body = "Zeile 1\n.\n\n\tEnde \\ \"\n";
	g_autoptr(Absence) wanted =
	        typed_note(mailbox->id, 1, TRUE, subject, body, "2026-01-01", "2026-03-29");
	assert_true(absence_save(db, &actor, wanted, &error));
	g_autoptr(Absence) saved = absence_load(db, mailbox->id, &error);
	assert_int_equal(saved->version, 2);
	assert_true(saved->active);
	assert_string_equal(saved->subject, subject);
	assert_string_equal(saved->body, body);
	assert_string_equal(saved->starts_on, "2026-01-01");
	assert_string_equal(saved->ends_on, "2026-03-29");
	/* The last day has 23 hours. */
	assert_int_equal(saved->starts_at, G_GUINT64_CONSTANT(1767222000000000));
	assert_int_equal(saved->ends_at, G_GUINT64_CONSTANT(1774821600000000));

	/* The form that was opened before: a conflict, also when it was the first one. */
	assert_false(absence_save(db, &actor, wanted, &error));
	assert_true(g_error_matches(error, PS_ERROR, PS_ERROR_CONFLICT));
	g_clear_error(&error);
	wanted->version = 0;
	assert_false(absence_save(db, &actor, wanted, &error));
	assert_true(g_error_matches(error, PS_ERROR, PS_ERROR_CONFLICT));
	g_clear_error(&error);
	wanted->mailbox_id = 999999999;
	assert_false(absence_save(db, &actor, wanted, &error));
	assert_true(g_error_matches(error, PS_ERROR, PS_ERROR_NOT_FOUND));
	g_clear_error(&error);

	g_autoptr(DbRows) rows = db_query(db, &error,
	        "SELECT COUNT(*), SUM(action = 'absence.changed') FROM change_log"
	        " WHERE mailbox_id = ? AND field IN ('absence', 'subject', 'body', 'starts_on', 'ends_on')",
	        "u", mailbox->id);
	assert_true(db_rows_next(rows));
	assert_int_equal(db_rows_u64(rows, 0), 5);
	assert_int_equal(db_rows_u64(rows, 1), 5);
	assert_list_right();
}

static void refused(guint64 mailbox_id, gboolean active, const char *body, const char *starts_on,
        const char *ends_on, const char *field, const char *reason)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Absence) wanted = typed_note(mailbox_id, 1, active, "", body, starts_on, ends_on);

	assert_false(absence_save(db, &actor, wanted, &error));
	assert_string_equal(ps_error_field(error), field);
	assert_string_equal(ps_error_reason(error), reason);
}

static void test_refused(void **state)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Mailbox) mailbox = new_mailbox("refused");
	g_autofree char *huge = g_strnfill(1024 * 1024, 'x');

	(void)state;
	refused(mailbox->id, TRUE, "x", "2026-03-02", "2026-03-01", "ends_on", "before_start");
	refused(mailbox->id, TRUE, "x", "2026-02-29", "", "starts_on", "date");
	refused(mailbox->id, TRUE, "x", "", "2026-04-31", "ends_on", "date");
	refused(mailbox->id, FALSE, "x", "x", "", "starts_on", "date");
	refused(mailbox->id, TRUE, "", "", "", "body", "empty");
	refused(mailbox->id, TRUE, " \n\t\n", "", "", "body", "empty");
	refused(mailbox->id, TRUE, huge, "", "", "body", "too_long");
	g_autoptr(Absence) note = absence_load(db, mailbox->id, &error);
	assert_int_equal(note->version, 1);
}

/* The memory of whom a note answered begins anew when it is switched off or its period changes. */
static void test_generations(void **state)
{
	g_autoptr(Mailbox) mailbox = new_mailbox("generations");
	static const struct {
		gboolean active;
		const char *starts_on, *ends_on;
		guint64 generation;
	} steps[] = {
	        {TRUE, "", "", 1},
	        {TRUE, "", "", 1},
	        {FALSE, "", "", 2},
	        {FALSE, "", "", 2},
	        {TRUE, "", "", 2},
	        {TRUE, "2026-01-01", "", 3},
	        {TRUE, "2026-01-01", "2026-12-31", 4},
	        {TRUE, "2026-01-01", "2026-12-31", 4},
	        {FALSE, "2026-01-01", "2026-12-30", 5},
	        {TRUE, "2026-01-01", "2026-12-30", 5},
	};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
		g_autoptr(Absence) saved =
		        save(mailbox->id, steps[i].active, steps[i].starts_on, steps[i].ends_on);
		assert_int_equal(saved->generation, steps[i].generation);
	}
}

/* Who answers: switched on, within the period, of a mailbox and domain that take mail. */
static void test_view(void **state)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Mailbox) mailbox = new_mailbox("view");
	g_autofree char *alias = g_strconcat("view.auch@", domain, NULL);
	static const struct {
		gboolean active;
		const char *starts_on, *ends_on;
		gboolean answers;
	} periods[] = {
	        {TRUE, "", "", TRUE},
	        {TRUE, "2020-01-01", "", TRUE},
	        {TRUE, "", "9998-12-31", TRUE},
	        {TRUE, "2020-01-01", "9998-12-31", TRUE},
	        {TRUE, "9000-01-01", "", FALSE},
	        {TRUE, "", "2020-01-01", FALSE},
	        {TRUE, "2020-01-01", "2020-12-31", FALSE},
	        {FALSE, "2020-01-01", "9998-12-31", FALSE},
	};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(periods); i++) {
		g_autoptr(Absence) saved = save(
		        mailbox->id, periods[i].active, periods[i].starts_on, periods[i].ends_on);
		assert_int_equal(answers(mailbox->address), periods[i].answers);
	}
	g_autoptr(Absence) on = save(mailbox->id, TRUE, "", "");
	alias_add(db, &actor, mailbox->id, alias, &error);
	assert_no_error(error);
	assert_false(answers(alias)); /* mail is delivered to the mailbox's own address */

	g_autoptr(Mailbox) now = mailbox_load(db, mailbox->id, &error);
	assert_true(now->absent);
	now->active = FALSE;
	assert_true(mailbox_update(db, &actor, now, &error));
	assert_false(answers(mailbox->address));
	now->version++;
	now->active = TRUE;
	assert_true(mailbox_update(db, &actor, now, &error));
	assert_true(answers(mailbox->address));
	g_autoptr(Domain) loaded = domain_load(db, domain_id, &error);
	assert_true(domain_set_active(db, &actor, domain_id, loaded->version, FALSE, &error));
	assert_false(answers(mailbox->address));
	assert_true(domain_set_active(db, &actor, domain_id, loaded->version + 1, TRUE, &error));
	assert_true(answers(mailbox->address));
	assert_list_right();
	assert_true(mailbox_delete(db, &actor, mailbox->id, now->version + 1, &error));
	assert_false(answers(mailbox->address));
	assert_list_right();
	g_autoptr(Absence) wanted = typed_note(mailbox->id, on->version, FALSE, "", "", "", "");
	assert_false(absence_save(db, &actor, wanted, &error));
	assert_true(g_error_matches(error, PS_ERROR, PS_ERROR_NOT_FOUND));
	g_clear_error(&error);
	assert_true(mailbox_restore(db, &actor, mailbox->id, now->version + 2, &error));
	assert_true(answers(mailbox->address));
	assert_list_right();
}

/* The script knows the further addresses, whenever they come and go; its id is of its text. */
static void test_aliases(void **state)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Mailbox) mailbox = new_mailbox("aliases");
	g_autofree char *before = g_strconcat("vorher@", domain, NULL);
	g_autofree char *later = g_strconcat("nachher@", domain, NULL);

	(void)state;
	alias_add(db, &actor, mailbox->id, before, &error);
	assert_no_error(error);
	g_autoptr(Absence) off = save(mailbox->id, FALSE, "", "");
	g_autoptr(Absence) on = save(mailbox->id, TRUE, "", "");
	g_autofree char *first = script_of(mailbox->address);
	assert_non_null(strstr(first, before));
	assert_null(strstr(first, later));
	alias_add(db, &actor, mailbox->id, later, &error);
	assert_no_error(error);
	g_autofree char *second = script_of(mailbox->address);
	assert_non_null(strstr(second, later));
	g_autoptr(GPtrArray) aliases = mailbox_aliases(db, mailbox->id, &error);
	assert_int_equal(aliases->len, 2);
	for (guint i = 0; i < aliases->len; i++)
		assert_true(alias_remove(db, &actor, mailbox->id,
		        ((const MailboxAlias *)aliases->pdata[i])->id, &error));
	g_autofree char *third = script_of(mailbox->address);
	assert_null(strstr(third, later));
	assert_null(strstr(third, before));
	/* What changed the script is no edit of the note. */
	g_autoptr(Absence) note = absence_load(db, mailbox->id, &error);
	assert_int_equal(note->version, on->version);
	g_autoptr(DbRows) rows = db_query(db, &error,
	        "SELECT script, script_id FROM absence WHERE mailbox_id = ?", "u", mailbox->id);
	assert_no_error(error);
	assert_true(db_rows_next(rows));
	g_autofree char *id = absence_script_id(db_rows_text(rows, 0));
	assert_string_equal(db_rows_text(rows, 1), id);
}

static void assert_remade(const char *address, const char *wanted, const char *domain_name)
{
	g_autofree char *script = script_of(address);

	assert_non_null(script);
	assert_non_null(strstr(script, wanted));
	assert_non_null(strstr(script, domain_name));
}

/* A new domain asks for it; deleted mailboxes, which may be restored, have right scripts too. */
static void test_remake(void **state)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Mailbox) mailbox = new_mailbox("remake"), deleted = new_mailbox("remake.deleted"),
	                   off = new_mailbox("remake.off");
	g_autofree char *later = g_strdup_printf("spaeter-%x.example", g_random_int());
	const Mailbox *with[] = {mailbox, deleted};
	guint64 later_id = 0;

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(with); i++) {
		Absence wanted = {.mailbox_id = with[i]->id,
		        .version = 1,
		        .active = TRUE,
		        .subject = (char[]){""},
		        .body = (char[]){"An alle"},
		        .internal = TRUE,
		        .internal_body = (char[]){"An Kollegen"},
		        .starts_on = (char[]){""},
		        .ends_on = (char[]){""}};
		assert_true(absence_save(db, &actor, &wanted, &error));
		assert_remade(with[i]->address, "An Kollegen", domain);
	}
	g_autoptr(Absence) none = save(off->id, FALSE, "", "");
	assert_true(mailbox_delete(db, &actor, deleted->id, deleted->version, &error));
	assert_true(db_execute(db, &error, "UPDATE task SET done_at = 1 WHERE kind = ?", "a",
	                    DOMAIN_SCRIPTS) >= 0);
	domain_create(db, &actor, later, &later_id, &error);
	assert_no_error(error);
	g_autoptr(DbRows) tasks = db_query(db, &error,
	        "SELECT 1 FROM task WHERE kind = ? AND done_at = 0", "a", DOMAIN_SCRIPTS);
	assert_true(db_rows_next(tasks));
	assert_true(absence_remake_all(db, &error));
	assert_no_error(error);
	assert_remade(mailbox->address, "An Kollegen", later);
	assert_true(mailbox_restore(db, &actor, deleted->id, deleted->version + 1, &error));
	assert_remade(deleted->address, "An Kollegen", later);
	assert_false(answers(off->address));
	g_autoptr(Absence) note = absence_load(db, mailbox->id, &error);
	assert_int_equal(note->version, 2);
	assert_int_equal(note->generation, 1);
	assert_string_equal(note->internal_body, "An Kollegen");
	assert_true(note->internal);
}

static void set_zone(const char *zone)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Setting) setting = setting_load(db, &error);

	assert_no_error(error);
	g_free(setting->timezone);
	setting->timezone = g_strdup(zone);
	setting_save(db, &actor, setting, &error);
	assert_no_error(error);
}

static void test_recompute(void **state)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Mailbox) mailbox = new_mailbox("zone"), open = new_mailbox("zone.open");
	g_autoptr(Absence) berlin = save(mailbox->id, TRUE, "2026-03-29", "2026-03-29");
	g_autoptr(Absence) from = save(open->id, TRUE, "", "2026-03-29");
	guint64 hour = G_GUINT64_CONSTANT(3600000000);

	(void)state;
	assert_int_equal(berlin->ends_at - berlin->starts_at, 23 * hour);
	set_zone("Asia/Tokyo");
	g_autoptr(Absence) tokyo = absence_load(db, mailbox->id, &error);
	assert_int_equal(tokyo->ends_at - tokyo->starts_at, 24 * hour);
	assert_int_equal(berlin->starts_at - tokyo->starts_at, 8 * hour);
	assert_int_equal(tokyo->generation, berlin->generation);
	assert_int_equal(tokyo->version, berlin->version);
	g_autoptr(Absence) open_tokyo = absence_load(db, open->id, &error);
	assert_int_equal(open_tokyo->starts_at, 0);
	assert_int_equal(open_tokyo->ends_at, tokyo->ends_at);
	set_zone("Europe/Berlin");
	g_autoptr(Absence) back = absence_load(db, mailbox->id, &error);
	assert_int_equal(back->starts_at, berlin->starts_at);
	assert_int_equal(back->ends_at, berlin->ends_at);
}

static void test_states(void **state)
{
	(void)state;
	assert_int_equal(absence_state(FALSE, 0, 0, 50), ABSENCE_OFF);
	assert_int_equal(absence_state(TRUE, 0, 0, 50), ABSENCE_ON);
	assert_int_equal(absence_state(TRUE, 51, 0, 50), ABSENCE_PLANNED);
	assert_int_equal(absence_state(TRUE, 50, 51, 50), ABSENCE_ON);
	assert_int_equal(absence_state(TRUE, 10, 50, 50), ABSENCE_OVER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_save),
	        cmocka_unit_test(test_refused),
	        cmocka_unit_test(test_generations),
	        cmocka_unit_test(test_view),
	        cmocka_unit_test(test_aliases),
	        cmocka_unit_test(test_remake),
	        cmocka_unit_test(test_recompute),
	        cmocka_unit_test(test_states),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
