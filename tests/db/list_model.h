/* list_model.h: an office of mailboxes for the tests of the list, and what each of them is like. */
#ifndef POSTSTELLE_TESTS_LIST_MODEL_H
#define POSTSTELLE_TESTS_LIST_MODEL_H

#include "lib/mailbox/mailbox_hits.h"

#include <stdio.h>
#include <string.h>

#include "tests/db/db_test.h"

#include "lib/base/fold.h"
#include "lib/mailbox/alias.h"
#include "lib/mailbox/assignment.h"
#include "lib/mailbox/mailbox.h"
#include "lib/mailbox/mailbox_find_check.h"
#include "lib/mailbox/mailbox_password.h"
#include "lib/mailbox/mailbox_usage.h"
#include "lib/office/domain.h"
#include "lib/office/mailbox_mark.h"
#include "lib/user/user.h"

#define COUNT 420
#define DOMAINS 3

static Config *config;
static Db *db;
static GPtrArray *model;         /* Box */
static guint64 domains[DOMAINS]; /* the last one is inactive */
static guint64 often, seldom;    /* users */
static guint64 seed;

static const char *const firsts[] = {"Max", "Maria", "Jörg", "Zoë", "Ölaf", "Anna", "Li", "Jo",
        "Maximilian-Alexander", "Größe", "Emoji😀", "X"};
static const char *const lasts[] = {"Müller", "Mueller", "Schmidt", "Weiß", "Li", "Meyer",
        "O'Neill", "Verwaltungsgesellschaftsmitarbeiter", "Maier", "Jo"};

typedef struct {
	MailboxRow row;
	char *further;
	gboolean often, seldom; /* assigned to these */
	gboolean ending;        /* it can soon not be restored any more */
} Box;

static inline guint pick(guint limit)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (guint)(seed >> 33) % limit;
}

static inline void add_domains(const Actor *actor)
{
	for (guint i = 0; i < DOMAINS; i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *name = g_strdup_printf("liste%u-%x.example", i, g_random_int());
		domain_create(db, actor, name, &domains[i], &error);
		assert_no_error(error);
	}
}

/* Names beyond what the generator gives: none, only signs. */
static inline char *name_of(guint i)
{
	if (i % 7 == 0)
		return g_strdup("");
	if (i % 31 == 0)
		return g_strdup("-- !! --");
	return g_strdup_printf(
	        "%s %s", firsts[pick(G_N_ELEMENTS(firsts))], lasts[pick(G_N_ELEMENTS(lasts))]);
}

static inline guint64 add_person(const Actor *actor, const char *name)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *login = g_strdup_printf("%s-%08x", name, g_random_int());
	g_autoptr(User) user = g_new0(User, 1);
	guint64 id = 0;

	user->login = g_strdup(login);
	user->name = g_strdup(name);
	user->email_name = g_strdup("");
	user->contact_email = g_strdup("kontakt@anderswo.example");
	user->locale = g_strdup("");
	user->role = USER_STAFF;
	user->active = TRUE;
	user_create(db, actor, user, NULL, &id, &error);
	assert_no_error(error);
	return id;
}

/* Who is assigned, what it is called beside, and how much it may hold. */
static inline void add_rest(const KeyRing *ring, const Actor *actor, Box *box)
{
	g_autoptr(GError) error = NULL;

	box->often = pick(2) == 0;
	box->seldom = pick(20) == 0;
	box->further = g_strdup("");
	if (box->often)
		assignment_add(db, actor, box->row.id, often, &error);
	assert_no_error(error);
	if (box->seldom || pick(10) == 0) {
		assignment_add(db, actor, box->row.id, seldom, &error);
		assert_no_error(error);
		box->row.known = !box->seldom;
		if (!box->seldom)
			assignment_end(db, NULL, actor, box->row.id, seldom, &error);
		assert_no_error(error);
	}
	if (box->row.known && pick(4) == 0) {
		g_autoptr(Mailbox) mailbox = mailbox_load(db, box->row.id, &error);
		mailbox_password_new(db, ring, actor, box->row.id, mailbox->version, &error);
		assert_no_error(error);
		box->row.known = FALSE;
	}
	if (pick(8) == 0) {
		g_free(box->further);
		box->further = g_strdup_printf("zweitname.%" G_GUINT64_FORMAT "@%s", box->row.id,
		        strchr(box->row.address, '@') + 1);
		alias_add(db, actor, box->row.id, box->further, &error);
		assert_no_error(error);
	}
}

static inline void set_note(Mailbox *mailbox, const char *note)
{
	g_free(mailbox->note);
	mailbox->note = g_strdup(note);
}

static inline void add_mailbox(const KeyRing *ring, const Actor *actor, guint i)
{
	g_autoptr(GError) error = NULL;
	Box *box = g_new0(Box, 1);
	MailboxRow *row = &box->row;
	g_autofree char *local =
	        g_strdup_printf("%s.%s%u", i % 3 ? "max" : "li", i % 5 ? "mueller-x" : "b", i);
	g_autofree char *name = name_of(i);

	row->domain_id = domains[pick(DOMAINS)];
	mailbox_create(db, ring, actor, local, row->domain_id, name, &row->id, &error);
	assert_no_error(error);
	g_autoptr(Mailbox) mailbox = mailbox_load(db, row->id, &error);
	assert_no_error(error);
	mailbox->active = pick(4) != 0;
	mailbox->vip = pick(6) == 0;
	mailbox->quota_mb = pick(3);
	set_note(mailbox, i % 4 == 0 ? "Irrtum Halle" : "");
	mailbox_update(db, actor, mailbox, &error);
	assert_no_error(error);
	mailbox->version++;
	set_note(mailbox, i % 4 < 2 ? "Übergabe Halle, \"Süd\"" : "");
	mailbox_update(db, actor, mailbox, &error);
	assert_no_error(error);
	row->bytes = pick(5) == 0 ? 0 : pick(40) * 50000;
	row->quota_mb = mailbox->quota_mb;
	db_execute(db, &error, "UPDATE mailbox_usage SET bytes = ? WHERE username = ?", "ua",
	        row->bytes, mailbox->address);
	assert_no_error(error);
	row->active = mailbox->active;
	row->vip = mailbox->vip;
	row->address = g_strdup(mailbox->address);
	row->email_name = g_strdup(mailbox->email_name);
	row->note = g_strdup(mailbox->note);
	g_ptr_array_add(model, box);
	add_rest(ring, actor, box);
}

static inline int make_model(void **state)
{
	const Actor actor = {0, "test"};
	g_autoptr(GError) error = NULL;

	(void)state;
	seed = g_random_int();
	printf("seed %" G_GUINT64_FORMAT "\n", seed);
	config = db_test_config();
	db = db_new(config);
	g_autoptr(KeyRing) ring = db_test_ring();
	model = g_ptr_array_new();
	add_domains(&actor);
	often = add_person(&actor, "oft");
	seldom = add_person(&actor, "selten");
	for (guint i = 0; i < COUNT; i++)
		add_mailbox(ring, &actor, i);
	domain_set_active(db, &actor, domains[DOMAINS - 1], 1, FALSE, &error);
	assert_no_error(error);
	return 0;
}

static inline int drop_model(void **state)
{
	(void)state;
	for (guint i = 0; i < model->len; i++) {
		Box *box = model->pdata[i];
		g_free(box->row.address);
		g_free(box->row.email_name);
		g_free(box->row.note);
		g_free(box->further);
		g_free(box);
	}
	g_ptr_array_unref(model);
	db_free(db);
	config_free(config);
	return 0;
}

static inline gboolean in_state(const Box *box, char state)
{
	const MailboxRow *row = &box->row;

	if (row->deleted)
		return state == 'd' || (state == 'e' && box->ending);
	gboolean active = row->active && row->domain_id != domains[DOMAINS - 1];
	gboolean unassigned = !box->often && !box->seldom;
	gboolean full = row->quota_mb > 0 && row->bytes * 10 >= row->quota_mb * 9437184;

	return state == 0 || (state == 'a' && active) || (state == 'i' && !active) ||
	       (state == 'v' && row->vip) || (state == 'u' && unassigned) ||
	       (state == 'k' && row->known) || (state == 'f' && full);
}

static inline gboolean has_user(const Box *box, guint64 user_id)
{
	return user_id == 0 || (user_id == often && box->often) ||
	       (user_id == seldom && box->seldom);
}

static inline gboolean has_words(const Box *box, const char *q)
{
	g_autoptr(GPtrArray) wanted = fold_searched_words(q);
	g_autofree char *text = g_strjoin(
	        " ", box->row.address, box->row.email_name, box->row.note, box->further, NULL);
	g_autoptr(GPtrArray) own = fold_stored_words(text);

	for (guint i = 0; i < wanted->len; i++) {
		gboolean found = FALSE;
		for (guint j = 0; j < own->len; j++)
			found = found || g_str_has_prefix(own->pdata[j], wanted->pdata[i]);
		if (!found)
			return FALSE;
	}
	return wanted->len > 0 || *q == '\0';
}

#include "lib/mailbox/mailbox_delete.h"
#include "lib/mailbox/mailbox_rename.h"
#include "lib/mailbox/mailbox_sorted.h"

static const MailboxFilter *comparing;

static inline gint compare(gconstpointer a, gconstpointer b)
{
	const MailboxRow *one = *(const MailboxRow *const *)a;
	const MailboxRow *other = *(const MailboxRow *const *)b;
	int order = 0;

	if (comparing->sort == MAILBOX_SORT_NAME) {
		g_autoptr(GBytes) left = fold_name_sort(one->email_name, one->address);
		g_autoptr(GBytes) right = fold_name_sort(other->email_name, other->address);
		order = g_bytes_compare(left, right);
	} else if (comparing->sort == MAILBOX_SORT_STORAGE) {
		order = one->bytes < other->bytes ? -1 : one->bytes > other->bytes;
	}
	if (order == 0)
		order = strcmp(one->address, other->address);
	return comparing->descending ? -order : order;
}

/* What all pages together have to hold; only mailboxes of the model's domains. */
static inline GPtrArray *expected(const MailboxFilter *filter)
{
	GPtrArray *rows = g_ptr_array_new();

	for (guint i = 0; i < model->len; i++) {
		Box *box = model->pdata[i];
		MailboxRow *row = &box->row;
		if ((filter->domain_id == 0 || row->domain_id == filter->domain_id) &&
		        in_state(box, filter->state) && has_user(box, filter->user_id) &&
		        has_words(box, filter->q))
			g_ptr_array_add(rows, row);
	}
	comparing = filter;
	g_ptr_array_sort(rows, compare);
	return rows;
}

static const char *const searches[] = {"", "max", "m", "li", "zweitn", "zweitname max", "müller",
        "mueller", "muller", "verwaltungsgesellschaft", "verwaltungsgesellschaftsmitarb",
        "verwaltungsgesellschaftsmitx", "max mueller", "maria müller", "li jo", "li x", "l j",
        "m m", "max maria mueller b", "zoe weiss", "größe schmidt", "o neill anna", "emoji",
        "irrtum", "uebergabe", "halle süd max", "gibtesnicht", "max gibtesnicht", "!!",
        "a b c d e f g h i j",
        "maximilian alexander verwaltungsgesellschaftsmitarbeiter max li example"};

#endif
