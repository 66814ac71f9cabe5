/* mailbox_named.c: finds mailboxes by what people call them. */
#include "lib/mailbox/mailbox_named.h"

#include <string.h>

#include "lib/base/address.h"
#include "lib/base/address_part.h"
#include "lib/mailbox/mailbox_list.h"

static const char SQL_EXACT[] =
        "SELECT m.id, m.address, 0 AS place FROM address a JOIN mailbox m ON m.id = a.mailbox_id"
        "  WHERE a.address = ?"
        " UNION ALL (SELECT id, address, 1 FROM mailbox WHERE address = ? AND deleted = 2"
        "  ORDER BY id DESC LIMIT 1)"
        " UNION ALL SELECT id, address, 2 FROM mailbox WHERE id = ? ORDER BY place LIMIT 1";
enum { C_ID, C_ADDRESS, C_NAME };
/* The newest assignments of a user, ended ones too. */
static const char SQL_OF_USER[] =
        "SELECT DISTINCT m.id, m.address, m.email_name FROM"
        " (SELECT mailbox_id FROM assignment FORCE INDEX (assignment_user) WHERE user_id = ?"
        "  ORDER BY removed_at = 0 DESC, removed_at DESC LIMIT 2000) a"
        " JOIN mailbox m ON m.id = a.mailbox_id ORDER BY m.address, m.id";
static const char SQL_WAS_OF[] = "SELECT 1 FROM assignment FORCE INDEX (assignment_once)"
                                 " WHERE mailbox_id = ? AND user_id = ? LIMIT 1";

static void mailbox_named_free(gpointer data)
{
	MailboxNamed *one = data;

	g_free(one->address);
	g_free(one);
}

static MailboxesNamed *mailboxes_named_new(void)
{
	MailboxesNamed *named = g_new0(MailboxesNamed, 1);

	named->list = g_ptr_array_new_with_free_func(mailbox_named_free);
	return named;
}

void mailboxes_named_free(MailboxesNamed *named)
{
	if (named == NULL)
		return;
	g_ptr_array_unref(named->list);
	g_free(named);
}

static void add_named(MailboxesNamed *named, guint64 id, const char *address)
{
	if (named->list->len == MAILBOX_NAMED_MAX) {
		named->more = TRUE;
		return;
	}
	MailboxNamed *one = g_new0(MailboxNamed, 1);
	one->id = id;
	one->address = g_strdup(address);
	g_ptr_array_add(named->list, one);
}

gboolean mailbox_named_exactly(
        Db *db, const char *typed, guint64 *id, char **address, GError **error)
{
	g_autofree char *key = address_key(typed);
	guint64 number = 0;

	g_ascii_string_to_unsigned(typed, 10, 1, G_MAXINT64, &number, NULL);
	const char *asked = key != NULL ? key : "?";
	g_autoptr(DbRows) rows = db_query(db, error, SQL_EXACT, "aau", asked, asked, number);
	if (rows == NULL)
		return FALSE;
	gboolean found = db_rows_next(rows);
	*id = found ? db_rows_u64(rows, C_ID) : 0;
	if (address != NULL)
		*address = found ? g_strdup(db_rows_text(rows, C_ADDRESS)) : NULL;
	return TRUE;
}

/* A word is looked for in all live mailboxes, then in the deleted ones. */
static gboolean add_listed(
        Db *db, const char *typed, char state, MailboxesNamed *named, GError **error)
{
	const MailboxFilter filter = {.q = typed, .state = state, .after = ""};
	g_autoptr(AddressPart) part = address_part_new(typed);
	g_autoptr(MailboxPage) page = mailbox_list(db, &filter, error);

	if (page == NULL)
		return FALSE;
	for (guint i = 0; i < page->rows->len; i++) {
		const MailboxRow *row = page->rows->pdata[i];
		if (part->piece == NULL ||
		        address_part_matches(part, row->address, row->email_name))
			add_named(named, row->id, row->address);
	}
	named->more = named->more || page->next != NULL;
	return TRUE;
}

MailboxesNamed *mailbox_named(Db *db, const char *typed, GError **error)
{
	g_autoptr(MailboxesNamed) named = mailboxes_named_new();
	g_autoptr(AddressPart) part = address_part_new(typed);
	g_autofree char *address = NULL;
	guint64 id = 0;

	if (!mailbox_named_exactly(db, typed, &id, &address, error))
		return NULL;
	if (id != 0)
		add_named(named, id, address);
	else if (part->words->len > 0 && !address_part_is_whole(typed) &&
	         (!add_listed(db, typed, 0, named, error) ||
	                 !add_listed(db, typed, 'd', named, error)))
		return NULL;
	return g_steal_pointer(&named);
}

MailboxesNamed *mailbox_named_of_user(Db *db, guint64 user_id, const char *typed, GError **error)
{
	g_autoptr(MailboxesNamed) named = mailboxes_named_new();
	g_autoptr(AddressPart) part = address_part_new(typed);
	g_autoptr(DbRows) rows = db_query(db, error, SQL_OF_USER, "u", user_id);

	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows))
		if (address_part_matches(
		            part, db_rows_text(rows, C_ADDRESS), db_rows_text(rows, C_NAME)))
			add_named(named, db_rows_u64(rows, C_ID), db_rows_text(rows, C_ADDRESS));
	return g_steal_pointer(&named);
}

gboolean mailbox_named_was_of(
        Db *db, guint64 user_id, guint64 mailbox_id, gboolean *was, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_WAS_OF, "uu", mailbox_id, user_id);

	*was = rows != NULL && db_rows_next(rows);
	return rows != NULL;
}
