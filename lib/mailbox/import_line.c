/* import_line.c: makes lines and faults of an import, and keeps lines as a text. */
#include "lib/mailbox/import_line.h"

#include <string.h>

#include "lib/base/fold.h"

#define TYPE "(sssbbbbxmsasasasas)"
#define VALUE_MAX 200 /* octets of a cell that are said again */

ImportLine *import_line_new(guint number)
{
	ImportLine *line = g_new0(ImportLine, 1);

	line->number = number;
	line->address = g_strdup("");
	line->email_name = g_strdup("");
	line->note = g_strdup("");
	line->active = line->may_send = line->may_log_in = TRUE;
	line->quota_mb = IMPORT_QUOTA_UNSAID;
	line->aliases = g_ptr_array_new_with_free_func(g_free);
	line->logins = g_ptr_array_new_with_free_func(g_free);
	line->user_names = g_ptr_array_new_with_free_func(g_free);
	line->user_emails = g_ptr_array_new_with_free_func(g_free);
	line->alias_domains = g_array_new(FALSE, FALSE, sizeof(guint64));
	line->users = g_array_new(FALSE, FALSE, sizeof(guint64));
	return line;
}

void import_line_free(gpointer data)
{
	ImportLine *line = data;

	if (line == NULL)
		return;
	g_free(line->address);
	g_free(line->email_name);
	g_free(line->note);
	g_free(line->password_hash);
	g_ptr_array_unref(line->aliases);
	g_ptr_array_unref(line->logins);
	g_ptr_array_unref(line->user_names);
	g_ptr_array_unref(line->user_emails);
	g_array_unref(line->alias_domains);
	g_array_unref(line->users);
	g_free(line);
}

static GVariant *texts(const GPtrArray *list)
{
	return g_variant_new_strv((const char *const *)list->pdata, (gssize)list->len);
}

char *import_line_write(const ImportLine *line)
{
	g_autoptr(GVariant) all =
	        g_variant_ref_sink(g_variant_new("(sssbbbbxms@as@as@as@as)", line->address,
	                line->email_name, line->note, line->active, line->vip, line->may_send,
	                line->may_log_in, line->quota_mb, line->password_hash, texts(line->aliases),
	                texts(line->logins), texts(line->user_names), texts(line->user_emails)));

	return g_variant_print(all, FALSE);
}

static void take_texts(GPtrArray *list, GVariant *texts_of)
{
	g_autoptr(GVariant) owned = texts_of;
	GVariantIter iter;
	char *text;

	g_variant_iter_init(&iter, owned);
	while (g_variant_iter_next(&iter, "s", &text))
		g_ptr_array_add(list, text);
}

ImportLine *import_line_read(guint number, const char *text)
{
	g_autoptr(GVariant) all = g_variant_parse(G_VARIANT_TYPE(TYPE), text, NULL, NULL, NULL);
	GVariant *aliases, *logins, *names, *emails;

	if (all == NULL)
		return NULL;
	ImportLine *line = import_line_new(number);
	g_free(line->address);
	g_free(line->email_name);
	g_free(line->note);
	g_variant_get(all, "(sssbbbbxms@as@as@as@as)", &line->address, &line->email_name,
	        &line->note, &line->active, &line->vip, &line->may_send, &line->may_log_in,
	        &line->quota_mb, &line->password_hash, &aliases, &logins, &names, &emails);
	take_texts(line->aliases, aliases);
	take_texts(line->logins, logins);
	take_texts(line->user_names, names);
	take_texts(line->user_emails, emails);
	return line;
}

/* ---- what is wrong ---- */

static void fault_free(gpointer data)
{
	ImportFault *fault = data;

	g_free(fault->value);
	g_free(fault);
}

GPtrArray *import_faults_new(void)
{
	return g_ptr_array_new_with_free_func(fault_free);
}

void import_fault_add(GPtrArray *faults, guint line, const char *column, const char *reason,
        const char *value, guint other)
{
	ImportFault *fault = g_new0(ImportFault, 1);

	fault->line = line;
	fault->column = column;
	fault->reason = reason;
	fault->value = fold_valid(value, VALUE_MAX);
	fault->other = other;
	g_ptr_array_add(faults, fault);
}

static gint compare_faults(gconstpointer a, gconstpointer b)
{
	guint one = (*(const ImportFault *const *)a)->line;
	guint other = (*(const ImportFault *const *)b)->line;

	return one < other ? -1 : one > other;
}

void import_faults_sort(GPtrArray *faults)
{
	g_ptr_array_sort(faults, compare_faults);
}

static const struct {
	const char *reason, *text;
} texts_of_reasons[] = {
        {"empty", "is empty"},
        {"too_long",
                "is too long (an address 254 characters, its part before the @ 64, a name 255)"},
        {"control", "holds a line break or a control character"},
        {"invisible", "holds an invisible character"},
        {"plus", "holds a + before the @; what follows it is no part of an address"},
        {"umlaut", "before the @ only a-z, 0-9, dot, underscore and hyphen are taken, not umlauts"},
        {"characters", "before the @ only a-z, 0-9, dot, underscore and hyphen are taken"},
        {"edge", "begins or ends with something else than a letter or digit"},
        {"dots", "has two dots in a row"},
        {"address", "is no address; it is written like name@office.example"},
        {"domain", "has no domain behind the @"},
        {"foreign", "is in no domain of the office; add the domain first"},
        {"inactive_domain", "is in an inactive domain; activate the domain first"},
        {"alias_domain", "is in a domain whose addresses are those of another one; add it there"},
        {"taken", "is taken, by a mailbox or a further address (a deleted mailbox keeps its own)"},
        {"state", "is neither active nor inactive"},
        {"vip", "is neither 0 nor 1"},
        {"quota", "is no whole number from 0 to 1000000 (MB; 0: without limit)"},
        {"user",
                "is the log-in of no user; to have the user made, say name and e-mail address in user_names and user_emails"},
        {"people", "there have to be as many as log-ins in users, behind semicolons"},
        {"too_many_users", "more than 500 users to be made; divide the table"},
        {"inactive_user", "is the log-in of an inactive user"},
        {"hash", "is no password hash as Dovecot has it, such as {SSHA512}..."},
        {"utf8", "isn't UTF-8; save the table as \"CSV UTF-8\""},
        {"quotes", "the quotes are not in pairs; the lines behind it were not read"},
        {"cells", "has more cells than the first line has names"},
        {"name",
                "is the name of no column; there are address, name, state, vip, quota_mb, aliases, users, user_names, user_emails, password_hash, note"},
        {"no_address", "there is no column named address; the first line names the columns"},
        {"too_many", "more than 10000 lines; divide the table"},
        {"nothing", "there is no line with a mailbox"},
        {"actor", "who said yes may do that no longer"},
        {"cancelled", "was cancelled"},
        {"failed", "couldn't be written"},
};

char *import_fault_text(const ImportFault *fault)
{
	if (strcmp(fault->reason, "twice") == 0)
		return g_strdup_printf("stands in line %u, too", fault->other);
	if (strcmp(fault->reason, "two_people") == 0)
		return g_strdup_printf("has another name or address in line %u", fault->other);
	for (gsize i = 0; i < G_N_ELEMENTS(texts_of_reasons); i++)
		if (strcmp(texts_of_reasons[i].reason, fault->reason) == 0)
			return g_strdup(texts_of_reasons[i].text);
	return g_strdup(fault->reason);
}
