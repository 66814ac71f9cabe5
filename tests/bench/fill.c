/* fill.c: `fill CONF MAILBOXES DOMAINS` fills a database for a benchmark, with the rows that the
 * product itself would have written: names, states, users, storage.
 */
#include <stdio.h>
#include <stdlib.h>

#include "lib/base/fold.h"
#include "lib/mailbox/mailbox_clock.h"
#include "lib/mailbox/mailbox_find.h"
#include "lib/office/domain.h"

#define BATCH 200 /* mailboxes a transaction */
#define USERS 100

static const char *const firsts[] = {"Max", "Maria", "Jörg", "Anna", "Peter", "Sabine", "Klaus",
        "Ute", "Jürgen", "Sofia", "Emil", "Lena", "Paul", "Clara", "Felix", "Ida", "Otto", "Zoë",
        "Bernd", "Gisela"};
static const char *const lasts[] = {"Müller", "Schmidt", "Schneider", "Fischer", "Weber", "Meyer",
        "Wagner", "Becker", "Schulz", "Hoffmann", "Schäfer", "Koch", "Bauer", "Richter", "Klein",
        "Wolf", "Schröder", "Neumann", "Schwarz", "Zimmermann", "Braun", "Krüger", "Hofmann",
        "Hartmann", "Lange", "Weiß", "Jung", "Hahn", "Vogel", "Keller"};

typedef struct {
	guint from, to, domains;
	guint64 *domain_ids;
} Batch;

static guint hash(guint i)
{
	i = (i ^ 61) ^ (i >> 16);
	i *= 9;
	i ^= i >> 4;
	i *= 0x27d4eb2d;
	return i ^ (i >> 15);
}

static gboolean add(Db *db, const Batch *batch, guint i, GError **error)
{
	guint h = hash(i);
	const char *first = firsts[h % G_N_ELEMENTS(firsts)];
	const char *last = lasts[h / 32 % G_N_ELEMENTS(lasts)];
	guint64 domain_id = batch->domain_ids[i % batch->domains];
	g_autofree char *name = i % 10 == 0 ? g_strdup("") : g_strdup_printf("%s %s", first, last);
	g_autoptr(GPtrArray) words = fold_searched_words(first);
	g_autoptr(GPtrArray) last_words = fold_searched_words(last);
	g_autofree char *address = g_strdup_printf("%s.%s%u@d%u.example", (char *)words->pdata[0],
	        (char *)last_words->pdata[0], i, i % batch->domains);
	g_autoptr(GBytes) sort = fold_name_sort(name, address);
	gsize size;
	const void *octets = g_bytes_get_data(sort, &size);
	/* A tenth of the mailboxes is nobody's; a few are limited. */
	gboolean assigned = h / 3 % 10 != 0;
	guint64 quota_mb = h / 5 % 50 == 0 ? 2048 : 0;
	g_autofree char *login = assigned ? g_strdup_printf("bench%u", h % USERS) : g_strdup("");
	MailboxFindKey key = {.domain_id = domain_id,
	        .address = address,
	        .email_name = name,
	        .active = h % 10 != 0,
	        .vip = h % 16 == 0};

	if (db_execute(db, error,
	            "INSERT INTO mailbox (domain_id, address, email_name, name_sort, active, vip,"
	            " quota_mb, unassigned, known, has_ways, created_at)"
	            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, " DB_NOW ")",
	            "uasbttutt", domain_id, address, name, octets, size, key.active, key.vip,
	            quota_mb, !assigned, h % 300 == 0) != 1)
		return FALSE;
	key.id = db_insert_id(db);
	return mailbox_clock_create(db, &key.id, 1, error) &&
	       db_execute(db, error,
	               "INSERT INTO address (address, domain_id, mailbox_id, is_alias, created_at)"
	               " VALUES (?, ?, ?, 0, " DB_NOW ")",
	               "auu", address, domain_id, key.id) == 1 &&
	       db_execute(db, error,
	               "INSERT INTO mailbox_usage (username, bytes, quota_mb) VALUES (?, ?, ?)",
	               "auu", address, (guint64)(h % 7 == 0 ? 0 : h) * 100, quota_mb) == 1 &&
	       db_execute(db, error,
	               "INSERT INTO assignment (mailbox_id, user_id, assigned_at)"
	               " SELECT ?, id, " DB_NOW " FROM user WHERE login = ?",
	               "us", key.id, login) >= 0 &&
	       mailbox_find_update(db, NULL, &key, error);
}

static gboolean add_batch(Db *db, gpointer data, GError **error)
{
	const Batch *batch = data;

	for (guint i = batch->from; i < batch->to; i++)
		if (!add(db, batch, i, error))
			return FALSE;
	return TRUE;
}

static void must(gboolean ok, const GError *error)
{
	if (ok)
		return;
	fprintf(stderr, "fill: %s\n", error != NULL ? error->message : "?");
	exit(1);
}

int main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	const Actor actor = {0, "bench"};

	if (argc != 4)
		return 2;
	g_autoptr(Config) config = config_load(argv[1], &error);
	must(config != NULL, error);
	g_autoptr(Db) db = db_new(config);
	guint count = (guint)atoi(argv[2]), domains = (guint)atoi(argv[3]);
	g_autofree guint64 *ids = g_new0(guint64, domains);
	for (guint i = 0; i < domains; i++) {
		g_autofree char *name = g_strdup_printf("d%u.example", i);
		must(domain_create(db, &actor, name, &ids[i], &error), error);
	}
	for (guint i = 0; i < USERS; i++) {
		g_autofree char *login = g_strdup_printf("bench%u", i);
		g_autofree char *name = g_strdup_printf(
		        "%s %s", firsts[i % G_N_ELEMENTS(firsts)], lasts[i % G_N_ELEMENTS(lasts)]);
		must(db_execute(db, &error,
		             "INSERT INTO user (login, name, created_at) VALUES (?, ?, " DB_NOW ")",
		             "ss", login, name) == 1,
		        error);
	}
	for (guint i = 0; i < count; i += BATCH) {
		Batch batch = {i, MIN(i + BATCH, count), domains, ids};
		must(db_transaction(db, add_batch, &batch, &error), error);
	}
	g_autoptr(DbRows) rows = db_query(
	        db, &error, "ANALYZE TABLE mailbox, address, mailbox_usage, assignment", "");
	must(rows != NULL, error);
	return 0;
}
