/* fuzz_from.c: From and Sender, read loosely and written anew: strictly, and of the same people. */
#include "tests/fuzz/fuzz.h"

#include <gmime/gmime.h>

#include "lib/base/address.h"
#include "milter/from.h"

/* The people that can be ours, in their order. */
static GPtrArray *ours(const GPtrArray *mailboxes)
{
	GPtrArray *keys = g_ptr_array_new();

	for (guint i = 0; i < mailboxes->len; i++) {
		const FromMailbox *mailbox = mailboxes->pdata[i];
		fuzz_is_utf8(mailbox->name, G_MAXSIZE);
		g_assert_true((mailbox->key == NULL) == (mailbox->address == NULL));
		if (mailbox->key == NULL)
			continue;
		fuzz_is_header(mailbox->address);
		g_autofree char *key = address_key(mailbox->address);
		g_assert_cmpstr(key, ==, mailbox->key);
		g_ptr_array_add(keys, mailbox->key);
	}
	return keys;
}

static void check_same(const GPtrArray *keys, const GPtrArray *others)
{
	g_assert_cmpuint(keys->len, ==, others->len);
	for (guint i = 0; i < keys->len; i++)
		g_assert_cmpstr(keys->pdata[i], ==, others->pdata[i]);
}

/* Another library sees nobody else in what was written. */
static void check_by_gmime(const GPtrArray *keys, const char *written)
{
	g_autofree char *unfolded = g_strdup(written);

	for (char *c = unfolded; *c != '\0'; c++)
		if (*c == '\n')
			*c = ' ';
	InternetAddressList *list = internet_address_list_parse(NULL, unfolded);
	int length = list != NULL ? internet_address_list_length(list) : 0;
	g_assert_cmpint(length, ==, (int)keys->len);
	for (int i = 0; i < length; i++) {
		InternetAddress *one = internet_address_list_get_address(list, i);
		g_assert_true(INTERNET_ADDRESS_IS_MAILBOX(one));
		const char *address =
		        internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(one));
		g_autofree char *key = address_key(address);
		g_assert_cmpstr(key, ==, keys->pdata[i]);
	}
	g_clear_object(&list);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FuzzInput input = {data, size};
	g_autofree char *value = fuzz_text(&input);

	g_autoptr(GPtrArray) read = from_parse(value);
	g_autoptr(GPtrArray) keys = ours(read);
	g_autofree char *written = from_write(read);
	fuzz_is_header(written);
	if (strlen(written) > FROM_MAX)
		return 0;
	g_autoptr(GPtrArray) again = from_parse(written);
	g_autoptr(GPtrArray) again_keys = ours(again);
	g_assert_cmpuint(again->len, ==, again_keys->len);
	check_same(keys, again_keys);
	check_by_gmime(keys, written);
	return 0;
}
