/* config.c: reads and checks the configuration file; one table holds every key. */
#include "lib/base/config.h"

#include <stddef.h>
#include <string.h>

#include "lib/base/error.h"
#include "lib/base/host_port.h"
#include "lib/base/text_check.h"

typedef enum { KEY_TEXT, KEY_LIST, KEY_NUMBER, KEY_SWITCH } KeyKind;

typedef struct {
	const char *group;
	const char *name;
	KeyKind kind;
	gsize offset;
	const char *preset; /* NULL: required */
	guint min, max;
} ConfigKey;

#define TEXT(g, n, m, d)                                                                           \
	{                                                                                          \
		g, n, KEY_TEXT, offsetof(Config, m), d, 0, 0                                       \
	}
#define NUMBER(g, n, m, d, lo, hi)                                                                 \
	{                                                                                          \
		g, n, KEY_NUMBER, offsetof(Config, m), d, lo, hi                                   \
	}
#define SWITCH(g, n, m, d)                                                                         \
	{                                                                                          \
		g, n, KEY_SWITCH, offsetof(Config, m), d, 0, 0                                     \
	}

#define MACHINE_MAX 64

static const ConfigKey keys[] = {
        TEXT("poststelle", "include", include, ""),
        TEXT("poststelle", "base_url", base_url, NULL),
        TEXT("poststelle", "key_file", key_file, "/etc/poststelle/password.key"),
        TEXT("poststelle", "template_dir", template_dir, "/usr/share/poststelle/templates"),
        {"database", "hosts", KEY_LIST, offsetof(Config, database_hosts), "/run/mysqld/mysqld.sock",
                0, 0},
        TEXT("database", "name", database_name, "poststelle"),
        TEXT("database", "user", database_user, NULL),
        TEXT("database", "password", database_password, ""),
        TEXT("database", "tls_ca", database_tls_ca, ""),
        SWITCH("database", "tls_required", database_tls_required, "false"),
        NUMBER("database", "io_timeout", database_io_timeout, "5", 2, 60),
        TEXT("web", "socket", web_socket, ""),
        NUMBER("web", "workers", web_workers, "4", 1, 64),
        SWITCH("web", "remote_user", web_remote_user, "false"),
        NUMBER("web", "session_idle_minutes", session_idle_minutes, "60", 1, 10080),
        NUMBER("web", "session_hours", session_hours, "12", 1, 720),
        TEXT("mail", "check_host", check_host, "127.0.0.1"),
        NUMBER("mail", "check_port", check_port, "25", 1, 65535),
        TEXT("mail", "submission_host", submission_host, "127.0.0.1"),
        NUMBER("mail", "submission_port", submission_port, "10027", 1, 65535),
        TEXT("mail", "mail_from", mail_from, ""),
        TEXT("mail", "doveadm", doveadm, "/usr/bin/doveadm"),
        TEXT("mail", "dovecot_config", dovecot_config, "/etc/dovecot/dovecot.conf"),
        TEXT("mail", "mail_store", mail_store, "/var/vmail"),
        TEXT("mail", "machine", machine, ""),
        TEXT("milter", "name_socket", milter_name_socket, ""),
        TEXT("milter", "journal_socket", milter_journal_socket, ""),
        TEXT("profile", "sign_certificate", sign_certificate, ""),
        TEXT("profile", "sign_key", sign_key, ""),
};

static const ConfigKey *find_config_key(const char *group, const char *name)
{
	for (gsize i = 0; i < G_N_ELEMENTS(keys); i++)
		if (strcmp(keys[i].group, group) == 0 && strcmp(keys[i].name, name) == 0)
			return &keys[i];
	return NULL;
}

/* Keys that name a file, whose first line is the value; min: octets of it. */
static const ConfigKey file_keys[] = {
        {"database", "password_file", KEY_TEXT, offsetof(Config, database_password), NULL, 0, 0},
        {"web", "proxy_secret_file", KEY_TEXT, offsetof(Config, web_proxy_secret), NULL, 20, 0},
};

static gboolean is_file_key(const char *group, const char *name)
{
	for (gsize i = 0; i < G_N_ELEMENTS(file_keys); i++)
		if (strcmp(file_keys[i].group, group) == 0 && strcmp(file_keys[i].name, name) == 0)
			return TRUE;
	return FALSE;
}

/* The number of the line that sets name within group; 0 if none does. */
static guint line_of(const char *text, const char *group, const char *name)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	g_autofree char *current = g_strdup("");

	for (guint i = 0; lines[i] != NULL; i++) {
		const char *line = g_strstrip(lines[i]);
		gsize len = strlen(line);
		if (line[0] == '[' && line[len - 1] == ']') {
			g_free(current);
			current = g_strndup(line + 1, len - 2);
			if (name == NULL && strcmp(current, group) == 0)
				return i + 1;
			continue;
		}
		if (name == NULL || strcmp(current, group) != 0 || !g_str_has_prefix(line, name))
			continue;
		const char *rest = line + strlen(name);
		rest += strspn(rest, " \t");
		if (*rest == '=')
			return i + 1;
	}
	return 0;
}

/* A file, and the one that it includes: what the first sets goes before. */
typedef struct ConfigFile {
	char *path;
	char *text;
	GKeyFile *file;
	struct ConfigFile *included;
} ConfigFile;

static void config_file_free(ConfigFile *file)
{
	if (file == NULL)
		return;
	config_file_free(file->included);
	g_key_file_free(file->file);
	g_free(file->path);
	g_free(file->text);
	g_free(file);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ConfigFile, config_file_free)

/* Which of the two sets the key; the first one if none does. */
static const ConfigFile *source_of(const ConfigFile *file, const char *group, const char *name)
{
	if (file->included != NULL && !g_key_file_has_key(file->file, group, name, NULL) &&
	        g_key_file_has_key(file->included->file, group, name, NULL))
		return file->included;
	return file;
}

static gboolean reject(GError **error, const ConfigFile *file, const char *group, const char *name,
        const char *why)
{
	const ConfigFile *source = name != NULL ? source_of(file, group, name) : file;

	g_set_error(error, PS_ERROR, PS_ERROR_INVALID, "%s line %u: [%s] %s: %s", source->path,
	        line_of(source->text, group, name), group, name != NULL ? name : "", why);
	return FALSE;
}

static gboolean reject_unknown(const ConfigFile *file, GError **error)
{
	g_auto(GStrv) groups = g_key_file_get_groups(file->file, NULL);

	for (char **group = groups; *group != NULL; group++) {
		g_auto(GStrv) names = g_key_file_get_keys(file->file, *group, NULL, NULL);
		gboolean known = FALSE;

		for (gsize i = 0; i < G_N_ELEMENTS(keys); i++)
			known = known || strcmp(keys[i].group, *group) == 0;
		if (!known)
			return reject(error, file, *group, NULL, "unknown group");
		for (char **name = names; name != NULL && *name != NULL; name++)
			if (find_config_key(*group, *name) == NULL && !is_file_key(*group, *name))
				return reject(error, file, *group, *name, "unknown key");
	}
	return TRUE;
}

static gboolean set_number(const ConfigKey *key, const char *value, guint *out)
{
	guint64 number = 0;

	if (!g_ascii_string_to_unsigned(value, 10, key->min, key->max, &number, NULL))
		return FALSE;
	*out = (guint)number;
	return TRUE;
}

static gboolean set_switch(const char *value, gboolean *out)
{
	*out = strcmp(value, "true") == 0;
	return *out || strcmp(value, "false") == 0;
}

/* *value: NULL if the file doesn't set it. FALSE: it sets something that can't be read. */
static gboolean take_value(
        const ConfigFile *file, const char *group, const char *name, char **value, GError **error)
{
	g_autoptr(GError) failure = NULL;

	*value = g_key_file_get_string(source_of(file, group, name)->file, group, name, &failure);
	if (*value != NULL ||
	        g_error_matches(failure, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_KEY_NOT_FOUND) ||
	        g_error_matches(failure, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_GROUP_NOT_FOUND))
		return TRUE;
	return reject(error, file, group, name, failure->message);
}

static gboolean read_config_key(
        Config *config, const ConfigFile *file, const ConfigKey *key, GError **error)
{
	g_autofree char *value = NULL;
	void *member = (char *)config + key->offset;

	if (!take_value(file, key->group, key->name, &value, error))
		return FALSE;
	if (value == NULL && key->preset == NULL) {
		g_set_error(error, PS_ERROR, PS_ERROR_INVALID, "%s: [%s] %s is missing", file->path,
		        key->group, key->name);
		return FALSE;
	}
	if (value == NULL)
		value = g_strdup(key->preset);
	switch (key->kind) {
	case KEY_TEXT:
		if (text_has_control(value, FALSE))
			return reject(
			        error, file, key->group, key->name, "holds a control character");
		*(char **)member = g_steal_pointer(&value);
		return TRUE;
	case KEY_LIST:
		*(char ***)member = g_strsplit_set(value, " ", -1);
		if ((*(char ***)member)[0] != NULL)
			return TRUE;
		return reject(error, file, key->group, key->name, "is empty");
	case KEY_NUMBER:
		if (set_number(key, value, member))
			return TRUE;
		return reject(error, file, key->group, key->name, "is not a number in range");
	case KEY_SWITCH:
		if (set_switch(value, member))
			return TRUE;
		return reject(error, file, key->group, key->name, "is neither true nor false");
	}
	g_assert_not_reached();
}

static gboolean read_file_key(
        Config *config, const ConfigFile *file, const ConfigKey *key, GError **error)
{
	char **member = (char **)(void *)((char *)config + key->offset);
	g_autofree char *name = NULL;
	g_autofree char *value = NULL;

	if (!take_value(file, key->group, key->name, &name, error))
		return FALSE;
	if (name == NULL)
		return TRUE;
	if (!g_file_get_contents(name, &value, NULL, error))
		return FALSE;
	value[strcspn(value, "\r\n")] = '\0';
	if (strlen(value) < key->min)
		return reject(error, file, key->group, key->name,
		        "names a file whose first line is too short");
	g_free(*member);
	*member = g_steal_pointer(&value);
	return TRUE;
}

static gboolean check_base_url(Config *config, const ConfigFile *file, GError **error)
{
	g_autoptr(GUri) uri = g_uri_parse(config->base_url, G_URI_FLAGS_NONE, NULL);

	if (uri == NULL || g_uri_get_host(uri) == NULL ||
	        (strcmp(g_uri_get_scheme(uri), "http") != 0 &&
	                strcmp(g_uri_get_scheme(uri), "https") != 0))
		return reject(error, file, "poststelle", "base_url", "is not an http(s) address");
	while (g_str_has_suffix(config->base_url, "/"))
		config->base_url[strlen(config->base_url) - 1] = '\0';
	return TRUE;
}

/* Each is a socket's path, or a host with or without a port. */
static gboolean check_hosts(const Config *config, const ConfigFile *file, GError **error)
{
	for (char **host = config->database_hosts; *host != NULL; host++) {
		g_autofree char *name = NULL;
		guint port;

		if (**host != '\0' && **host != '/' && !host_port_parse(*host, &name, &port))
			return reject(error, file, "database", "hosts",
			        "holds what is neither a socket's path nor host, host:port or "
			        "[IPv6 address]:port");
	}
	return TRUE;
}

/* A name as machines have it. */
static gboolean check_machine(const Config *config, const ConfigFile *file, GError **error)
{
	gsize length = strlen(config->machine);

	for (gsize i = 0; i < length; i++)
		if (length > MACHINE_MAX || (!g_ascii_isalnum(config->machine[i]) &&
		                                    strchr(".-_", config->machine[i]) == NULL))
			return reject(error, file, "mail", "machine",
			        "is no name of at most 64 letters, digits and . - _");
	return TRUE;
}

/* One file; what it includes isn't read yet. */
static ConfigFile *read_config_file(const char *path, GError **error)
{
	g_autoptr(ConfigFile) file = g_new0(ConfigFile, 1);
	gsize length = 0;

	file->path = g_strdup(path);
	file->file = g_key_file_new();
	if (!g_file_get_contents(path, &file->text, &length, error))
		return NULL;
	if (!g_key_file_load_from_data(file->file, file->text, length, G_KEY_FILE_NONE, error)) {
		g_prefix_error(error, "%s: ", path);
		return NULL;
	}
	return reject_unknown(file, error) ? g_steal_pointer(&file) : NULL;
}

static gboolean read_included(ConfigFile *file, GError **error)
{
	g_autofree char *path = NULL;

	if (!take_value(file, "poststelle", "include", &path, error))
		return FALSE;
	if (path == NULL)
		return TRUE;
	g_autoptr(ConfigFile) included = read_config_file(path, error);
	if (included == NULL)
		return FALSE;
	if (g_key_file_has_key(included->file, "poststelle", "include", NULL))
		return reject(error, included, "poststelle", "include",
		        "an included file includes no other");
	file->included = g_steal_pointer(&included);
	return TRUE;
}

static Config *load_config(const char *path, GError **error)
{
	g_autoptr(ConfigFile) file = read_config_file(path, error);
	g_autoptr(Config) config = g_new0(Config, 1);

	if (file == NULL || !read_included(file, error))
		return NULL;
	for (gsize i = 0; i < G_N_ELEMENTS(keys); i++)
		if (!read_config_key(config, file, &keys[i], error))
			return NULL;
	for (gsize i = 0; i < G_N_ELEMENTS(file_keys); i++)
		if (!read_file_key(config, file, &file_keys[i], error))
			return NULL;
	if (config->web_proxy_secret == NULL)
		config->web_proxy_secret = g_strdup("");
	if (!check_base_url(config, file, error) || !check_hosts(config, file, error) ||
	        !check_machine(config, file, error))
		return NULL;
	return g_steal_pointer(&config);
}

/* What is wrong may say what stands in the file: octets that aren't UTF-8, too. */
Config *config_load(const char *path, GError **error)
{
	g_autoptr(GError) failure = NULL;
	Config *config = load_config(path, &failure);

	if (config == NULL) {
		g_autofree char *said = g_utf8_make_valid(failure->message, -1);
		g_set_error_literal(error, failure->domain, failure->code, said);
	}
	return config;
}

void config_free(Config *config)
{
	if (config == NULL)
		return;
	for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
		void *member = (char *)config + keys[i].offset;
		if (keys[i].kind == KEY_TEXT)
			g_free(*(char **)member);
		else if (keys[i].kind == KEY_LIST)
			g_strfreev(*(char ***)member);
	}
	g_free(config->web_proxy_secret);
	g_free(config);
}
