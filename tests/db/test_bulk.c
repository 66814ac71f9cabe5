/* test_bulk.c: many mailboxes changed at once: only what was seen, whole mailboxes, and whatever
 * cuts a step off. */
#include "tests/db/assignment_office.h"

#include "lib/mailbox/absence.h"
#include "lib/mailbox/bulk_step.h"
#include "lib/mailbox/mailbox_delete.h"
#include "lib/mailbox/mailbox_hits.h"

#define WHOLE (60 * G_USEC_PER_SEC)

static const char SQL_ACTIVE[] = "SELECT active FROM mailbox WHERE id = ?";
static const char SQL_LOGGED[] = "SELECT COUNT(*) FROM change_log WHERE mailbox_id = ?";

static GArray *numbers(guint count, const guint64 *values)
{
	GArray *list = g_array_new(FALSE, FALSE, sizeof(guint64));

	g_array_append_vals(list, values, count);
	return list;
}

static guint64 prepare(BulkAction action, guint count, const guint64 *mailboxes, guint users,
        const guint64 *user_ids, guint64 quota_mb, char **token)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GArray) boxes = numbers(count, mailboxes);
	g_autoptr(GArray) people = numbers(users, user_ids);
	const BulkRequest request = {
	        .action = action, .mailboxes = boxes, .users = people, .quota_mb = quota_mb};
	guint64 id = 0;

	bulk_prepare(db, &admin, &request, &id, token, &error);
	assert_no_error(error);
	return id;
}

static void begin(const char *token, guint64 id)
{
	g_autoptr(GError) error = NULL;
	guint64 begun = 0;

	bulk_begin(db, &admin, token, &begun, &error);
	assert_no_error(error);
	assert_int_equal(begun, id);
}

static void step(guint64 id, gint64 budget)
{
	g_autoptr(GError) error = NULL;

	bulk_step(db, id, BULK_FROM_FIRST, budget, &error);
	assert_no_error(error);
}

static void assert_counts(guint64 id, guint waits, guint done, guint left, guint unfit)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(BulkRun) run = bulk_load(db, id, &error);

	assert_no_error(error);
	assert_int_equal(run->counts[BULK_WAITS], waits);
	assert_int_equal(run->counts[BULK_DONE], done);
	assert_int_equal(run->counts[BULK_LEFT], left);
	assert_int_equal(run->counts[BULK_UNFIT], unfit);
	assert_int_equal(run->ended_at != 0, waits == 0 && run->began_at != 0);
}

static void assert_reason(guint64 id, BulkState state, guint64 mailbox, const char *reason)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *after = g_strdup_printf("%" G_GUINT64_FORMAT, mailbox - 1);
	g_autoptr(ListPage) page = bulk_rows(db, id, state, &(ListAt){after, ""}, &error);

	assert_no_error(error);
	assert_true(page->rows->len > 0);
	const BulkRow *row = page->rows->pdata[0];
	assert_int_equal(row->mailbox_id, mailbox);
	assert_string_equal(row->reason, reason);
}

static void delete_now(guint64 id)
{
	g_autoptr(GError) error = NULL;

	mailbox_delete(db, &admin, id, number(SQL_VERSION, id), &error);
	assert_no_error(error);
}

/* Nothing happens before somebody says yes; a step at a time; a second yes is none. */
static void test_steps(void **state)
{
	guint64 boxes[] = {new_mailbox(), new_mailbox(), new_mailbox(), new_mailbox()};
	g_autofree char *token = NULL;
	(void)state;

	delete_now(boxes[3]);
	guint64 id = prepare(BULK_DEACTIVATE, 4, boxes, 0, NULL, 0, &token);
	assert_reason(id, BULK_UNFIT, boxes[3], "deleted");
	step(id, WHOLE);
	assert_counts(id, 3, 0, 0, 1);
	begin(token, id);
	step(id, 0);
	assert_counts(id, 2, 1, 0, 1);
	assert_int_equal(number(SQL_ACTIVE, boxes[0]), 0);
	assert_int_equal(number(SQL_ACTIVE, boxes[1]), 1);
	step(id, WHOLE);
	assert_counts(id, 0, 3, 0, 1);
	guint64 logged = number(SQL_LOGGED, boxes[0]);
	begin(token, id);
	step(id, WHOLE);
	assert_counts(id, 0, 3, 0, 1);
	assert_int_equal(number(SQL_LOGGED, boxes[0]), logged);
	assert_int_equal(number(SQL_ACTIVE, boxes[2]), 0);
}

/* From the other end, and which run is next; of two who step at once each has its mailboxes. */
static void test_ends(void **state)
{
	g_autoptr(GError) error = NULL;
	guint64 boxes[] = {new_mailbox(), new_mailbox(), new_mailbox()}, next = 0;
	g_autofree char *one = NULL, *two = NULL, *three = NULL;
	(void)state;

	guint64 first = prepare(BULK_DEACTIVATE, 3, boxes, 0, NULL, 0, &one);
	guint64 never = prepare(BULK_DEACTIVATE, 3, boxes, 0, NULL, 0, &two);
	guint64 second = prepare(BULK_QUOTA, 3, boxes, 0, NULL, 9, &three);
	begin(three, second);
	begin(one, first);
	assert_true(bulk_next_run(db, 0, &next, &error) && next == first);
	assert_true(bulk_next_run(db, first, &next, &error) && next == second && never < second);
	assert_true(bulk_next_run(db, second, &next, &error) && next == 0);
	assert_true(bulk_step(db, first, BULK_FROM_LAST, 0, &error));
	assert_int_equal(number(SQL_ACTIVE, boxes[0]), 1);
	assert_int_equal(number(SQL_ACTIVE, boxes[2]), 0);
	step(first, 0);
	assert_int_equal(number(SQL_ACTIVE, boxes[0]), 0);
	assert_true(bulk_step(db, first, BULK_FROM_LAST, WHOLE, &error));
	assert_counts(first, 0, 3, 0, 0);
	step(second, WHOLE);
	assert_true(bulk_next_run(db, 0, &next, &error) && next == 0);
}

static void test_not_mine(void **state)
{
	g_autoptr(GError) error = NULL;
	guint64 box = new_mailbox(), begun = 0;
	g_autofree char *token = NULL;
	const Actor other = {other_id, "kollege"};
	(void)state;

	prepare(BULK_DELETE, 1, &box, 0, NULL, 0, &token);
	assert_false(bulk_begin(db, &other, token, &begun, &error));
	assert_true(g_error_matches(error, PS_ERROR, PS_ERROR_NOT_FOUND));
	g_clear_error(&error);
	assert_false(bulk_begin(db, &admin, "nix", &begun, &error));
	assert_true(g_error_matches(error, PS_ERROR, PS_ERROR_NOT_FOUND));
}

/* What somebody changed since is left, and named. */
static void test_changed_since(void **state)
{
	guint64 boxes[] = {new_mailbox(), new_mailbox(), new_mailbox()};
	g_autofree char *off = NULL, *people = NULL, *gone = NULL;
	(void)state;

	assign(boxes[2], other_id);
	guint64 one = prepare(BULK_DEACTIVATE, 2, boxes, 0, NULL, 0, &off);
	guint64 two = prepare(BULK_ASSIGN, 3, boxes, 1, &staff_id, 0, &people);
	guint64 three = prepare(BULK_DELETE, 3, boxes, 0, NULL, 0, &gone);
	set_vip(boxes[0], TRUE);
	end(boxes[2], other_id, FALSE);
	begin(off, one);
	step(one, WHOLE);
	assert_counts(one, 0, 1, 1, 0);
	assert_reason(one, BULK_LEFT, boxes[0], "changed");
	assert_int_equal(number(SQL_ACTIVE, boxes[0]), 1);
	begin(people, two);
	step(two, WHOLE);
	assert_counts(two, 0, 0, 3, 0);
	begin(gone, three);
	step(three, WHOLE);
	/* An assignment isn't a change of what is deleted. */
	assert_counts(three, 0, 1, 2, 0);
}

static guint assigned_count(guint64 mailbox)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) users = mailbox_users(db, mailbox, &error);

	assert_no_error(error);
	return users->len;
}

/* Several users: all of them or, where one can't be, none. */
static void test_users(void **state)
{
	guint64 boxes[] = {new_mailbox(), new_mailbox()};
	guint64 fresh = new_user("kurz", USER_STAFF);
	const guint64 people[] = {staff_id, other_id}, late[] = {admin_id, fresh};
	g_autofree char *add = NULL, *half = NULL, *take = NULL;
	(void)state;

	assign(boxes[0], staff_id);
	guint64 one = prepare(BULK_ASSIGN, 2, boxes, 2, people, 0, &add);
	begin(add, one);
	step(one, WHOLE);
	assert_counts(one, 0, 2, 0, 0);
	assert_int_equal(assigned_count(boxes[0]), 2);
	assert_int_equal(assigned_count(boxes[1]), 2);
	guint64 two = prepare(BULK_ASSIGN, 2, boxes, 2, late, 0, &half);
	begin(half, two);
	set_active(fresh, FALSE);
	step(two, WHOLE);
	assert_counts(two, 0, 0, 2, 0);
	assert_reason(two, BULK_LEFT, boxes[0], "inactive");
	assert_int_equal(assigned_count(boxes[0]), 2);
	guint64 three = prepare(BULK_REMOVE, 2, boxes, 1, &staff_id, 0, &take);
	begin(take, three);
	step(three, WHOLE);
	assert_counts(three, 0, 2, 0, 0);
	assert_int_equal(assigned_count(boxes[1]), 1);
}

static void test_quota_note_delete(void **state)
{
	g_autoptr(GError) error = NULL;
	guint64 boxes[] = {new_mailbox(), new_mailbox()};
	g_autofree char *quota = NULL, *note = NULL, *gone = NULL;
	(void)state;

	g_autoptr(Absence) wanted = absence_load(db, boxes[1], &error);
	assert_no_error(error);
	wanted->active = TRUE;
	g_free(wanted->body);
	wanted->body = g_strdup("Bin weg.");
	absence_save(db, &admin, wanted, &error);
	assert_no_error(error);
	guint64 one = prepare(BULK_QUOTA, 2, boxes, 0, NULL, 700, &quota);
	begin(quota, one);
	step(one, WHOLE);
	assert_int_equal(number("SELECT quota_mb FROM mailbox WHERE id = ?", boxes[1]), 700);
	guint64 two = prepare(BULK_ABSENCE_OFF, 2, boxes, 0, NULL, 0, &note);
	assert_reason(two, BULK_UNFIT, boxes[0], "same");
	begin(note, two);
	step(two, WHOLE);
	assert_counts(two, 0, 1, 0, 1);
	g_autoptr(Absence) now = absence_load(db, boxes[1], &error);
	assert_false(now->active);
	assert_string_equal(now->body, "Bin weg.");
	guint64 three = prepare(BULK_DELETE, 2, boxes, 0, NULL, 0, &gone);
	begin(gone, three);
	step(three, WHOLE);
	assert_counts(three, 0, 2, 0, 0);
	assert_int_equal(number("SELECT deleted FROM mailbox WHERE id = ?", boxes[0]), 1);
}

/* Who said yes is no administrator any more: nothing more is done. */
static void test_actor(void **state)
{
	g_autoptr(GError) error = NULL;
	guint64 boxes[] = {new_mailbox(), new_mailbox()}, id = 0;
	const Actor short_lived = {new_user("kurzchef", USER_ADMIN), "kurzchef"};
	g_autofree char *token = NULL;
	g_autoptr(GArray) list = numbers(2, boxes);
	const BulkRequest request = {.action = BULK_DEACTIVATE, .mailboxes = list};
	(void)state;

	bulk_prepare(db, &short_lived, &request, &id, &token, &error);
	assert_no_error(error);
	bulk_begin(db, &short_lived, token, &id, &error);
	step(id, 0);
	set_active(short_lived.user_id, FALSE);
	step(id, WHOLE);
	assert_counts(id, 0, 1, 1, 0);
	assert_reason(id, BULK_LEFT, boxes[1], "actor");
}

static void test_refused(void **state)
{
	g_autoptr(GError) error = NULL;
	guint64 box = new_mailbox(), id = 0, gone = new_user("fort", USER_STAFF);
	g_autofree char *token = NULL;
	g_autoptr(GArray) boxes = numbers(1, &box), nobody = numbers(0, NULL);
	g_autoptr(GArray) inactive = numbers(1, &gone);
	BulkRequest request = {.action = BULK_ASSIGN, .mailboxes = boxes, .users = nobody};
	(void)state;

	set_active(gone, FALSE);
	assert_false(bulk_prepare(db, &admin, &request, &id, &token, &error));
	assert_string_equal(ps_error_reason(error), "empty");
	g_clear_error(&error);
	request.users = inactive;
	assert_false(bulk_prepare(db, &admin, &request, &id, &token, &error));
	assert_string_equal(ps_error_reason(error), "inactive");
	g_clear_error(&error);
	request.action = BULK_QUOTA;
	request.quota_mb = MAILBOX_QUOTA_MAX + 1;
	assert_false(bulk_prepare(db, &admin, &request, &id, &token, &error));
	assert_string_equal(ps_error_field(error), "quota_mb");
}

/* What the pages of the list hold, over all pages. */
static void test_all_found(void **state)
{
	g_autoptr(GError) error = NULL;
	char local[64];
	guint64 last = 0;
	(void)state;

	for (guint i = 0; i < 1100; i++) {
		g_snprintf(local, sizeof(local), "viele.%04u", i);
		mailbox_create(db, ring, &machine, local, domain_id, i % 10 == 0 ? "Zehner" : "",
		        &last, &error);
		assert_no_error(error);
	}
	MailboxFilter filter = {.q = "viele", .domain_id = domain_id, .after = ""};
	g_autoptr(GArray) all = mailbox_hits_ids(db, &filter, BULK_MAX, &error);
	assert_int_equal(all->len, 1100);
	assert_int_equal(g_array_index(all, guint64, 1099), last);
	filter.q = "vi zeh";
	g_autoptr(GArray) two = mailbox_hits_ids(db, &filter, BULK_MAX, &error);
	assert_int_equal(two->len, 110);
	filter.q = "viele zehner";
	g_autoptr(GArray) pair = mailbox_hits_ids(db, &filter, BULK_MAX, &error);
	assert_int_equal(pair->len, 110);
	filter.q = "viele";
	g_autoptr(GArray) some = mailbox_hits_ids(db, &filter, 1000, &error);
	assert_int_equal(some->len, 1001);
	g_autofree char *token = NULL;
	guint64 id = prepare(
	        BULK_DEACTIVATE, all->len, (guint64 *)(void *)all->data, 0, NULL, 0, &token);
	assert_counts(id, 1100, 0, 0, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_steps),
	        cmocka_unit_test(test_ends),
	        cmocka_unit_test(test_not_mine),
	        cmocka_unit_test(test_changed_since),
	        cmocka_unit_test(test_users),
	        cmocka_unit_test(test_quota_note_delete),
	        cmocka_unit_test(test_actor),
	        cmocka_unit_test(test_refused),
	        cmocka_unit_test(test_all_found),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
