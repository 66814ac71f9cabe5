/* test_absence_race.c: notes, names and aliases changed at once; whom notes answered meanwhile. */
#include "tests/db/absence_office.h"

#include "lib/mailbox/alias.h"

/* What one thread does to the mailbox all the time, with a connection of its own. */
typedef struct {
	guint64 mailbox_id;
	guint kind, done;
} Racer;

static gboolean race_once(Db *own, const Racer *racer, guint i, GError **error)
{
	g_autofree char *name = g_strdup_printf("Name%u Wort%u", i % 7, i % 3);
	g_autofree char *address = g_strdup_printf("race%u.%u@%s", racer->kind, i, domain);

	if (racer->kind == 0) {
		g_autoptr(Absence) note = absence_load(own, racer->mailbox_id, error);
		if (note == NULL)
			return FALSE;
		note->active = !note->active;
		g_free(note->body);
		note->body = g_strdup("x");
		return absence_save(own, &actor, note, error);
	}
	if (racer->kind == 1) {
		g_autoptr(Mailbox) mailbox = mailbox_load(own, racer->mailbox_id, error);
		if (mailbox == NULL)
			return FALSE;
		g_free(mailbox->email_name);
		mailbox->email_name = g_steal_pointer(&name);
		mailbox->vip = i % 5 == 0;
		return mailbox_update(own, &actor, mailbox, error);
	}
	return alias_add(own, &actor, racer->mailbox_id, address, error);
}

static gpointer race(gpointer data)
{
	Racer *racer = data;
	g_autoptr(Db) own = db_new(config);

	for (guint i = 0; i < 40; i++) {
		g_autoptr(GError) error = NULL;
		if (race_once(own, racer, i, &error))
			racer->done++;
		else if (!g_error_matches(error, PS_ERROR, PS_ERROR_CONFLICT))
			g_printerr("race %u: %s\n", racer->kind, error->message);
	}
	return NULL;
}

/* Notes switched, names and further addresses changed at once: list and script fit all of it. */
static void test_race(void **state)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Mailbox) mailbox = new_mailbox("race");
	Racer racers[] = {
	        {mailbox->id, 0, 0}, {mailbox->id, 1, 0}, {mailbox->id, 2, 0}, {mailbox->id, 3, 0}};
	GThread *threads[G_N_ELEMENTS(racers)];

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(racers); i++)
		threads[i] = g_thread_new("race", race, &racers[i]);
	for (gsize i = 0; i < G_N_ELEMENTS(racers); i++) {
		g_thread_join(threads[i]);
		assert_int_equal(racers[i].done, 40);
	}
	assert_list_right();
	g_autoptr(Absence) on = save(mailbox->id, FALSE, "", "");
	g_autofree char *gone = script_of(mailbox->address);
	assert_null(gone);
	g_autoptr(GPtrArray) aliases = mailbox_aliases(db, mailbox->id, &error);
	for (guint i = 0; error == NULL && i < aliases->len; i++)
		alias_remove(
		        db, &actor, mailbox->id, ((MailboxAlias *)aliases->pdata[i])->id, &error);
	assert_no_error(error);
	/* Two threads add further addresses while the note is on. */
	g_autoptr(Absence) again = save(mailbox->id, TRUE, "", "");
	for (gsize i = 2; i < G_N_ELEMENTS(racers); i++)
		threads[i] = g_thread_new("race", race, &racers[i]);
	for (gsize i = 2; i < G_N_ELEMENTS(racers); i++)
		g_thread_join(threads[i]);
	g_autofree char *script = script_of(mailbox->address);
	for (guint kind = 2; kind < 4; kind++) {
		for (guint i = 0; i < 40; i++) {
			g_autofree char *address =
			        g_strdup_printf("\"race%u.%u@%s\"", kind, i, domain);
			assert_non_null(strstr(script, address));
		}
	}
}

/* Two people save the first note at once: one is told. */
static gpointer save_first(gpointer data)
{
	const guint64 *id = data;
	g_autoptr(Db) own = db_new(config);
	g_autoptr(GError) error = NULL;
	g_autoptr(Absence) wanted = typed_note(*id, 1, TRUE, "", "x", "", "");

	if (absence_save(own, &actor, wanted, &error))
		return GUINT_TO_POINTER(1);
	return GUINT_TO_POINTER(g_error_matches(error, PS_ERROR, PS_ERROR_CONFLICT) ? 2 : 0);
}

static void test_first_at_once(void **state)
{
	(void)state;
	for (guint i = 0; i < 10; i++) {
		g_autofree char *local = g_strdup_printf("first%u", i);
		g_autoptr(Mailbox) mailbox = new_mailbox(local);
		GThread *one = g_thread_new("one", save_first, &mailbox->id);
		GThread *other = g_thread_new("other", save_first, &mailbox->id);
		guint sum = GPOINTER_TO_UINT(g_thread_join(one)) +
		            GPOINTER_TO_UINT(g_thread_join(other));
		assert_int_equal(sum, 3);
	}
	assert_list_right();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_race),
	        cmocka_unit_test(test_first_at_once),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
