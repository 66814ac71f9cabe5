/* test_mailbox_merge.c: what is in several lists at once is found, however few keys a fetch of a
 * list takes. */
#include "tests/db/list_model.h"

/* Merged lists whose pieces hold few keys: they end, are looked up in and are fetched again all the
 * time. */
static void walk_merged(const MailboxFilter *filter, guint piece)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) wanted = expected(filter);
	g_autoptr(MailboxSearch) search = mailbox_list_search(db, filter, &error);
	g_autofree char *after = g_strdup("");
	guint seen = 0;

	assert_no_error(error);
	search->descending = filter->descending;
	search->light = TRUE;
	search->piece = piece;
	for (guint steps = 0; after != NULL && steps < 1000; steps++) {
		g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(mailbox_row_free);
		char *to = NULL;
		mailbox_search(db, search, after, 40, found, &to, &error);
		assert_no_error(error);
		for (guint i = 0; i < found->len; i++) {
			const MailboxRow *row = found->pdata[i];
			const MailboxRow *next = seen < wanted->len ? wanted->pdata[seen] : NULL;
			if (next != NULL && strcmp(next->address, row->address) == 0) {
				assert_true(next->id == row->id);
				seen++;
			}
		}
		g_free(after);
		after = to != NULL ? to : found->len == 40 ? mailbox_range_last(found) : NULL;
	}
	assert_null(after);
	if (seen != wanted->len)
		fail_msg("q=%s state=%c user=%u piece=%u: %u of %u", filter->q,
		        filter->state != 0 ? filter->state : '0', (guint)filter->user_id, piece,
		        seen, wanted->len);
}

static void test_small_pieces(void **state)
{
	static const char states[] = {0, 'a', 'i', 'v', 'u', 'k', 'f'};
	const guint64 users[] = {0, often, seldom};
	(void)state;

	for (gsize q = 0; q < G_N_ELEMENTS(searches); q++)
		for (gsize s = 0; s < sizeof(states); s++)
			for (gsize u = 0; u < G_N_ELEMENTS(users); u++)
				walk_merged(&(MailboxFilter){.q = searches[q],
				                    .user_id = users[u],
				                    .state = states[s],
				                    .descending = pick(2) == 0},
				        2 + pick(12));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_small_pieces),
	};

	return cmocka_run_group_tests(tests, make_model, drop_model);
}
