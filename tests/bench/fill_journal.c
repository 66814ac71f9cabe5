/* fill_journal.c: the journal of a large office for a benchmark.
 *
 *   fill_journal rows DIR ENTRIES MAILBOXES USERS   writes DIR/TABLE.tsv, sorted by primary key,
 *       with the rows that the product itself would have written in the two years before now
 *   fill_journal mail CONF COUNT    journals a mail to COUNT mailboxes, in To and as Bcc, and
 * prints the milliseconds of each
 *   fill_journal list CONF ADDRESS MEMBER...   makes a distribution list
 *
 * Mailbox 1 takes part in a twentieth of the mails and has 50 users. User 1 has the right Alle,
 * user 2 one mailbox that hardly gets mail, user 3 two hundred mailboxes. A tenth is VIP.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/error.h"
#include "lib/base/fold.h"
#include "lib/journal/journal.h"
#include "lib/journal/journal_rows.h"
#include "lib/mailbox/mail_list.h"

#define STRANGERS 20000 /* addresses outside; the first one takes part in a tenth of the mails */
#define VOCABULARY 4000
#define WORDS 120 /* of a text */
#define YEAR_US ((guint64)365 * 24 * 3600 * G_USEC_PER_SEC)

typedef struct {
	guint64 topic, user_id, entry_id;
} Row;

static Row *rows;
static gsize rows_count, rows_size;
static guint mailboxes, users;
static GArray **assigned; /* of each mailbox: guint64 users */
static guint64 state = 1;

static guint pick(guint limit)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (guint)(state >> 33) % limit;
}

static FILE *open_table(const char *dir, const char *table)
{
	g_autofree char *path = g_strdup_printf("%s/%s.tsv", dir, table);
	FILE *file = fopen(path, "w");

	if (file == NULL) {
		perror(path);
		exit(1);
	}
	return file;
}

/* Mailboxes with low numbers get more mail, the last ones hardly any. */
static guint some_mailbox(void)
{
	guint a = pick(mailboxes), b = pick(mailboxes);

	return pick(50) == 0 ? 1 : 1 + MIN(a, b);
}

static void write_people(const char *dir, guint64 now)
{
	FILE *user = open_table(dir, "user"), *mailbox = open_table(dir, "mailbox");
	FILE *address = open_table(dir, "address"), *clock = open_table(dir, "mailbox_clock");
	FILE *assignment = open_table(dir, "assignment");
	guint64 since = now - 3 * YEAR_US;

	for (guint u = 1; u <= users; u++)
		fprintf(user, "%u\tbench%u\tBench %u\t%s\n", u + 1000, u, u,
		        u == 1 ? "all" : "own");
	assigned = g_new0(GArray *, mailboxes + 1);
	for (guint m = 1; m <= mailboxes; m++) {
		guint wanted = m == 1 ? 50 : 2 + m % 3;
		assigned[m] = g_array_new(FALSE, FALSE, sizeof(guint64));
		for (guint i = 0; i < wanted; i++) {
			guint64 u = 1004 + (m * 7 + i * 131) % (users - 3);
			g_array_append_val(assigned[m], u);
		}
		if (m == mailboxes || (m > 1 && m <= 201)) {
			guint64 u = m == mailboxes ? 1002 : 1003;
			g_array_append_val(assigned[m], u);
		}
		for (guint i = 0; i < assigned[m]->len; i++)
			fprintf(assignment, "%u\t%" G_GUINT64_FORMAT "\t%" G_GUINT64_FORMAT "\n", m,
			        g_array_index(assigned[m], guint64, i), since);
		fprintf(mailbox, "%u\tm%u@buero.example\tm\t%d\n", m, m, m % 10 == 3);
		fprintf(address, "m%u@buero.example\t%u\n", m, m);
		fprintf(clock, "%u\t0\n", m);
	}
	fclose(user);
	fclose(mailbox);
	fclose(address);
	fclose(clock);
	fclose(assignment);
}

typedef struct {
	FILE *entry, *text, *mailbox, *party;
} Files;

typedef struct {
	JournalFacts *facts;
	guint64 id;
	guint places[5], named;
	GString *words;
} Mail;

static void add_mailbox(Mail *mail, guint m, JournalRole role)
{
	for (guint i = 0; i < mail->facts->mailboxes->len; i++)
		if (g_array_index(mail->facts->mailboxes, JournalMailbox, i).mailbox_id == m)
			return;
	JournalMailbox one = {
	        .mailbox_id = m, .role = role, .reached = TRUE, .protects = m % 10 == 3};
	g_array_append_val(mail->facts->mailboxes, one);
	for (guint i = 0; i < assigned[m]->len; i++) {
		JournalAssigned user = {
		        .mailbox_id = m, .user_id = g_array_index(assigned[m], guint64, i)};
		g_array_append_val(mail->facts->assigned, user);
	}
}

/* Numbers of addresses: mailboxes first, then strangers. */
static void add_party(Mail *mail, const Files *files, JournalRole role, guint m, guint stranger)
{
	guint64 address_id = m > 0 ? m : mailboxes + 1 + stranger;
	JournalParty one = {.address_id = address_id, .mailbox_id = m, .role = role};
	g_autofree char *address =
	        m > 0 ? g_strdup_printf("m%u@buero.example", m)
	              : g_strdup_printf("kunde%u@draussen%u.example", stranger, stranger % 97);
	g_autofree char *folded = role == JOURNAL_BCC ? fold_stored_text(address) : g_strdup("");

	if (m > 0)
		add_mailbox(mail, m, role);
	g_array_append_val(mail->facts->parties, one);
	if (role == JOURNAL_TO || role == JOURNAL_CC)
		mail->named++;
	if (role != JOURNAL_BCC)
		g_string_append_printf(mail->words, "%s ", address);
	fprintf(files->party,
	        "%" G_GUINT64_FORMAT "\t%u\t%u\t%" G_GUINT64_FORMAT "\t%u\t%s\t\t%s\n", mail->id,
	        role, mail->places[role]++, address_id, m, address, folded);
}

static guint stranger(void)
{
	return pick(10) == 0 ? 0 : 1 + pick(STRANGERS - 1);
}

static void add_parties(Mail *mail, const Files *files)
{
	guint kind = pick(10);
	guint sender = kind < 5 ? 0 : some_mailbox();

	add_party(mail, files, JOURNAL_FROM, sender, stranger());
	mail->facts->sender_id = sender;
	for (guint i = 0; i < 1 + pick(2); i++)
		add_party(mail, files, JOURNAL_TO, kind < 5 || kind == 9 ? some_mailbox() : 0,
		        stranger());
	for (guint i = 0; i < pick(3); i++)
		add_party(mail, files, JOURNAL_CC, pick(2) ? some_mailbox() : 0, stranger());
	if (pick(20) == 0)
		add_party(mail, files, JOURNAL_BCC, some_mailbox(), 0);
}

/* A word that a third of the mails have, one in a hundredth, one in hidden mails alone. */
static void add_words(Mail *mail)
{
	for (guint i = 0; i < WORDS; i++) {
		guint a = pick(VOCABULARY), b = pick(VOCABULARY);
		g_string_append_printf(
		        mail->words, "wort%u%s ", MIN(a, b), a % 7 == 0 ? "\303\244" : "");
	}
	if (pick(3) == 0)
		g_string_append(mail->words, "haeufig ");
	if (pick(100) == 0)
		g_string_append(mail->words, "selten ");
	if (journal_facts_protected(mail->facts))
		g_string_append(mail->words, "geheim ");
}

static void add_rows(const Mail *mail)
{
	g_autoptr(GArray) wanted = journal_rows(mail->facts);

	if (rows_count + wanted->len > rows_size) {
		rows_size = MAX(rows_size * 2, 1 << 20);
		rows = g_realloc(rows, rows_size * sizeof(Row));
	}
	for (guint i = 0; i < wanted->len; i++) {
		const JournalRow *row = &g_array_index(wanted, JournalRow, i);
		rows[rows_count++] = (Row){row->topic, row->user_id, mail->id};
	}
}

static void write_mail(const Files *files, guint64 id, guint number)
{
	g_autoptr(JournalFacts) facts = journal_facts_new();
	g_autoptr(GString) words = g_string_new(NULL);
	Mail mail = {.facts = facts, .id = id, .words = words};

	add_parties(&mail, files);
	add_words(&mail);
	g_autofree char *folded = fold_stored_text(words->str);
	gboolean protected = journal_facts_protected(facts);
	fprintf(files->entry,
	        "%" G_GUINT64_FORMAT "\tbench-%09u\t%s\t%" G_GUINT64_FORMAT
	        "\t%d\t%u\tx@outside.example\tkunde@outside.example\tm1@buero.example\tBetreff %u\n",
	        id, number, facts->sender_id > 0 ? "submission" : "outside", facts->sender_id,
	        protected, mail.named, number);
	fprintf(files->text, "%" G_GUINT64_FORMAT "\t%d\t%s\t%s\n", id,
	        mail.places[JOURNAL_BCC] > 0, words->str, folded);
	for (guint i = 0; i < facts->mailboxes->len; i++) {
		const JournalMailbox *one = &g_array_index(facts->mailboxes, JournalMailbox, i);
		fprintf(files->mailbox, "%" G_GUINT64_FORMAT "\t%" G_GUINT64_FORMAT "\t%u\t1\t%d\n",
		        id, one->mailbox_id, one->role, one->protects);
	}
	add_rows(&mail);
}

static int compare_rows(const void *a, const void *b)
{
	const Row *one = a, *other = b;

	if (one->topic != other->topic)
		return one->topic < other->topic ? -1 : 1;
	if (one->user_id != other->user_id)
		return one->user_id < other->user_id ? -1 : 1;
	return one->entry_id < other->entry_id ? -1 : one->entry_id > other->entry_id;
}

static void write_addresses(const char *dir)
{
	FILE *file = open_table(dir, "journal_address");

	for (guint m = 1; m <= mailboxes; m++)
		fprintf(file, "%u\tm%u@buero.example\n", m, m);
	for (guint i = 0; i < STRANGERS; i++)
		fprintf(file, "%u\tkunde%u@draussen%u.example\n", mailboxes + 1 + i, i, i % 97);
	fclose(file);
}

static int write_tables(const char *dir, guint entries)
{
	guint64 now = (guint64)g_get_real_time();
	Files files = {open_table(dir, "journal_entry"), open_table(dir, "journal_text"),
	        open_table(dir, "journal_mailbox"), open_table(dir, "journal_party")};
	FILE *reader = open_table(dir, "journal_reader");

	write_people(dir, now);
	write_addresses(dir);
	for (guint i = 0; i < entries; i++)
		write_mail(
		        &files, now - 2 * YEAR_US + 2 * YEAR_US / entries * i + pick(1000000), i);
	qsort(rows, rows_count, sizeof(Row), compare_rows);
	for (gsize i = 0; i < rows_count; i++)
		fprintf(reader,
		        "%" G_GUINT64_FORMAT "\t%" G_GUINT64_FORMAT "\t%" G_GUINT64_FORMAT "\n",
		        rows[i].topic, rows[i].user_id, rows[i].entry_id);
	fclose(files.entry);
	fclose(files.text);
	fclose(files.mailbox);
	fclose(files.party);
	fclose(reader);
	printf("%" G_GSIZE_FORMAT "\n", rows_count);
	return 0;
}

static double journal_one(Db *db, guint count, gboolean named)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) recipients = g_ptr_array_new_with_free_func(g_free);
	g_autofree JournalAddress *to = g_new0(JournalAddress, count);
	g_autofree char *key =
	        g_strdup_printf("bench-mail-%08x%08x", g_random_int(), g_random_int());
	JournalAddress from = {.address = "m5000@buero.example"};

	for (guint i = 0; i < count; i++) {
		char *address = g_strdup_printf("m%u@buero.example", 1001 + i);
		g_ptr_array_add(recipients, address);
		to[i].address = address;
	}
	JournalMail mail = {.service = JOURNAL_SUBMISSION,
	        .envelope_from = "bench@buero.example",
	        .key = key,
	        .sender = from.address,
	        .recipients = (const char *const *)recipients->pdata,
	        .n_recipients = count,
	        .from = &from,
	        .n_from = 1,
	        .to = to,
	        .n_to = named ? count : 0,
	        .subject = "An alle",
	        .text = "Guten Tag"};
	gint64 start = g_get_monotonic_time();
	if (!journal_write(db, &mail, NULL, NULL, &error)) {
		fprintf(stderr, "fill_journal: %s\n", error->message);
		exit(1);
	}
	return (double)(g_get_monotonic_time() - start) / 1000;
}

static int journal_mails(const char *conf, guint count)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Config) config = config_load(conf, &error);

	if (config == NULL) {
		fprintf(stderr, "fill_journal: %s\n", error->message);
		return 1;
	}
	g_autoptr(Db) db = db_new(config);
	for (guint i = 0; i < 21; i++)
		printf("%.2f %.2f\n", journal_one(db, count, TRUE), journal_one(db, count, FALSE));
	return 0;
}

/* A distribution list of those mailboxes, as its page makes it. */
static int make_list(const char *conf, const char *address, char **members, guint count)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Config) config = config_load(conf, &error);
	const Actor actor = {0, "bench"};
	guint64 id = 0;

	if (config == NULL)
		return 1;
	g_autoptr(Db) db = db_new(config);
	g_autoptr(MailList) list = mail_list_create(db, &actor, address, &id, &error)
	                                   ? mail_list_load(db, id, &error)
	                                   : NULL;
	for (guint i = 0; list != NULL && i < count; i++)
		g_ptr_array_add(list->members, g_strdup(members[i]));
	if (list != NULL && mail_list_save(db, &actor, list, &error))
		return 0;
	fprintf(stderr, "fill_journal: %s\n", error->message);
	return 1;
}

int main(int argc, char **argv)
{
	if (argc > 4 && strcmp(argv[1], "list") == 0)
		return make_list(argv[2], argv[3], argv + 4, (guint)argc - 4);

	if (argc == 6 && strcmp(argv[1], "rows") == 0) {
		mailboxes = (guint)atoi(argv[4]);
		users = (guint)atoi(argv[5]);
		return write_tables(argv[2], (guint)atoi(argv[3]));
	}
	if (argc == 4 && strcmp(argv[1], "mail") == 0)
		return journal_mails(argv[2], (guint)atoi(argv[3]));
	return 2;
}
