/* test_access_link.c: one-time links on a real server: shown once among many connections, and void
 * for good after the end of an assignment, a new password, a deletion.
 */
#include "lib/mailbox/access_link.h"
#include "lib/mailbox/access_link_list.h"

#include <string.h>

#include "tests/db/db_test.h"

#include "lib/base/error.h"
#include "lib/base/password.h"
#include "lib/base/token.h"
#include "lib/mailbox/assignment.h"
#include "lib/mailbox/mailbox_delete.h"
#include "lib/mailbox/mailbox_password.h"
#include "lib/mailbox/mailbox_secret.h"
#include "lib/office/domain.h"
#include "lib/user/user.h"

#define CONTACT "kontakt@anderswo.example"
#define THREADS 8

static Config *config;
static Db *db;
static KeyRing *ring;
static guint64 domain_id, user_id;
static const Actor actor = {0, "test"};

static int set_up(void **state)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *domain = g_strdup_printf("link-%08x.example", g_random_int());
	g_autofree char *login = g_strdup_printf("leserin-%08x", g_random_int());
	g_autoptr(User) wanted = g_new0(User, 1);

	(void)state;
	config = db_test_config();
	db = db_new(config);
	ring = db_test_ring();
	domain_create(db, &actor, domain, &domain_id, &error);
	assert_no_error(error);
	wanted->login = g_steal_pointer(&login);
	wanted->name = g_strdup("Leserin");
	wanted->email_name = g_strdup("");
	wanted->contact_email = g_strdup(CONTACT);
	wanted->role = USER_STAFF;
	wanted->journal_right = USER_JOURNAL_OWN;
	wanted->locale = g_strdup("en");
	wanted->active = TRUE;
	user_create(db, &actor, wanted, NULL, &user_id, &error);
	assert_no_error(error);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	keyring_free(ring);
	db_free(db);
	config_free(config);
	return 0;
}

static Mailbox *new_mailbox(void)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *local = g_strdup_printf("m%08x", g_random_int());
	guint64 id = 0;

	mailbox_create(db, ring, &actor, local, domain_id, "", &id, &error);
	assert_no_error(error);
	assignment_add(db, &actor, id, user_id, &error);
	assert_no_error(error);
	Mailbox *mailbox = mailbox_load(db, id, &error);
	assert_no_error(error);
	return mailbox;
}

/* A link to the assigned user; sent: the mail server took it. */
static char *new_link(const Mailbox *mailbox, gboolean sent)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(AccessContact) recipient =
	        access_recipient(db, mailbox->id, "KONTAKT@anderswo.example", 0, &error);
	char *token = token_new();
	guint64 id = 0, expires_at = 0;

	assert_no_error(error);
	assert_int_equal(recipient->user_id, user_id);
	assert_string_equal(recipient->locale, "en");
	access_link_create(db, &actor, mailbox, recipient, token, &id, &expires_at, &error);
	assert_no_error(error);
	assert_true(expires_at > 0);
	if (sent)
		access_link_sent(db, &actor, mailbox, id, recipient, FALSE, &error);
	else
		access_link_failed(db, &actor, mailbox, id, recipient, &error);
	assert_no_error(error);
	return token;
}

static gboolean holds(const char *token)
{
	g_autoptr(GError) error = NULL;
	AccessLink link;

	if (access_link_find(db, token, &link, &error))
		return TRUE;
	assert_true(g_error_matches(error, PS_ERROR, PS_ERROR_NOT_FOUND));
	return FALSE;
}

static void test_opens_once(void **state)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Mailbox) mailbox = new_mailbox();
	g_autofree char *token = new_link(mailbox, TRUE);
	g_autofree char *failed = new_link(mailbox, FALSE);
	char *wanted = mailbox_secret_open(db, ring, mailbox->id, &error);

	(void)state;
	assert_no_error(error);
	assert_false(holds(failed));
	assert_false(holds(""));
	char *password = access_link_open(db, ring, token, &error);
	assert_no_error(error);
	assert_string_equal(password, wanted);
	password_free(password);
	password_free(wanted);
	assert_null(access_link_open(db, ring, token, &error));
	assert_true(g_error_matches(error, PS_ERROR, PS_ERROR_CONFLICT));
	assert_true(holds(token)); /* for the profile */
}

static gint opened, refused;

static gpointer open_it(gpointer token)
{
	g_autoptr(Db) own = db_new(config);
	g_autoptr(GError) error = NULL;
	char *password = access_link_open(own, ring, token, &error);

	if (password != NULL)
		g_atomic_int_inc(&opened);
	else if (g_error_matches(error, PS_ERROR, PS_ERROR_CONFLICT))
		g_atomic_int_inc(&refused);
	password_free(password);
	return NULL;
}

static void test_many_connections_one_opens(void **state)
{
	g_autoptr(Mailbox) mailbox = new_mailbox();
	GThread *threads[THREADS];

	(void)state;
	for (guint round = 0; round < 10; round++) {
		g_autofree char *token = new_link(mailbox, TRUE);
		opened = refused = 0;
		for (guint i = 0; i < THREADS; i++)
			threads[i] = g_thread_new("open", open_it, token);
		for (guint i = 0; i < THREADS; i++)
			g_thread_join(threads[i]);
		assert_int_equal(opened, 1);
		assert_int_equal(refused, THREADS - 1);
	}
}

static void set_active(gboolean active)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(User) user = user_load(db, user_id, &error);

	assert_no_error(error);
	user->active = active;
	user_update(db, &actor, user, &error);
	assert_no_error(error);
}

static void test_void_for_good(void **state)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Mailbox) mailbox = new_mailbox();

	(void)state;
	/* An assignment that ended and began again doesn't bring a link back. */
	g_autofree char *one = new_link(mailbox, TRUE);
	assignment_end(db, NULL, &actor, mailbox->id, user_id, &error);
	assert_no_error(error);
	assert_false(holds(one));
	assignment_add(db, &actor, mailbox->id, user_id, &error);
	assert_no_error(error);
	assert_false(holds(one));

	g_autofree char *deactivated = new_link(mailbox, TRUE);
	set_active(FALSE);
	assert_false(holds(deactivated));
	set_active(TRUE);
	assert_false(holds(deactivated));

	g_autofree char *two = new_link(mailbox, TRUE);
	assert_true(holds(two));
	mailbox_password_new(db, ring, &actor, mailbox->id, mailbox->version, &error);
	assert_no_error(error);
	assert_false(holds(two));

	g_autofree char *three = new_link(mailbox, TRUE);
	assert_true(holds(three));
	mailbox_delete(db, &actor, mailbox->id, mailbox->version + 1, &error);
	assert_no_error(error);
	assert_false(holds(three));
	mailbox_restore(db, &actor, mailbox->id, mailbox->version + 2, &error);
	assert_no_error(error);
	assert_false(holds(three));
	assert_null(access_link_open(db, ring, three, &error));
	assert_true(g_error_matches(error, PS_ERROR, PS_ERROR_NOT_FOUND));
}

/* Made at the very moment of what voids it: another connection, which has to wait. */
typedef struct {
	const Mailbox *mailbox;
	const AccessContact *recipient;
	char *token;
	gboolean made;
	GThread *thread;
} Maker;

static gpointer make_meanwhile(gpointer data)
{
	Maker *maker = data;
	g_autoptr(Db) own = db_new(config);
	g_autoptr(GError) error = NULL;
	guint64 id = 0, expires_at = 0;

	maker->made =
	        access_link_create(own, &actor, maker->mailbox, maker->recipient, maker->token, &id,
	                &expires_at, &error) &&
	        access_link_sent(own, &actor, maker->mailbox, id, maker->recipient, FALSE, &error);
	return NULL;
}

static gboolean deactivate_meanwhile(Db *own, gpointer data, GError **error)
{
	Maker *maker = data;
	g_autoptr(User) user = user_guard(own, error) ? user_load(own, user_id, error) : NULL;

	if (user == NULL || !user_deactivate(own, &actor, user, error))
		return FALSE;
	if (maker->thread == NULL)
		maker->thread = g_thread_new("make", make_meanwhile, maker);
	g_usleep(G_USEC_PER_SEC / 2);
	return TRUE;
}

static void test_void_while_it_is_made(void **state)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Mailbox) mailbox = new_mailbox();
	g_autoptr(AccessContact) recipient =
	        access_recipient(db, mailbox->id, CONTACT, user_id, &error);
	g_autofree char *token = token_new();
	Maker maker = {.mailbox = mailbox, .recipient = recipient, .token = token};

	(void)state;
	assert_no_error(error);
	db_transaction(db, deactivate_meanwhile, &maker, &error);
	assert_no_error(error);
	g_thread_join(maker.thread);
	assert_false(maker.made);
	set_active(TRUE);
	assert_false(holds(token));
}

/* The mail takes its time; what happens meanwhile counts. */
static void test_void_before_it_was_sent(void **state)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Mailbox) mailbox = new_mailbox();
	g_autoptr(AccessContact) recipient =
	        access_recipient(db, mailbox->id, CONTACT, user_id, &error);
	g_autofree char *token = token_new();
	guint64 id = 0, expires_at = 0;

	(void)state;
	assert_no_error(error);
	access_link_create(db, &actor, mailbox, recipient, token, &id, &expires_at, &error);
	assert_no_error(error);
	assert_false(holds(token));
	mailbox_password_new(db, ring, &actor, mailbox->id, mailbox->version, &error);
	assert_no_error(error);
	access_link_sent(db, &actor, mailbox, id, recipient, FALSE, &error);
	assert_no_error(error);
	assert_false(holds(token));
}

static void test_states(void **state)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Mailbox) mailbox = new_mailbox();
	static const AccessState wanted[] = {
	        ACCESS_EXPIRED, ACCESS_OPENED, ACCESS_FAILED, ACCESS_WAITS};

	(void)state;
	g_autofree char *waits = new_link(mailbox, TRUE);
	g_autofree char *failed = new_link(mailbox, FALSE);
	g_autofree char *shown = new_link(mailbox, TRUE);
	password_free(access_link_open(db, ring, shown, &error));
	assert_no_error(error);
	g_autofree char *expired = new_link(mailbox, TRUE);
	TokenHash hash = token_hash(expired);
	db_execute(db, &error, "UPDATE access_link SET expires_at = made_at WHERE token_hash = ?",
	        "b", hash.octets, sizeof(hash.octets));
	assert_no_error(error);
	assert_false(holds(expired));
	g_autoptr(GPtrArray) list = access_link_list(db, mailbox->id, 0, &error);
	assert_no_error(error);
	assert_int_equal(list->len, G_N_ELEMENTS(wanted));
	for (guint i = 0; i < list->len; i++)
		assert_int_equal(((const AccessSent *)list->pdata[i])->state, wanted[i]);
	g_autoptr(GPtrArray) none = access_link_list(db, mailbox->id, user_id, &error);
	assert_no_error(error);
	assert_int_equal(none->len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_opens_once),
	        cmocka_unit_test(test_many_connections_one_opens),
	        cmocka_unit_test(test_void_for_good),
	        cmocka_unit_test(test_void_while_it_is_made),
	        cmocka_unit_test(test_void_before_it_was_sent),
	        cmocka_unit_test(test_states),
	};

	return cmocka_run_group_tests_name("access_link", tests, set_up, tear_down);
}
