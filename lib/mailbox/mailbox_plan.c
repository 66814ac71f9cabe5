/* mailbox_plan.c: says by which lists a search finds its mailboxes. */
#include "lib/mailbox/mailbox_plan.h"

#include <string.h>

#include "lib/base/address_readable.h"
#include "lib/base/fold.h"
#include "lib/mailbox/mailbox_ending.h"

static const char SQL_DOMAINS[] = "SELECT id, active FROM domain ORDER BY id";
enum { DOMAIN_ID, DOMAIN_ACTIVE };
static const char SQL_DOMAIN[] = "SELECT active FROM domain WHERE id = ?";

void mailbox_search_free(MailboxSearch *search)
{
	if (search == NULL)
		return;
	g_ptr_array_unref(search->lists);
	g_ptr_array_unref(search->words);
	g_free(search);
}

static void keys_free(gpointer data)
{
	MailboxKeys *keys = data;

	g_array_unref(keys->arms);
	g_free(keys->prefix);
	g_free(keys);
}

/* ---- which ranges ---- */

static void add_arm(GArray *arms, guint64 domain_id, char state)
{
	const MailboxArm arm = {domain_id, state, 0};

	g_array_append_val(arms, arm);
}

/* Of all domains: those of inactive ones count as inactive. */
static gboolean add_states(Db *db, char state, GArray *arms, GError **error)
{
	gboolean any = FALSE;
	g_autoptr(DbRows) rows = db_query(db, error, SQL_DOMAINS, "");

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows)) {
		gboolean active = db_rows_u64(rows, DOMAIN_ACTIVE) != 0;
		any = any || !active;
		if (active == (state == 'a'))
			add_arm(arms, db_rows_u64(rows, DOMAIN_ID), 'a');
	}
	if (!any)
		g_array_set_size(arms, 0);
	if (!any || state == 'i')
		add_arm(arms, 0, state);
	return TRUE;
}

/* Of one domain. */
static gboolean add_domain_states(
        Db *db, guint64 domain_id, char state, GArray *arms, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_DOMAIN, "u", domain_id);

	if (rows == NULL)
		return FALSE;
	if (!db_rows_next(rows) || db_rows_u64(rows, 0) != 0) {
		add_arm(arms, domain_id, state);
	} else if (state == 'i') {
		add_arm(arms, domain_id, 'a');
		add_arm(arms, domain_id, 'i');
	}
	return TRUE;
}

gboolean mailbox_plan_is_mark(char state)
{
	return state == 'u' || state == 'k' || state == 'f' || state == 'e';
}

static gboolean of_deleted(char state)
{
	return state == 'd' || state == 'e';
}

static GArray *ending_arms(Db *db, guint64 domain_id, GError **error)
{
	g_autoptr(GArray) days = mailbox_ending_days(db, error);

	if (days == NULL)
		return NULL;
	GArray *arms = g_array_new(FALSE, FALSE, sizeof(MailboxArm));
	for (guint i = 0; i < days->len; i++) {
		const MailboxArm arm = {domain_id, 'e', g_array_index(days, guint64, i)};
		g_array_append_val(arms, arm);
	}
	return arms;
}

static GArray *mark_arms(Db *db, guint64 domain_id, char state, GError **error)
{
	if (state == 'e')
		return ending_arms(db, domain_id, error);
	GArray *arms = g_array_new(FALSE, FALSE, sizeof(MailboxArm));
	add_arm(arms, domain_id, state);
	return arms;
}

/* Where the mailboxes of a state are. All live ones are one range only as long as no word is looked
 * for. */
static GArray *state_arms(Db *db, guint64 domain_id, char state, gboolean has_words, GError **error)
{
	g_autoptr(GArray) arms = g_array_new(FALSE, FALSE, sizeof(MailboxArm));

	if (state == 'a' || state == 'i') {
		if (!(domain_id == 0 ? add_states(db, state, arms, error)
		                     : add_domain_states(db, domain_id, state, arms, error)))
			return NULL;
	} else if (of_deleted(state)) {
		add_arm(arms, domain_id, 'd');
	} else if (state != 0 && !mailbox_plan_is_mark(state)) {
		add_arm(arms, domain_id, state);
	} else if (has_words) {
		add_arm(arms, domain_id, 'a');
		add_arm(arms, domain_id, 'i');
	} else {
		add_arm(arms, domain_id, 'l');
	}
	return g_steal_pointer(&arms);
}

/* ---- which lists ---- */

/* Takes the prefix. */
static void add_list(MailboxSearch *search, GArray *arms, char *prefix)
{
	MailboxKeys *keys = g_new0(MailboxKeys, 1);

	keys->arms = g_array_ref(arms);
	keys->prefix = prefix;
	g_ptr_array_add(search->lists, keys);
}

static void add_key_list(MailboxSearch *search, guint64 domain_id, char state, char *prefix)
{
	g_autoptr(GArray) arms = g_array_new(FALSE, FALSE, sizeof(MailboxArm));

	add_arm(arms, domain_id, state);
	add_list(search, arms, prefix);
}

static void add_word_lists(MailboxSearch *search, GArray *arms)
{
	for (guint i = 0; i < search->words->len; i++) {
		const char *word = search->words->pdata[i];
		gsize length = fold_prefix_length(word, FOLD_PREFIX_MAX);

		if (i >= MAILBOX_PLAN_WORDS || word[length] != '\0')
			search->look = TRUE;
		if (i < MAILBOX_PLAN_WORDS)
			add_list(search, arms, g_strndup(word, length));
	}
}

/* The longest words say most. */
static gint compare_lengths(gconstpointer a, gconstpointer b)
{
	gsize one = strlen(*(const char *const *)a), other = strlen(*(const char *const *)b);

	return one < other ? 1 : one > other ? -1 : 0;
}

MailboxSearch *mailbox_plan(
        Db *db, const char *q, guint64 domain_id, guint64 user_id, char state, GError **error)
{
	g_autofree char *readable = address_readable(q);
	g_autoptr(MailboxSearch) search = g_new0(MailboxSearch, 1);
	gboolean mark = mailbox_plan_is_mark(state);

	search->lists = g_ptr_array_new_with_free_func(keys_free);
	search->words = fold_searched_words(readable);
	search->deleted = of_deleted(state);
	g_autoptr(GArray) arms = state_arms(db, domain_id, state, search->words->len > 0, error);
	if (arms == NULL)
		return NULL;
	g_autoptr(GArray) marked =
	        mark ? mark_arms(db, domain_id, state, error) : g_array_ref(arms);
	if (marked == NULL)
		return NULL;
	/* Nothing that a word could begin with; nobody's mailbox is somebody's. */
	if ((search->words->len == 0 && *q != '\0') || (state == 'u' && user_id != 0) ||
	        marked->len == 0)
		return g_steal_pointer(&search);
	g_ptr_array_sort(search->words, compare_lengths);
	search->pairs = !mark && user_id == 0 && search->words->len > 1;
	/* Those that are likely to be short come first. */
	if (user_id != 0)
		add_key_list(search, domain_id, search->deleted ? 'q' : 'p',
		        g_strdup_printf("%" G_GUINT64_FORMAT, user_id));
	if (mark)
		add_list(search, marked, g_strdup(""));
	add_word_lists(search, arms);
	gboolean said = search->lists->len > 0 && (state == 0 || mark || search->deleted);
	if (search->words->len == 0 && !said)
		add_list(search, arms, g_strdup(""));
	return g_steal_pointer(&search);
}
