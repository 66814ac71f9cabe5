/* settings.c: poststelle settings get [NAME], settings set NAME VALUE: what the office sets, by the
 * names that the fields of its page have. */
#include "cli/command.h"

#include <stdio.h>
#include <string.h>

#include "cli/argument.h"
#include "cli/json.h"
#include "lib/base/error.h"
#include "lib/mailbox/setting_save.h"

typedef enum { VALUE_TEXT, VALUE_NUMBER, VALUE_FLAG } ValueKind;

static const struct {
	const char *name;
	ValueKind kind;
	gsize offset;
	guint64 most; /* of a number */
} fields[] = {
        {"office_name", VALUE_TEXT, G_STRUCT_OFFSET(Setting, office_name), 0},
        {"contact", VALUE_TEXT, G_STRUCT_OFFSET(Setting, contact), 0},
        {"webmail_url", VALUE_TEXT, G_STRUCT_OFFSET(Setting, webmail_url), 0},
        {"timezone", VALUE_TEXT, G_STRUCT_OFFSET(Setting, timezone), 0},
        {"vip_exempt_cc_bcc", VALUE_FLAG, G_STRUCT_OFFSET(Setting, vip_exempt_cc_bcc), 0},
        {"journal_keep_days", VALUE_NUMBER, G_STRUCT_OFFSET(Setting, journal_keep_days),
                SETTING_KEEP_DAYS_MAX},
        {"send_limit", VALUE_NUMBER, G_STRUCT_OFFSET(Setting, send_limit), SETTING_SEND_LIMIT_MAX},
        {"default_quota_mb", VALUE_NUMBER, G_STRUCT_OFFSET(Setting, default_quota_mb),
                SETTING_QUOTA_MAX},
        {"allow_plain_password", VALUE_FLAG, G_STRUCT_OFFSET(Setting, allow_plain_password), 0},
        {"outside_members", VALUE_FLAG, G_STRUCT_OFFSET(Setting, outside_members), 0},
        {"outside_forward", VALUE_FLAG, G_STRUCT_OFFSET(Setting, outside_forward), 0},
        {"own_only_vip", VALUE_FLAG, G_STRUCT_OFFSET(Setting, own_only_vip), 0},
        {"imap_host", VALUE_TEXT, G_STRUCT_OFFSET(Setting, imap.host), 0},
        {"imap_port", VALUE_NUMBER, G_STRUCT_OFFSET(Setting, imap.port), G_MAXUINT16},
        {"imap_security", VALUE_TEXT, G_STRUCT_OFFSET(Setting, imap.security), 0},
        {"pop3_host", VALUE_TEXT, G_STRUCT_OFFSET(Setting, pop3.host), 0},
        {"pop3_port", VALUE_NUMBER, G_STRUCT_OFFSET(Setting, pop3.port), G_MAXUINT16},
        {"pop3_security", VALUE_TEXT, G_STRUCT_OFFSET(Setting, pop3.security), 0},
        {"smtp_host", VALUE_TEXT, G_STRUCT_OFFSET(Setting, smtp.host), 0},
        {"smtp_port", VALUE_NUMBER, G_STRUCT_OFFSET(Setting, smtp.port), G_MAXUINT16},
        {"smtp_security", VALUE_TEXT, G_STRUCT_OFFSET(Setting, smtp.security), 0},
};

/* The field of that name; G_N_ELEMENTS(fields) and error if there is none. */
static gsize find_field(const char *name, GError **error)
{
	gsize i = 0;

	while (i < G_N_ELEMENTS(fields) && strcmp(fields[i].name, name) != 0)
		i++;
	if (i == G_N_ELEMENTS(fields))
		ps_invalid(error, "name", "choice", "no setting is called %.40s", name);
	return i;
}

static gpointer member_of(const Setting *setting, gsize i)
{
	return G_STRUCT_MEMBER_P(setting, fields[i].offset);
}

/* As settings set takes it. Free: g_free(). */
static char *value_text(const Setting *setting, gsize i)
{
	gpointer member = member_of(setting, i);

	if (fields[i].kind == VALUE_TEXT)
		return g_strdup(*(char **)member);
	if (fields[i].kind == VALUE_NUMBER)
		return g_strdup_printf("%" G_GUINT64_FORMAT, *(guint64 *)member);
	return g_strdup(*(gboolean *)member ? "yes" : "no");
}

static void json_setting(GString *out, const Setting *setting, gsize i)
{
	gpointer member = member_of(setting, i);

	if (fields[i].kind == VALUE_TEXT)
		json_text(out, fields[i].name, *(char **)member);
	else if (fields[i].kind == VALUE_NUMBER)
		json_number(out, fields[i].name, *(guint64 *)member);
	else
		json_flag(out, fields[i].name, *(gboolean *)member);
}

/* An object of this one alone. */
static void print_setting_json(const Setting *setting, gsize i)
{
	g_autoptr(GString) out = g_string_new(NULL);

	json_open(out, NULL, '{');
	json_setting(out, setting, i);
	json_close(out, '{');
	json_print(out);
}

static void print_settings(const Setting *setting, gboolean json)
{
	g_autoptr(GString) out = g_string_new(NULL);

	json_open(out, NULL, '{');
	for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
		g_autofree char *value = value_text(setting, i);
		if (json)
			json_setting(out, setting, i);
		else
			printf("%s\t%s\n", fields[i].name, value);
	}
	json_close(out, '{');
	if (json)
		json_print(out);
}

gboolean command_settings_get(Context *context, int argc, char **argv, GError **error)
{
	gboolean json = FALSE;
	const GOptionEntry entries[] = {
	        {"json", 0, 0, G_OPTION_ARG_NONE, &json, "Print JSON", NULL},
	        {NULL, 0, 0, 0, NULL, NULL, NULL},
	};

	if (!command_options(entries, "[NAME]", &argc, &argv, error))
		return FALSE;
	gsize i = argc > 1 ? find_field(argv[1], error) : 0;
	g_autoptr(Setting) setting =
	        i < G_N_ELEMENTS(fields) ? setting_load(context->db, error) : NULL;
	if (setting == NULL)
		return FALSE;
	g_autofree char *value = value_text(setting, i);
	if (argc > 1 && json)
		print_setting_json(setting, i);
	else if (argc > 1)
		puts(value);
	else
		print_settings(setting, json);
	return TRUE;
}

gboolean command_settings_set(Context *context, int argc, char **argv, GError **error)
{
	if (!command_parse_said(context, NULL, "NAME VALUE", 2, &argc, &argv, error))
		return FALSE;
	gsize i = find_field(argv[1], error);
	g_autoptr(Setting) setting =
	        i < G_N_ELEMENTS(fields) ? setting_load(context->db, error) : NULL;
	if (setting == NULL)
		return FALSE;
	gpointer member = member_of(setting, i);
	gboolean known = TRUE;
	if (fields[i].kind == VALUE_TEXT)
		argument_text(argv[2], member);
	else if (fields[i].kind == VALUE_NUMBER)
		known = argument_number(argv[2], argv[1], fields[i].most, member, error);
	else
		known = argument_flag(argv[2], argv[1], member, error);
	if (!known || !setting_save(context->db, &context->actor, setting, error))
		return FALSE;
	g_autofree char *value = value_text(setting, i);
	if (context->json)
		print_setting_json(setting, i);
	else
		printf("%s\t%s\n", fields[i].name, value);
	return TRUE;
}
