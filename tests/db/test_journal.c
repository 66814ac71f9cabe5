/*
 * test_journal.c: who reads what, against a naive model that knows the rules and nothing of the
 * tables: random histories of assignments, VIP, the switch, deletion, purge and mails, then every
 * user's pages, filters and entries compared, more than 100,000 pairs of entry and user.
 *
 * JOURNAL_SEED=number repeats a history.
 */
#include "tests/db/journal_office.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/base/error.h"
#include "lib/journal/journal_read.h"
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
	gboolean protected;
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
static GPtrArray *entries; /* Entry, oldest first */

static guint pick(guint limit)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (guint)(seed >> 33) % limit;
}

static void entry_free(gpointer data)
{
	Entry *entry = data;

	g_array_unref(entry->parts);
	g_array_unref(entry->bcc_only);
	g_ptr_array_unref(entry->bcc);
	g_free(entry);
}

/* Which mailbox an address in its one form belongs to; -1: none. */
static int owner_of(const char *address)
{
	for (int i = 0; i < MAILBOXES; i++)
		if (!boxes[i].purged && (strcmp(boxes[i].address, address) == 0 ||
		                                strcmp(boxes[i].alias, address) == 0))
			return i;
	return -1;
}

/* ---- an office ---- */

static void make_box(guint i)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *local = g_strdup_printf("box%u", i);

	boxes[i].address = g_strconcat(local, "@", domain, NULL);
	boxes[i].alias = g_strdup_printf("alias%u@%s", i, domain);
	boxes[i].id = office_mailbox(db, domain_id, local);
	alias_add(db, &office_actor, boxes[i].id, boxes[i].alias, &error);
	assert_no_error(error);
}

static int make_office(void **state)
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

static int drop_office(void **state)
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

static void toggle_assignment(void)
{
	guint b = pick(MAILBOXES), u = pick(USERS);
	gboolean is = (boxes[b].assigned >> u & 1) != 0;

	/* Most mailboxes have a few users. */
	if (boxes[b].deleted || (!is && __builtin_popcountll(boxes[b].assigned) > 5))
		return;
	office_assign(db, boxes[b].id, users[u], !is);
	boxes[b].assigned ^= (guint64)1 << u;
}

static void toggle_vip(void)
{
	guint b = pick(MAILBOXES);

	if (boxes[b].deleted)
		return;
	boxes[b].vip = !boxes[b].vip;
	office_vip(db, boxes[b].id, boxes[b].vip);
}

static void delete_or_restore(void)
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
static void purge_now(guint64 id)
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
static void purge(void)
{
	guint b = pick(MAILBOXES);

	if (!boxes[b].deleted || boxes[b].purged || pick(8) != 0)
		return;
	purge_now(boxes[b].id);
	boxes[b].purged = TRUE;
}

static void change_something(void)
{
	switch (pick(12)) {
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
	default:
		toggle_assignment();
	}
}

/* ---- a mail ---- */

typedef struct {
	GPtrArray *from, *to, *cc, *recipients; /* in their one form */
	int sender;                             /* mailbox; -1 */
	JournalService service;
} Mail;

/* An address in its one form. Borrowed. */
static char *any_address(gboolean deliverable)
{
	for (;;) {
		if (pick(4) == 0)
			return strangers[pick(STRANGERS)];
		const Box *box = &boxes[pick(MAILBOXES)];
		if (!deliverable || !box->deleted)
			return pick(3) == 0 ? box->alias : box->address;
	}
}

/* As somebody would write it. Free: g_free(). */
static char *written(const char *address)
{
	gboolean own = owner_of(address) >= 0;
	g_autofree char *upper = pick(3) == 0 ? g_ascii_strup(address, -1) : g_strdup(address);
	const char *at = strchr(upper, '@');

	if (!own || pick(3) != 0)
		return g_strdup(upper);
	return g_strdup_printf("%.*s+%u%s", (int)(at - upper), upper, pick(9), at);
}

static gboolean is_deliverable(const char *address)
{
	int owner = owner_of(address);

	return owner >= 0 ? !boxes[owner].deleted : !g_str_has_suffix(address, domain);
}

static void name_one(Mail *mail, GPtrArray *header, char *address)
{
	g_ptr_array_add(header, address);
	if (is_deliverable(address) && pick(5) != 0)
		g_ptr_array_add(mail->recipients, address);
}

static void add_named(Mail *mail, GPtrArray *header, guint count)
{
	for (guint i = 0; i < count; i++)
		name_one(mail, header, any_address(FALSE));
}

/* A mail to everybody: so many topics and readers that its rows are made in the other way. */
static void add_everybody(Mail *mail)
{
	for (guint i = 0; i < MAILBOXES; i++) {
		name_one(mail, mail->to, boxes[i].address);
		name_one(mail, mail->to, boxes[i].alias);
	}
}

static gboolean holds(const GPtrArray *list, const char *address)
{
	for (guint i = 0; i < list->len; i++)
		if (strcmp(list->pdata[i], address) == 0)
			return TRUE;
	return FALSE;
}

static gboolean names_box(const GPtrArray *list, int box)
{
	for (guint i = 0; i < list->len; i++)
		if (owner_of(list->pdata[i]) == box)
			return TRUE;
	return FALSE;
}

static guint64 users_of(int box)
{
	return box >= 0 ? boxes[box].assigned : 0;
}

static void add_part(Entry *entry, char *address, guint64 only, gboolean everybody)
{
	Part part = {.address = address, .only = only, .everybody = everybody};

	g_array_append_val(entry->parts, part);
}

static void model_boxes(Entry *entry, const Mail *mail)
{
	for (int b = 0; b < MAILBOXES; b++) {
		gboolean sends = b == mail->sender, reached = names_box(mail->recipients, b);
		gboolean to = names_box(mail->to, b), cc = names_box(mail->cc, b);

		if (sends || reached)
			entry->readers |= boxes[b].assigned;
		if (boxes[b].vip && (sends || to || ((cc || reached) && !exempt)))
			entry->protected = TRUE;
		if (sends || to || cc)
			entry->box_everybody |= (guint64)1 << b;
		if (reached && !to && !cc)
			entry->box_only[b] = users_of(mail->sender) | boxes[b].assigned;
	}
}

static void model_parts(Entry *entry, const Mail *mail)
{
	const GPtrArray *headers[] = {mail->from, mail->to, mail->cc};

	for (guint h = 0; h < G_N_ELEMENTS(headers); h++)
		for (guint i = 0; i < headers[h]->len; i++)
			add_part(entry, headers[h]->pdata[i], 0, TRUE);
	for (guint i = 0; i < mail->recipients->len; i++) {
		char *address = mail->recipients->pdata[i];
		int owner = owner_of(address);
		guint64 only = users_of(mail->sender) | users_of(owner);
		gboolean named =
		        owner >= 0 && (names_box(mail->to, owner) || names_box(mail->cc, owner));

		if (holds(mail->to, address) || holds(mail->cc, address))
			continue;
		add_part(entry, address, only, FALSE);
		if (!named && !holds(entry->bcc, address)) {
			g_ptr_array_add(entry->bcc, address);
			g_array_append_val(entry->bcc_only, only);
		}
	}
}

static guint64 write_it(const Mail *mail)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *key = g_strdup_printf("model-%08x%08x", g_random_int(), g_random_int());
	g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) recipients = g_ptr_array_new();
	const GPtrArray *headers[] = {mail->from, mail->to, mail->cc};
	JournalAddress lists[3][2 * MAILBOXES + 8];

	for (guint h = 0; h < G_N_ELEMENTS(headers); h++)
		for (guint i = 0; i < headers[h]->len; i++) {
			lists[h][i] = (JournalAddress){.address = written(headers[h]->pdata[i])};
			g_ptr_array_add(texts, (char *)(guintptr)lists[h][i].address);
		}
	for (guint i = 0; i < mail->recipients->len; i++) {
		char *address = written(mail->recipients->pdata[i]);
		g_ptr_array_add(texts, address);
		g_ptr_array_add(recipients, address);
	}
	JournalMail given = {.service = mail->service,
	        .key = key,
	        .sender = mail->sender >= 0 ? boxes[mail->sender].address : NULL,
	        .recipients = (const char *const *)recipients->pdata,
	        .n_recipients = recipients->len,
	        .from = lists[0],
	        .n_from = mail->from->len,
	        .to = lists[1],
	        .n_to = mail->to->len,
	        .cc = lists[2],
	        .n_cc = mail->cc->len,
	        .subject = pick(2) ? "Gem\u00fcse" : "Stra\u00dfe",
	        .text = "Text"};
	journal_write(milter, &given, NULL, NULL, &error);
	assert_no_error(error);
	g_autoptr(DbRows) rows =
	        db_query(db, NULL, "SELECT id FROM journal_entry WHERE mail_key = ?", "a", key);
	assert_true(db_rows_next(rows));
	return db_rows_u64(rows, 0);
}

static void send_mail(void)
{
	static const JournalService others[] = {
	        JOURNAL_OUTSIDE, JOURNAL_OUTSIDE, JOURNAL_OWN, JOURNAL_LOCAL};
	Mail mail = {.from = g_ptr_array_new(),
	        .to = g_ptr_array_new(),
	        .cc = g_ptr_array_new(),
	        .recipients = g_ptr_array_new(),
	        .sender = -1,
	        .service = others[pick(G_N_ELEMENTS(others))]};
	guint b = pick(MAILBOXES);

	if (pick(2) == 0 && !boxes[b].purged) {
		mail.sender = (int)b;
		mail.service = pick(5) == 0 ? JOURNAL_VACATION : JOURNAL_SUBMISSION;
	}
	/* From outside may claim anybody. */
	g_ptr_array_add(
	        mail.from, mail.sender >= 0 && pick(4) ? boxes[b].address : any_address(FALSE));
	if (pick(25) == 0)
		add_everybody(&mail);
	add_named(&mail, mail.to, pick(4));
	add_named(&mail, mail.cc, pick(3));
	for (guint i = pick(3); i > 0 || mail.recipients->len == 0; i -= i > 0)
		g_ptr_array_add(mail.recipients, any_address(TRUE));
	Entry *entry = g_new0(Entry, 1);
	entry->parts = g_array_new(FALSE, FALSE, sizeof(Part));
	entry->bcc = g_ptr_array_new();
	entry->bcc_only = g_array_new(FALSE, FALSE, sizeof(guint64));
	model_boxes(entry, &mail);
	model_parts(entry, &mail);
	entry->id = write_it(&mail);
	g_ptr_array_add(entries, entry);
	g_ptr_array_unref(mail.from);
	g_ptr_array_unref(mail.to);
	g_ptr_array_unref(mail.cc);
	g_ptr_array_unref(mail.recipients);
}

static void test_history(void **state)
{
	(void)state;
	for (guint i = 0; i < 80; i++)
		toggle_assignment();
	for (guint i = 0; i < MAILS; i++) {
		while (pick(EVENT_EACH) == 0)
			change_something();
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

/* All pages of a filter one after the other against the model; how many entries there were. */
static guint compare(guint u, UserJournal right, int box, const char *address, const char *q)
{
	JournalViewer viewer = journal_viewer(users[u], right);
	JournalFilter filter = {.q = q != NULL ? q : "",
	        .mailbox = box >= 0 ? boxes[box].address : "",
	        .participant = address != NULL ? address : "",
	        .from = ((const Entry *)entries->pdata[0])->id};
	guint found = 0;
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
		}
		filter.after = page->next;
	} while (filter.after > 0);
	for (; at >= 0; at--) {
		const Entry *entry = entries->pdata[at];
		assert_false(may_read(entry, u, right) && (box < 0 || has_box(entry, u, box)) &&
		             (address == NULL || has_part(entry, u, address)) &&
		             (q == NULL || has_part(entry, u, strangers[0])));
	}
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
	Mail mail = {.from = g_ptr_array_new(),
	        .to = g_ptr_array_new(),
	        .cc = g_ptr_array_new(),
	        .recipients = g_ptr_array_new(),
	        .sender = -1,
	        .service = JOURNAL_OUTSIDE};

	g_ptr_array_add(mail.from, strangers[1]);
	g_ptr_array_add(mail.to, address);
	g_ptr_array_add(mail.recipients, address);
	guint64 id = write_it(&mail);
	g_ptr_array_unref(mail.from);
	g_ptr_array_unref(mail.to);
	g_ptr_array_unref(mail.cc);
	g_ptr_array_unref(mail.recipients);
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

	return cmocka_run_group_tests(tests, make_office, drop_office);
}
