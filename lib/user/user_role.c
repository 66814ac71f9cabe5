/* user_role.c: the words for roles and rights, and which is meant by one. */
#include "lib/user/user_role.h"

const char *const user_role_words[] = {[USER_STAFF] = "staff", [USER_ADMIN] = "admin", NULL};
const char *const user_journal_words[] = {
        [USER_JOURNAL_NONE] = "none", [USER_JOURNAL_OWN] = "own", [USER_JOURNAL_ALL] = "all", NULL};

/* The place of a word; -1: it isn't there. */
static int place_of_word(const char *const *words, const char *word)
{
	for (int i = 0; words[i] != NULL; i++)
		if (g_strcmp0(words[i], word) == 0)
			return i;
	return -1;
}

gboolean user_role_read(const char *word, UserRole *role)
{
	int place = place_of_word(user_role_words, word);

	*role = place < 0 ? USER_STAFF : (UserRole)place;
	return place >= 0;
}

gboolean user_journal_read(const char *word, UserJournal *right)
{
	int place = place_of_word(user_journal_words, word);

	*right = place < 0 ? USER_JOURNAL_NONE : (UserJournal)place;
	return place >= 0;
}
