/* sender.c: finds whose address it is, and whether a mailbox owns it. */
#include "lib/mailbox/sender.h"

#include <string.h>

#include "lib/mailbox/mailbox.h"
#include "lib/mailbox/own_password.h"

static const char SQL_MAILBOX[] = "SELECT m.id, m.email_name"
                                  "  FROM address a JOIN mailbox m ON m.id = a.mailbox_id"
                                  " WHERE a.address = ? AND m.deleted = 0";
enum { C_MAILBOX, C_EMAIL_NAME };
static const char SQL_OWNS[] = "SELECT 1 FROM address WHERE address = ? AND mailbox_id = ?";

void sender_free(Sender *sender)
{
	if (sender == NULL)
		return;
	g_free(sender->address);
	g_free(sender->email_name);
	g_clear_pointer(&sender->users, g_ptr_array_unref);
	g_free(sender);
}

/* Of the users assigned now the one whose own password it is. */
static gboolean keep_writer(Db *db, guint64 own_password, Sender *sender, GError **error)
{
	guint64 writer = 0;

	if (!own_password_writer(db, own_password, sender->mailbox_id, &writer, error))
		return FALSE;
	for (guint i = sender->users->len; i > 0; i--)
		if (((const MailboxUser *)sender->users->pdata[i - 1])->user_id != writer)
			g_ptr_array_remove_index(sender->users, i - 1);
	return TRUE;
}

gboolean sender_find(
        Db *db, const char *address, guint64 own_password, Sender **sender, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_MAILBOX, "a", address);

	*sender = NULL;
	if (rows == NULL)
		return FALSE;
	if (!db_rows_next(rows))
		return TRUE;
	g_autoptr(Sender) found = g_new0(Sender, 1);
	found->mailbox_id = db_rows_u64(rows, C_MAILBOX);
	found->address = g_strdup(address);
	found->email_name = g_strdup(db_rows_text(rows, C_EMAIL_NAME));
	found->users = *found->email_name != '\0' ? g_ptr_array_new()
	                                          : mailbox_users(db, found->mailbox_id, error);
	if (found->users == NULL ||
	        (own_password != 0 && !keep_writer(db, own_password, found, error)))
		return FALSE;
	*sender = g_steal_pointer(&found);
	return TRUE;
}

int sender_owns(Db *db, const Sender *sender, const char *address, GError **error)
{
	if (strcmp(address, sender->address) == 0)
		return 1;
	g_autoptr(DbRows) rows = db_query(db, error, SQL_OWNS, "au", address, sender->mailbox_id);
	if (rows == NULL)
		return -1;
	return db_rows_next(rows) ? 1 : 0;
}
