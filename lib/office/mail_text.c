/* mail_text.c: fills the texts of Poststelle's own mails with their facts. */
#include "lib/office/mail_text.h"

#include <string.h>

#include "lib/base/address_readable.h"
#include "lib/base/error.h"
#include "lib/base/local_time.h"

#define MAX_PARAGRAPHS 9
#define BETWEEN_LANGUAGES "\n\n----------\n\n"

typedef struct {
	const char *name, *value;
} Value;

static const char *find_value(const Value *values, const char *name, gsize length)
{
	for (const Value *value = values; value->name != NULL; value++)
		if (strlen(value->name) == length && strncmp(value->name, name, length) == 0)
			return value->value != NULL ? value->value : "";
	return NULL;
}

/* Appends pattern with its {name}s replaced; what is no known name stays. */
static void append_filled(GString *out, const char *pattern, const Value *values)
{
	for (const char *c = pattern; *c != '\0'; c++) {
		const char *end = *c == '{' ? strchr(c, '}') : NULL;
		const char *value =
		        end != NULL ? find_value(values, c + 1, (gsize)(end - c - 1)) : NULL;

		if (value == NULL) {
			g_string_append_c(out, *c);
		} else {
			g_string_append(out, value);
			c = end;
		}
	}
}

static GKeyFile *load_texts(const Config *config, const char *language, GError **error)
{
	g_autofree char *name = g_strconcat(language, ".ini", NULL);
	g_autofree char *path = g_build_filename(config->template_dir, "mail", name, NULL);
	g_autoptr(GKeyFile) file = g_key_file_new();
	g_autoptr(GError) failure = NULL;

	if (g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, &failure))
		return g_steal_pointer(&file);
	g_set_error(error, PS_ERROR, PS_ERROR_INTERNAL, "%s: %s", path, failure->message);
	return NULL;
}

static void append_paragraphs(GString *out, GKeyFile *file, const char *kind, const Value *values)
{
	for (guint i = 1; i <= MAX_PARAGRAPHS; i++) {
		char key[2] = {(char)('0' + i), '\0'};
		g_autofree char *paragraph = g_key_file_get_string(file, kind, key, NULL);
		if (paragraph == NULL)
			return;
		append_filled(out, paragraph, values);
		g_string_append(out, "\n\n");
	}
}

/* Appends the mail in one language; *subject is set if it is the first. */
static gboolean append_language(GString *out, char **subject, const Config *config,
        const Setting *setting, const MailFacts *facts, const char *language, GError **error)
{
	g_autoptr(GKeyFile) file = load_texts(config, language, error);

	if (file == NULL)
		return FALSE;
	g_autoptr(LocalZone) zone = local_zone_new(setting->timezone);
	g_autofree char *when = local_time_date_time(zone, language, facts->when);
	g_autofree char *nobody = g_key_file_get_string(file, "words", "command_line", NULL);
	g_autofree char *end = g_key_file_get_string(file, "words", "end", NULL);
	g_autofree char *head = g_key_file_get_string(file, facts->kind, "subject", NULL);
	g_autofree char *mailbox = facts->mailbox != NULL ? address_readable(facts->mailbox) : NULL;
	gboolean has_actor = facts->actor != NULL && *facts->actor != '\0';
	const Value values[] = {
	        {"mailbox", mailbox},
	        {"actor", has_actor ? facts->actor : nobody},
	        {"person", facts->person},
	        {"login", facts->login},
	        {"link", facts->link},
	        {"when", when},
	        {"base_url", config->base_url},
	        {NULL, NULL},
	};

	if (nobody == NULL || end == NULL || head == NULL) {
		g_set_error(error, PS_ERROR, PS_ERROR_INTERNAL, "no text of a mail %s in %s",
		        facts->kind, language);
		return FALSE;
	}
	if (*subject == NULL) {
		g_autoptr(GString) filled = g_string_new(NULL);
		append_filled(filled, head, values);
		*subject = g_strdup(filled->str);
	} else {
		g_string_append(out, BETWEEN_LANGUAGES);
	}
	append_paragraphs(out, file, facts->kind, values);
	append_filled(out, end, values);
	return TRUE;
}

MailText *mail_text_make(
        const Config *config, const Setting *setting, const MailFacts *facts, GError **error)
{
	g_autoptr(MailText) mail = g_new0(MailText, 1);
	g_autoptr(GString) text = g_string_new(NULL);
	g_auto(GStrv) languages = g_strsplit(facts->languages, ",", -1);

	for (char **language = languages; *language != NULL; language++)
		if (!append_language(
		            text, &mail->subject, config, setting, facts, *language, error))
			return NULL;
	if (mail->subject == NULL) {
		g_set_error(error, PS_ERROR, PS_ERROR_INTERNAL, "a mail in no language");
		return NULL;
	}
	g_string_append_c(text, '\n');
	mail->text = g_strdup(text->str);
	return g_steal_pointer(&mail);
}

void mail_text_free(MailText *text)
{
	if (text == NULL)
		return;
	g_free(text->subject);
	g_free(text->text);
	g_free(text->html);
	g_free(text);
}
