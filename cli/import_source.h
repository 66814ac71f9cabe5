/* import_source.h: reads what another administration of a Postfix and Dovecot has in its database,
 * and changes nothing there. */
#ifndef POSTSTELLE_CLI_IMPORT_SOURCE_H
#define POSTSTELLE_CLI_IMPORT_SOURCE_H

#include <glib.h>

/* Which statements read it. */
typedef struct {
	const char *name; /* of its database and account, where nothing else is said */
	const char *domains, *mailboxes, *aliases, *alias_domains;
} ImportSource;

extern const ImportSource import_postfixadmin, import_mailcow;

/* Where that database is. */
typedef struct {
	char *host; /* NULL: by the socket */
	char *socket, *user, *password_file, *database;
} ImportPlace;

typedef struct {
	char *name;
	gboolean active, relayed; /* relayed: another server has its mailboxes */
} SourceDomain;

typedef struct {
	char *address, *password, *name, *kind;
	gint64 bytes; /* storage; 0: without limit */
	gboolean active, may_send, by_imap, by_pop3;
} SourceMailbox;

typedef struct {
	char *address, *target;
	gboolean active;
} SourceAlias;

typedef struct {
	GPtrArray *domains, *mailboxes, *aliases, *alias_domains; /* the last two SourceAlias */
} SourceData;

/* All of it. NULL and error: it can't be read. Free: source_data_free(). */
SourceData *import_source_read(
        const ImportSource *source, const ImportPlace *place, GError **error);
void source_data_free(SourceData *data);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SourceData, source_data_free)

#endif
