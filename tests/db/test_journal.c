/* test_journal.c: who reads what, against a naive model that knows the rules and nothing of the
 * tables: random histories of assignments, VIP, the switch, deletion, purge, further addresses that
 * move, lists, forwards and a mailbox that catches all, and mails (to odd forms of addresses, with
 * cut headers, reports), then every user's pages, filters and entries compared, more than 100,000
 * pairs of entry and user.
 *
 * JOURNAL_SEED=number repeats a history.
 */
#include "tests/db/journal_model_mail.h"

#include "lib/base/error.h"
#include "lib/journal/journal_read.h"

static void test_history(void **state)
{
	(void)state;
	for (guint i = 0; i < 80; i++)
		toggle_assignment();
	for (guint i = 0; i < MAILS; i++) {
		while (pick(EVENT_EACH) == 0)
			pick(4) == 0 ? change_way() : change_something();
		send_mail();
	}
}

/* ---- reading ---- */

static gboolean may_read(const Entry *entry, guint u, UserJournal right)
{
	if (right == USER_JOURNAL_NONE)
		return FALSE;
	if ((entry->readers >> u & 1) != 0)
		return TRUE;
	return right == USER_JOURNAL_ALL && !entry->protected;
}

static gboolean has_box(const Entry *entry, guint u, int box)
{
	return (entry->box_everybody >> box & 1) != 0 || (entry->box_only[box] >> u & 1) != 0;
}

static gboolean has_part(const Entry *entry, guint u, const char *address)
{
	for (guint i = 0; i < entry->parts->len; i++) {
		const Part *part = &g_array_index(entry->parts, Part, i);
		if (strcmp(part->address, address) == 0 &&
		        (part->everybody || (part->only >> u & 1) != 0))
			return TRUE;
	}
	return FALSE;
}

/* From the last page, which has left entries (ids) before it, back to the first. */
static void walk_back(const JournalViewer *viewer, JournalFilter filter, guint64 before,
        const GArray *ids, guint left)
{
	filter.after = 0;
	for (filter.before = before; filter.before > 0;) {
		g_autoptr(GError) error = NULL;
		g_autoptr(JournalPage) page = journal_page(web, viewer, &filter, &error);
		assert_no_error(error);
		assert_true(page->next > 0);
		if (page->previous == 0) { /* the first page: whole */
			assert_true(left <= page->items->len);
			left = page->items->len;
		}
		assert_true(page->items->len <= left);
		left -= page->items->len;
		for (guint i = 0; i < page->items->len; i++)
			assert_true(((const JournalItem *)page->items->pdata[i])->id ==
			            g_array_index(ids, guint64, left + i));
		filter.before = page->previous;
	}
	assert_int_equal(left, 0);
}

/* All pages of a filter one after the other, and back, against the model; how many entries there
 * were. */
static guint compare(guint u, UserJournal right, int box, const char *address, const char *q)
{
	JournalViewer viewer = journal_viewer(users[u], right);
	JournalFilter filter = {.q = q != NULL ? q : "",
	        .mailbox = box >= 0 ? boxes[box].address : "",
	        .participant = address != NULL ? address : "",
	        .from = ((const Entry *)entries->pdata[0])->id};
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(guint64));
	guint64 previous = 0;
	guint found = 0, count = 0;
	int at = (int)entries->len - 1;

	do {
		g_autoptr(GError) error = NULL;
		g_autoptr(JournalPage) page = journal_page(web, &viewer, &filter, &error);
		assert_no_error(error);
		for (guint i = 0; i < page->items->len; i++, at--) {
			const JournalItem *item = page->items->pdata[i];
			for (;; at--) {
				assert_true(at >= 0);
				const Entry *entry = entries->pdata[at];
				if (may_read(entry, u, right) &&
				        (box < 0 || has_box(entry, u, box)) &&
				        (address == NULL || has_part(entry, u, address)) &&
				        (q == NULL || has_part(entry, u, strangers[0])))
					break;
			}
			assert_int_equal(item->id, ((const Entry *)entries->pdata[at])->id);
			found++;
			g_array_append_val(ids, item->id);
		}
		count = page->items->len;
		assert_int_equal(page->previous > 0, filter.after > 0);
		previous = page->previous;
		filter.after = page->next;
	} while (filter.after > 0);
	for (; at >= 0; at--) {
		const Entry *entry = entries->pdata[at];
		assert_false(may_read(entry, u, right) && (box < 0 || has_box(entry, u, box)) &&
		             (address == NULL || has_part(entry, u, address)) &&
		             (q == NULL || has_part(entry, u, strangers[0])));
	}
	walk_back(&viewer, filter, previous, ids, ids->len - count);
	return found;
}

/* The history holds mails of both ways. */
static void test_wide(void **state)
{
	g_autoptr(DbRows) rows = db_query(db, NULL,
	        "SELECT COUNT(DISTINCT entry_id) FROM journal_reader"
	        " WHERE topic = 1 AND entry_id >= ?",
	        "u", ((const Entry *)entries->pdata[0])->id);

	(void)state;
	assert_true(db_rows_next(rows));
	assert_in_range(db_rows_u64(rows, 0), MAILS / 100, MAILS / 10);
}

static void test_pages(void **state)
{
	guint found = 0;

	(void)state;
	for (guint u = 0; u < USERS; u++) {
		found += compare(u, USER_JOURNAL_ALL, -1, NULL, NULL);
		found += compare(u, USER_JOURNAL_OWN, -1, NULL, NULL);
		assert_int_equal(compare(u, USER_JOURNAL_NONE, -1, NULL, NULL), 0);
	}
	printf("%d pairs of entry and user, %u of them readable\n", 2 * USERS * MAILS, found);
	assert_true(found > USERS * MAILS / 20);
}

static void test_filters(void **state)
{
	static const UserJournal rights[] = {USER_JOURNAL_ALL, USER_JOURNAL_OWN};

	(void)state;
	for (guint i = 0; i < 300; i++) {
		UserJournal right = rights[pick(2)];
		guint u = pick(USERS);
		int box = (int)pick(MAILBOXES);
		const char *address = any_address(FALSE);
		switch (pick(4)) {
		case 0:
			compare(u, right, box, NULL, NULL);
			break;
		case 1:
			compare(u, right, -1, address, NULL);
			break;
		case 2:
			compare(u, right, box, address, NULL);
			break;
		default:
			/* words find an address, and a Bcc only for those who may know */
			compare(u, right, pick(2) ? box : -1, NULL, strangers[0]);
		}
	}
}

static void check_lines(const Entry *entry, guint u, const JournalEntry *shown)
{
	guint count = 0, wanted = 0;
	guint64 boxes_shown = 0;

	assert_int_equal(shown->text != NULL, entry->has_text);

	for (guint i = 0; i < shown->item->lines->len; i++)
		count += ((const JournalLine *)shown->item->lines->pdata[i])->role == JOURNAL_BCC;
	for (guint i = 0; i < entry->bcc->len; i++)
		wanted += (g_array_index(entry->bcc_only, guint64, i) >> u & 1) != 0;
	assert_int_equal(count, wanted);
	for (guint i = 0; i < shown->mailboxes->len; i++) {
		const JournalBox *box = shown->mailboxes->pdata[i];
		int b = 0;
		while (boxes[b].id != box->mailbox_id)
			b++;
		boxes_shown |= box->role == JOURNAL_BCC ? (guint64)1 << b : 0;
		assert_true(box->role == JOURNAL_BCC || (entry->box_everybody >> b & 1) != 0);
	}
	for (guint b = 0; b < MAILBOXES; b++)
		assert_int_equal(boxes_shown >> b & 1, entry->box_only[b] >> u & 1);
}

/* An entry alone: the same answer as the list, and of its Bcc lines those that one may know. */
static void test_entries(void **state)
{
	static const UserJournal rights[] = {USER_JOURNAL_ALL, USER_JOURNAL_OWN, USER_JOURNAL_NONE};

	(void)state;
	for (guint i = 0; i < 4000; i++) {
		g_autoptr(GError) error = NULL;
		const Entry *entry = entries->pdata[pick(entries->len)];
		UserJournal right = rights[pick(3)];
		guint u = pick(USERS);
		JournalViewer viewer = journal_viewer(users[u], right);
		g_autoptr(JournalEntry) shown = journal_entry(web, &viewer, entry->id, &error);
		assert_int_equal(shown != NULL, may_read(entry, u, right));
		if (shown != NULL)
			check_lines(entry, u, shown);
		else
			assert_true(g_error_matches(error, PS_ERROR, PS_ERROR_NOT_FOUND));
	}
}

static guint64 write_to(char *address)
{
	Mail mail = mail_new(JOURNAL_OUTSIDE);

	g_ptr_array_add(mail.from, strangers[1]);
	g_ptr_array_add(mail.to, address);
	g_ptr_array_add(mail.recipients, address);
	guint64 id = write_it(&mail);
	mail_clear(&mail);
	return id;
}

/* What a user with the right nur eigene finds of an address: the one entry, or 0. */
static guint64 only_one(guint64 user, const char *mailbox, const char *participant)
{
	g_autoptr(GError) error = NULL;
	JournalViewer viewer = journal_viewer(user, USER_JOURNAL_OWN);
	JournalFilter filter = {.q = "", .mailbox = mailbox, .participant = participant};
	g_autoptr(JournalPage) page = journal_page(web, &viewer, &filter, &error);

	assert_no_error(error);
	assert_true(page->items->len <= 1);
	return page->items->len > 0 ? ((const JournalItem *)page->items->pdata[0])->id : 0;
}

/* A new mailbox with the address of a purged one has another number: it inherits no mail, and the
 * protected one stays with whom it belonged to. */
static void test_same_address_again(void **state)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *address = g_strconcat("wieder@", domain, NULL);
	guint64 before = office_user(db, "own"), after = office_user(db, "own");
	guint64 old_box = office_mailbox(db, domain_id, "wieder");

	(void)state;
	office_assign(db, old_box, before, TRUE);
	office_vip(db, old_box, TRUE);
	guint64 old_mail = write_to(address);
	g_autoptr(Mailbox) mailbox = mailbox_load(db, old_box, &error);
	assert_true(mailbox_delete(db, &office_actor, old_box, mailbox->version, &error));
	purge_now(old_box);
	assert_int_equal(only_one(before, address, ""), old_mail);
	guint64 new_box = office_mailbox(db, domain_id, "wieder");
	assert_true(new_box != old_box);
	office_assign(db, new_box, after, TRUE);
	assert_int_equal(only_one(after, "", ""), 0);
	guint64 new_mail = write_to(address);
	assert_int_equal(only_one(before, "", ""), old_mail);
	assert_int_equal(only_one(after, "", ""), new_mail);
	assert_int_equal(only_one(before, "", address), old_mail);
	assert_int_equal(only_one(after, "", address), new_mail);
	assert_int_equal(only_one(after, address, ""), new_mail);
}

static int make_all(void **state)
{
	make_office(state);
	make_ways();
	return 0;
}

static int drop_all(void **state)
{
	drop_ways();
	return drop_office(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_history),
	        cmocka_unit_test(test_wide),
	        cmocka_unit_test(test_pages),
	        cmocka_unit_test(test_filters),
	        cmocka_unit_test(test_entries),
	        cmocka_unit_test(test_same_address_again),
	};

	return cmocka_run_group_tests(tests, make_all, drop_all);
}
