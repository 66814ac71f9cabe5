/* loose_address.c: looks for addresses around each @ of all forms of a header.
 *
 * Time grows with the length of the text: whatever is looked for is looked for around each @. Of
 * the beginnings that a local part may have there an index is made once.
 */
#include "lib/mail/loose_address.h"

#include <string.h>

#include "lib/base/address.h"
#include "lib/base/address_readable.h"
#include "lib/mail/loose_reading.h"

#define EXTENSION 512 /* octets before an @ that are searched for the beginning of an extension */

struct LooseText {
	GPtrArray *forms; /* UTF-8, each once */
	GHashTable *seen;
	gsize size;
	gboolean full;        /* not all could be kept */
	GHashTable *domains;  /* as written -> its A-labels, NULL: it is none */
	GHashTable *readable; /* as written -> its U-labels, NULL: it is none */
	GHashTable *index;    /* a local part -> GArray of what follows an @ behind it; NULL: not
	                         made yet */
};

static void index_free(gpointer places)
{
	g_array_unref(places);
}

LooseText *loose_text_new(void)
{
	LooseText *text = g_new0(LooseText, 1);

	text->forms = g_ptr_array_new_with_free_func(g_free);
	text->seen = g_hash_table_new(g_str_hash, g_str_equal);
	text->domains = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	text->readable = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	return text;
}

void loose_text_free(LooseText *text)
{
	if (text == NULL)
		return;
	g_clear_pointer(&text->index, g_hash_table_unref);
	g_hash_table_unref(text->domains);
	g_hash_table_unref(text->readable);
	g_hash_table_unref(text->seen);
	g_ptr_array_unref(text->forms);
	g_free(text);
}

static gboolean is_letter_or_digit(gunichar u)
{
	return g_unichar_isalpha(u) || g_unichar_isdigit(u);
}

void loose_text_add(LooseText *text, const char *value)
{
	gboolean all;
	g_autoptr(GPtrArray) forms = loose_readings(value, &all);

	g_clear_pointer(&text->index, g_hash_table_unref);
	text->full = text->full || !all;
	for (guint i = 0; i < forms->len; i++) {
		char *form = forms->pdata[i];
		gsize size = strlen(form);
		if (strchr(form, '@') == NULL || g_hash_table_contains(text->seen, form))
			continue;
		if (text->size + size > LOOSE_TEXT_MAX) {
			text->full = TRUE;
			continue;
		}
		text->size += size;
		form = g_strdup(form);
		g_ptr_array_add(text->forms, form);
		g_hash_table_add(text->seen, form);
	}
}

/* ---- what stands around an @ ---- */

static gboolean is_run_char(gunichar u)
{
	return is_letter_or_digit(u) || (u < 0x80 && strchr("._+-", (int)u) != NULL);
}

static gboolean is_edge(char c)
{
	return c != '\0' && strchr("._+-", c) != NULL;
}

/* Where the run ends that begins at text. */
static const char *run_end(const char *text)
{
	while (*text != '\0' && is_run_char(g_utf8_get_char(text)))
		text = g_utf8_next_char(text);
	return text;
}

/* Where the run begins that ends at text, not before begin. */
static const char *run_begin(const char *begin, const char *text)
{
	while (text > begin) {
		const char *before = g_utf8_find_prev_char(begin, text);
		if (before == NULL || !is_run_char(g_utf8_get_char(before)))
			break;
		text = before;
	}
	return text;
}

/* The run behind an @, its edges trimmed; NULL: there is none. Free: g_free(). */
static char *written_domain(const char *at)
{
	const char *from = at + 1, *end = run_end(from);

	while (end > from && is_edge(end[-1]))
		end--;
	while (from < end && is_edge(*from))
		from++;
	return from < end ? g_strndup(from, (gsize)(end - from)) : NULL;
}

/* The domain as A-labels; NULL if it is none. Kept in known. Borrowed. */
static const char *a_labels(GHashTable *known, const char *written)
{
	gpointer found;

	if (g_hash_table_lookup_extended(known, written, NULL, &found))
		return found;
	char *domain = strlen(written) <= 4 * DOMAIN_MAX
	                       ? address_domain(written, "domain", NULL, NULL)
	                       : NULL;
	g_hash_table_insert(known, g_strdup(written), domain);
	return domain;
}

/* The domain as U-labels, of which a spelling of a label is one; NULL if it is none. Borrowed. */
static const char *u_labels(LooseText *text, const char *written)
{
	gpointer found;

	if (g_hash_table_lookup_extended(text->readable, written, NULL, &found))
		return found;
	const char *domain = a_labels(text->domains, written);
	char *readable = domain != NULL ? address_unicode(domain) : NULL;
	g_hash_table_insert(text->readable, g_strdup(written), readable);
	return readable;
}

/* Adds the local part that ends at at, and its parts, with a domain as written. */
static void add_locals(GHashTable *found, const char *domain, const char *begin, const char *at)
{
	const char *local_end = at; /* or where an extension begins */

	for (const char *c = at; domain != NULL && c-- > begin;) {
		if (*c == '+')
			local_end = c;
		if (is_edge(*c) || (c > begin && !is_edge(c[-1])) || local_end - c > LOCAL_PART_MAX)
			continue;
		g_autofree char *local = g_strndup(c, (gsize)(local_end - c));
		if (g_str_is_ascii(local))
			g_hash_table_add(found, g_strconcat(local, "@", domain, NULL));
	}
}

/* Where of text the next "ss" begins; NULL: nowhere. */
static char *double_s(char *text)
{
	return text != NULL ? strstr(text, "ss") : NULL;
}

/* Writes ß (as long as what it stands for) or ss. */
static void put_s(char *at, gboolean is_sharp)
{
	at[0] = is_sharp ? '\xc3' : 's';
	at[1] = is_sharp ? '\x9f' : 's';
}

/* Adds the run whose local part ends at at, and its parts. An ss may be a ß in capitals: the domain
 * is looked for with one in place of the first, of the second, and of both. */
static void add_runs(GHashTable *found, GHashTable *domains, const char *form, const char *at)
{
	const char *begin = run_begin(form, at);
	g_autofree char *domain = written_domain(at);

	while (at > begin && is_edge(at[-1]))
		at--;
	if (domain == NULL || at == begin)
		return;
	char *first = double_s(domain), *second = double_s(first != NULL ? first + 2 : NULL);
	add_locals(found, a_labels(domains, domain), begin, at);
	for (guint i = 1; first != NULL && i < (second != NULL ? 4 : 2); i++) {
		put_s(first, (i & 1) != 0);
		if (second != NULL)
			put_s(second, (i & 2) != 0);
		add_locals(found, a_labels(domains, domain), begin, at);
	}
}

GPtrArray *loose_text_runs(const LooseText *text)
{
	g_autoptr(GHashTable) found = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	GPtrArray *runs = g_ptr_array_new_with_free_func(g_free);
	GHashTableIter iter;
	gpointer run;

	for (guint i = 0; i < text->forms->len; i++) {
		const char *form = text->forms->pdata[i];
		for (const char *at = strchr(form, '@'); at != NULL; at = strchr(at + 1, '@'))
			add_runs(found, text->domains, form, at);
	}
	g_hash_table_iter_init(&iter, found);
	while (g_hash_table_iter_next(&iter, &run, NULL)) {
		g_hash_table_iter_steal(&iter);
		g_ptr_array_add(runs, run);
	}
	return runs;
}

/* ---- addresses that are looked for ---- */

static gboolean is_own_local(char c)
{
	return g_ascii_isalnum(c) || (c != '\0' && strchr("._-", c) != NULL);
}

/* Adds what a local part may be that ends at end, behind which follows stands. */
static void index_locals(LooseText *text, const char *form, const char *end, const char *follows)
{
	for (const char *c = end; c > form && end - c < LOCAL_PART_MAX && is_own_local(c[-1]);) {
		c--;
		const char *before = c > form ? g_utf8_find_prev_char(form, c) : NULL;
		if (!g_ascii_isalnum(*c) ||
		        (before != NULL && is_letter_or_digit(g_utf8_get_char(before))))
			continue;
		g_autofree char *local = g_strndup(c, (gsize)(end - c));
		GArray *places = g_hash_table_lookup(text->index, local);
		if (places == NULL) {
			places = g_array_new(FALSE, FALSE, sizeof(const char *));
			g_hash_table_insert(text->index, g_steal_pointer(&local), places);
		}
		g_array_append_val(places, follows);
	}
}

/* What ends at an @, or at what an extension may have put before it; before: where the search for
 * that ends. */
static void index_place(
        LooseText *text, const char *form, const char *before, const char *at, const char *follows)
{
	index_locals(text, form, at, follows);
	for (const char *c = MAX(before, at - MIN(at - form, EXTENSION)); c < at; c++)
		if (*c == '+')
			index_locals(text, form, c, follows);
}

/* Each @ of a form, with what follows it and, beyond ASCII, the domain that this is read as: which
 * form has the local part says nothing of the domain's. */
static void index_form(LooseText *text, const char *form)
{
	const char *before = form;

	for (const char *at = strchr(form, '@'); at != NULL; at = strchr(at + 1, '@')) {
		g_autofree char *written = written_domain(at);
		index_place(text, form, before, at, at + 1);
		if (written != NULL && !g_str_is_ascii(written)) {
			const char *domain = u_labels(text, written);
			if (domain != NULL)
				index_place(text, form, before, at, domain);
		}
		before = at + 1;
	}
}

static void make_index(LooseText *text)
{
	if (text->index != NULL)
		return;
	text->index = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, index_free);
	for (guint i = 0; i < text->forms->len; i++)
		index_form(text, text->forms->pdata[i]);
}

enum { SPELLINGS = 3 };

/* Octets of the label that text begins with, in any of its spellings; 0: it isn't that label. */
static gsize label_length(const char *text, char **const labels[SPELLINGS], guint i)
{
	gboolean is_last = labels[0][i + 1] == NULL;

	for (guint spelling = 0; spelling < SPELLINGS; spelling++) {
		gsize length = strlen(labels[spelling][i]);
		if (strncmp(text, labels[spelling][i], length) == 0 &&
		        (is_last ? !is_letter_or_digit(g_utf8_get_char(text + length))
		                 : text[length] == '.'))
			return length;
	}
	return 0;
}

/* Each label may be spelled in its own way. */
static gboolean begins_with_domain(const char *text, char **const labels[SPELLINGS])
{
	for (guint i = 0; labels[0][i] != NULL; i++) {
		gsize length = label_length(text, labels, i);
		if (length == 0)
			return FALSE;
		text += length + 1;
	}
	return TRUE;
}

gboolean loose_text_names(LooseText *text, const char *address)
{
	const char *at = strrchr(address, '@');
	g_autofree char *local = at != NULL ? g_strndup(address, (gsize)(at - address)) : NULL;

	if (text->full)
		return TRUE;
	make_index(text);
	const GArray *places = local != NULL ? g_hash_table_lookup(text->index, local) : NULL;
	if (places == NULL)
		return FALSE;
	g_autofree char *typed = address_unicode(at + 1);
	g_autofree char *folded = g_utf8_casefold(typed, -1);
	/* As many of each: no spelling of a label has a dot. */
	g_auto(GStrv) stored_labels = g_strsplit(at + 1, ".", -1);
	g_auto(GStrv) typed_labels = g_strsplit(typed, ".", -1);
	g_auto(GStrv) folded_labels = g_strsplit(folded, ".", -1);
	char **const labels[SPELLINGS] = {stored_labels, typed_labels, folded_labels};
	for (guint i = 0; i < places->len; i++)
		if (begins_with_domain(g_array_index(places, const char *, i), labels))
			return TRUE;
	return FALSE;
}
