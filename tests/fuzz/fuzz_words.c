/* fuzz_words.c: what is typed to be kept, searched or sent: words, names, days, absence notes. */
#include "tests/fuzz/fuzz.h"

#include "lib/base/fold.h"
#include "lib/base/local_date.h"
#include "lib/base/text_check.h"
#include "lib/base/text_visible.h"
#include "lib/base/user_login.h"
#include "lib/mailbox/absence_script.h"
#include "lib/mailbox/import_hash.h"
#include "lib/office/domain.h"

/* A text is found by its own words. */
static void check_fold(const char *text)
{
	g_autoptr(GPtrArray) stored = fold_stored_words(text), searched = fold_searched_words(text);
	g_autofree char *all = fold_stored_text(text);
	g_autoptr(GBytes) sort = fold_name_sort(text, "a@b.example");

	g_assert_true(fold_words_match(stored, searched));
	fuzz_is_line(all, G_MAXSIZE);
	g_assert_cmpuint(g_bytes_get_size(sort), <=, 512);
	for (guint i = 0; i < stored->len; i++) {
		const char *word = stored->pdata[i];
		gsize length = fold_prefix_length(word, FOLD_PREFIX_MAX);
		g_assert_cmpuint(length, <=, FOLD_PREFIX_MAX);
		g_assert_true(g_utf8_validate(word, (gssize)length, NULL));
	}
}

static void check_typed(const char *text)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *login = user_login_normal(text), *again = user_login_normal(login);
	g_autofree char *name = text_check_email_name(text, &error);
	g_autofree char *stripped = text_strip(g_strdup(text));
	g_autofree char *twice = text_strip(g_strdup(stripped));

	g_assert_cmpstr(again, ==, login);
	g_assert_cmpstr(twice, ==, stripped);
	g_assert_true((name == NULL) == (error != NULL));
	fuzz_is_line(name, 4 * 255);
	g_assert_true(!text_is_blank(text) || text_is_blank(stripped));
}

/* A day that is read is written the same, and begins before the next. */
static void check_day(const char *text)
{
	GDate date;
	char again[11];

	if (!local_date_read(text, &date))
		return;
	g_date_strftime(again, sizeof(again), "%Y-%m-%d", &date);
	g_assert_cmpstr(again, ==, text);
	g_autoptr(GTimeZone) zone = g_time_zone_new_identifier("Europe/Berlin");
	guint64 start = local_date_start(zone, &date);
	g_date_add_days(&date, 2);
	g_assert_cmpuint(start, <, local_date_start(zone, &date));
}

/* The script without what stands in its texts. */
static char *bones(const char *script)
{
	GString *out = g_string_new(NULL);
	gboolean quoted = FALSE;

	for (const char *c = script; *c != '\0'; c++) {
		if (quoted && *c == '\\' && c[1] != '\0') {
			c++;
			continue;
		}
		if (*c == '"')
			quoted = !quoted;
		if (!quoted)
			g_string_append_c(out, *c);
	}
	g_assert_false(quoted);
	return g_string_free(out, FALSE);
}

static char *script_of(const char *subject, const char *body)
{
	g_autoptr(GPtrArray) none = g_ptr_array_new(), domains = g_ptr_array_new();
	char name[] = "office.example";
	Domain own = {.name = name, .display_name = name};
	AbsenceScript note = {.mailbox_id = 7,
	        .generation = 3,
	        .address = "info@office.example",
	        .aliases = none,
	        .domains = domains,
	        .subject = subject,
	        .body = body};

	g_ptr_array_add(domains, &own);
	return absence_script_build(&note);
}

/* Whatever is typed, nothing but texts differs. */
static void check_script(const char *subject, const char *body)
{
	g_autoptr(GError) error = NULL;

	if (*subject == '\0' || !absence_script_check(subject, body, "", &error))
		return;
	g_autofree char *script = script_of(subject, body), *plain = script_of("a", "b");
	g_autofree char *one = bones(script), *other = bones(plain);
	g_assert_cmpstr(one, ==, other);
}

static void check_hash(const char *text)
{
	g_autofree char *hash = import_hash(text, "CRYPT");

	if (hash != NULL)
		g_assert_true(hash[0] == '{' && strchr(hash, '}') != NULL);
	fuzz_is_line(hash, G_MAXSIZE);
}

/* A line, a NUL, a text. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FuzzInput input = {data, size};
	g_autofree char *line = fuzz_utf8(&input), *text = fuzz_utf8(&input);

	check_fold(line);
	check_typed(line);
	check_day(line);
	check_script(line, text);
	if (g_str_is_ascii(line) && g_ascii_strncasecmp(line, "{plain", 6) != 0)
		check_hash(line);
	return 0;
}
