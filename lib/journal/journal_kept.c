/* journal_kept.c: cuts a mail's texts to size and folds the words by which it is found. */
#include "lib/journal/journal_kept.h"

#include <string.h>

#include "lib/base/fold.h"

#define NAME_MAX_CHARS 255
#define FOLDED_MAX 1024 /* octets of the words of a recipient */

/* One line of at most max characters: UTF-8, control characters are blanks. */
static char *one_line(const char *text, glong max)
{
	g_autofree char *valid = text != NULL ? fold_valid(text, (gsize)max * 8) : g_strdup("");
	GString *line = g_string_new(NULL);
	glong length = 0;

	for (const char *c = g_strchug(valid); *c != '\0' && length < max;
	        c = g_utf8_next_char(c), length++) {
		gunichar u = g_utf8_get_char(c);
		g_string_append_unichar(line, g_unichar_iscntrl(u) ? ' ' : u);
	}
	return g_strchomp(g_string_free(line, FALSE));
}

/* Text of at most JOURNAL_TEXT_MAX octets: UTF-8, lines ended by LF. */
static char *bounded_text(const char *text)
{
	g_autofree char *valid = fold_valid(text, (gsize)JOURNAL_TEXT_MAX * 2);
	GString *out = g_string_new(NULL);

	for (const char *c = valid; *c != '\0'; c++)
		if (*c != '\r')
			g_string_append_c(out, *c);
		else if (c[1] != '\n')
			g_string_append_c(out, '\n');
	gsize length = fold_prefix_length(out->str, JOURNAL_TEXT_MAX);
	g_string_truncate(out, length);
	return g_string_free(out, FALSE);
}

static void named_free(gpointer data)
{
	JournalNamed *one = data;

	g_free(one->normal);
	g_free(one->address);
	g_free(one->name);
	g_free(one->folded);
	g_free(one);
}

static JournalNamed *named_new(JournalRole role, const char *address, const char *name)
{
	JournalNamed *one = g_new0(JournalNamed, 1);

	one->role = role;
	one->normal = journal_address_normal(address);
	one->address = one_line(address, JOURNAL_ADDRESS_MAX);
	one->name = one_line(name, NAME_MAX_CHARS);
	return one;
}

static void add_header(
        GPtrArray *headers, JournalRole role, const JournalAddress *list, gsize count)
{
	for (gsize i = 0; i < count; i++) {
		JournalNamed *one = named_new(role, list[i].address, list[i].name);
		one->place = (guint)i;
		g_ptr_array_add(headers, one);
	}
}

static void add_recipients(GPtrArray *recipients, const JournalMail *mail)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

	for (gsize i = 0; i < mail->n_recipients; i++) {
		JournalNamed *one = named_new(JOURNAL_BCC, mail->recipients[i], NULL);
		if (g_hash_table_contains(seen, one->normal)) {
			named_free(one);
			continue;
		}
		g_hash_table_add(seen, one->normal);
		g_autofree char *both = journal_address_searched(one->address);
		one->folded = fold_stored_text(both);
		one->folded[fold_prefix_length(one->folded, FOLDED_MAX)] = '\0';
		g_ptr_array_add(recipients, one);
	}
}

gboolean journal_named_is_stored(const JournalNamed *one)
{
	return one->place < JOURNAL_NAMED_MAX;
}

/* What the list shows of From, To and Cc. */
static void list_addresses(JournalKept *kept)
{
	g_autoptr(GString) recipients = g_string_new(NULL);
	guint listed = 0;

	for (guint i = 0; i < kept->headers->len && listed < JOURNAL_LISTED; i++) {
		const JournalNamed *one = kept->headers->pdata[i];
		if (one->role != JOURNAL_FROM)
			g_string_append_printf(
			        recipients, "%s%s", listed++ > 0 ? ", " : "", one->address);
		else if (kept->listed_sender == NULL && *one->name != '\0')
			kept->listed_sender = g_strdup_printf("%s <%s>", one->name, one->address);
		else if (kept->listed_sender == NULL)
			kept->listed_sender = g_strdup(one->address);
	}
	if (kept->listed_sender == NULL)
		kept->listed_sender = g_strdup(kept->envelope_from);
	kept->listed_recipients = g_string_free(g_steal_pointer(&recipients), FALSE);
}

static char *folded_words(const JournalKept *kept)
{
	g_autoptr(GString) all = g_string_new(kept->subject);

	for (guint i = 0; i < kept->headers->len; i++) {
		const JournalNamed *one = kept->headers->pdata[i];
		if (!journal_named_is_stored(one))
			continue;
		g_autofree char *address = journal_address_searched(one->address);
		g_string_append_printf(all, " %s %s", one->name, address);
	}
	for (guint i = 0; i < kept->names->len; i++)
		g_string_append_printf(all, " %s", (char *)kept->names->pdata[i]);
	if (kept->text != NULL)
		g_string_append_printf(all, " %s", kept->text);
	return fold_stored_text(all->str);
}

JournalKept *journal_kept_new(const JournalMail *mail)
{
	JournalKept *kept = g_new0(JournalKept, 1);
	gboolean has_sender =
	        mail->service == JOURNAL_SUBMISSION || mail->service == JOURNAL_VACATION;

	kept->mail = mail;
	kept->bare = journal_mail_is_bare(mail);
	kept->envelope_from = one_line(mail->envelope_from, JOURNAL_ADDRESS_MAX);
	kept->subject = one_line(mail->subject, JOURNAL_SUBJECT_MAX);
	kept->text = !kept->bare && mail->text != NULL ? bounded_text(mail->text) : NULL;
	kept->sender =
	        has_sender && mail->sender != NULL ? journal_address_normal(mail->sender) : NULL;
	kept->headers = g_ptr_array_new_with_free_func(named_free);
	kept->recipients = g_ptr_array_new_with_free_func(named_free);
	kept->names = g_ptr_array_new_with_free_func(g_free);
	add_header(kept->headers, JOURNAL_FROM, mail->from, mail->n_from);
	add_header(kept->headers, JOURNAL_TO, mail->to, mail->n_to);
	add_header(kept->headers, JOURNAL_CC, mail->cc, mail->n_cc);
	add_recipients(kept->recipients, mail);
	for (gsize i = 0; !kept->bare && i < MIN(mail->n_attachments, JOURNAL_ATTACHMENTS_MAX); i++)
		g_ptr_array_add(kept->names, one_line(mail->attachments[i].name, NAME_MAX_CHARS));
	list_addresses(kept);
	kept->folded = folded_words(kept);
	return kept;
}

void journal_kept_strip(JournalKept *kept)
{
	if (kept->bare)
		return;
	kept->bare = TRUE;
	g_clear_pointer(&kept->text, g_free);
	g_ptr_array_set_size(kept->names, 0);
	g_free(kept->folded);
	kept->folded = folded_words(kept);
}

void journal_kept_free(JournalKept *kept)
{
	if (kept == NULL)
		return;
	g_free(kept->envelope_from);
	g_free(kept->subject);
	g_free(kept->text);
	g_free(kept->folded);
	g_free(kept->sender);
	g_free(kept->listed_sender);
	g_free(kept->listed_recipients);
	g_ptr_array_unref(kept->headers);
	g_ptr_array_unref(kept->recipients);
	g_ptr_array_unref(kept->names);
	g_free(kept);
}
