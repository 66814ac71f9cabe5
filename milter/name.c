/*
 * name.c: the role name: what recipients see beside the address of a submitted mail or an absence
 * note, and whose address may stand in From and Sender. Before a DKIM signer.
 *
 * On the service SUBMISSION
 * - every address in every From and Sender header has to be the log-in's mailbox or one of its
 *   further addresses (letter case and "+extension" don't matter): otherwise 550 5.7.1. So is a
 *   From or Sender without an address, with something that can't be understood, with more than
 *   ADDRESSES_MAX addresses or longer than FROM_MAX;
 * - each address in each From gets the display name of lib/mailbox/sender_name.h; of several
 * addresses and of several From headers every one. Members of a group (RFC 6854) are written as
 * addresses: a group's name is a display name too;
 * - a mail without a From gets one, with the log-in's address.
 * On VACATION the sender is the address in From (the envelope has none): it gets the name, if it is
 * one of ours, and nothing is refused. On other services nothing happens.
 *
 * Where the mail program's own name stays, a From that is one plain address stays as it is; any
 * other (comments, groups, several addresses) is written anew from what was understood, so that
 * nobody understands anything else. No other header and no body is changed. What is written is
 * ASCII (RFC 2047).
 */
#include <string.h>

#include "lib/base/error.h"
#include "lib/mailbox/sender.h"
#include "lib/mailbox/sender_name.h"
#include "milter/from.h"
#include "milter/log.h"
#include "milter/pool.h"
#include "milter/role.h"

#define ADDRESSES_MAX 20
#define HEADERS_MAX 20 /* From and Sender headers that are kept; more are refused */

typedef struct {
	char *name, *value; /* as received */
} Header;

typedef struct {
	GPtrArray *from, *sender; /* Header */
	gboolean too_many;
} Message;

static void header_free(gpointer data)
{
	Header *header = data;

	g_free(header->name);
	g_free(header->value);
	g_free(header);
}

static Message *message_new(void)
{
	Message *message = g_new0(Message, 1);

	message->from = g_ptr_array_new_with_free_func(header_free);
	message->sender = g_ptr_array_new_with_free_func(header_free);
	return message;
}

static void forget(gpointer data)
{
	Message *message = data;

	g_ptr_array_unref(message->from);
	g_ptr_array_unref(message->sender);
	g_free(message);
}

static Message *message_of(SMFICTX *ctx)
{
	Message *message = smfi_getpriv(ctx);

	if (message == NULL) {
		message = message_new();
		smfi_setpriv(ctx, message);
	}
	return message;
}

/* "From :" is a From too (RFC 5322 4.5). */
static gboolean is_called(const char *name, const char *wanted)
{
	gsize length = strlen(wanted);

	return g_ascii_strncasecmp(name, wanted, length) == 0 &&
	       name[length + strspn(name + length, " \t")] == '\0';
}

static sfsistat on_header(SMFICTX *ctx, char *name, char *value)
{
	gboolean is_from = is_called(name, "From");

	if (!is_from && !is_called(name, "Sender"))
		return SMFIS_NOREPLY;
	Message *message = message_of(ctx);
	GPtrArray *list = is_from ? message->from : message->sender;
	if (list->len >= HEADERS_MAX) {
		message->too_many = TRUE;
		return SMFIS_NOREPLY;
	}
	Header *header = g_new0(Header, 1);
	header->name = g_strdup(name);
	header->value = g_strdup(value);
	g_ptr_array_add(list, header);
	return SMFIS_NOREPLY;
}

/* 1: each address of the header is the sender's. 0: not. -1: error. */
static int owns_all(Db *db, const Sender *sender, const From *from, GError **error)
{
	if (from->mailboxes->len == 0 || from->mailboxes->len > ADDRESSES_MAX)
		return 0;
	for (guint i = 0; i < from->mailboxes->len; i++) {
		const FromMailbox *mailbox = from->mailboxes->pdata[i];
		int owns = mailbox->key != NULL ? sender_owns(db, sender, mailbox->key, error) : 0;
		if (owns != 1)
			return owns;
	}
	return 1;
}

static int owns_headers(Db *db, const Sender *sender, const GPtrArray *headers, GError **error)
{
	for (guint i = 0; i < headers->len; i++) {
		const Header *header = headers->pdata[i];
		g_autoptr(From) from = from_parse(header->value);
		int owns = owns_all(db, sender, from, error);
		if (owns != 1)
			return owns;
	}
	return 1;
}

/* What the value becomes; NULL: it stays. Free: g_free(). */
static char *named(const Sender *sender, const char *value)
{
	g_autoptr(From) from = from_parse(value);
	gboolean anew = !from->plain;

	for (guint i = 0; i < from->mailboxes->len; i++) {
		FromMailbox *mailbox = from->mailboxes->pdata[i];
		const char *name =
		        sender_name_for(sender->email_name, sender->users, mailbox->name);
		if (name == NULL)
			continue;
		g_free(mailbox->name);
		mailbox->name = g_strdup(name);
		anew = TRUE;
	}
	return anew ? from_write(from) : NULL;
}

/* The value of a From that the mail program left out. */
static char *missing(const Sender *sender)
{
	g_autofree char *bare = g_strdup_printf("<%s>", sender->address);
	char *value = named(sender, bare);

	return value != NULL ? value : g_steal_pointer(&bare);
}

static gboolean change(SMFICTX *ctx, const char *name, int number, char *value, GError **error)
{
	if (smfi_chgheader(ctx, (char *)(guintptr)name, number, value) == MI_SUCCESS)
		return TRUE;
	g_set_error(error, PS_ERROR, PS_ERROR_UNAVAILABLE, "the mail server takes no change");
	return FALSE;
}

static gboolean set_names(
        SMFICTX *ctx, const Sender *sender, const GPtrArray *headers, GError **error)
{
	if (headers->len == 0) {
		g_autofree char *value = missing(sender);
		return change(ctx, "From", 1, value, error);
	}
	for (guint i = 0; i < headers->len; i++) {
		const Header *header = headers->pdata[i];
		g_autofree char *value = named(sender, header->value);
		if (value != NULL && strcmp(value, header->value) != 0 &&
		        !change(ctx, header->name, (int)i + 1, value, error))
			return FALSE;
	}
	return TRUE;
}

/* A mail of whoever is logged in. */
static sfsistat submitted(SMFICTX *ctx, Db *db, const Message *message, GError **error)
{
	const char *login = role_macro(ctx, "{auth_authen}");
	g_autofree char *address = g_ascii_strdown(login != NULL ? login : "", -1);
	g_autoptr(Sender) sender = NULL;

	if (!sender_find(db, address, &sender, error))
		return SMFIS_TEMPFAIL;
	if (sender == NULL)
		return role_refuse(ctx, "Nobody is logged in, or the mailbox is gone");
	int from = owns_headers(db, sender, message->from, error);
	int other = from == 1 ? owns_headers(db, sender, message->sender, error) : 1;
	if (from < 0 || other < 0)
		return SMFIS_TEMPFAIL;
	if (message->too_many || from == 0)
		return role_refuse(ctx, "From is no address of the mailbox that is logged in");
	if (other == 0)
		return role_refuse(ctx, "Sender is no address of the mailbox that is logged in");
	return set_names(ctx, sender, message->from, error) ? SMFIS_CONTINUE : SMFIS_TEMPFAIL;
}

/* An absence note: its From is the mailbox's address. */
static sfsistat absence(SMFICTX *ctx, Db *db, const Message *message, GError **error)
{
	if (message->from->len == 0)
		return SMFIS_CONTINUE;
	const Header *header = message->from->pdata[0];
	g_autoptr(From) from = from_parse(header->value);
	const FromMailbox *mailbox = from->mailboxes->len == 1 ? from->mailboxes->pdata[0] : NULL;
	g_autoptr(Sender) sender = NULL;
	if (mailbox == NULL || mailbox->key == NULL)
		return SMFIS_CONTINUE;
	if (!sender_find(db, mailbox->key, &sender, error))
		return SMFIS_TEMPFAIL;
	if (sender == NULL || set_names(ctx, sender, message->from, error))
		return SMFIS_CONTINUE;
	return SMFIS_TEMPFAIL;
}

static sfsistat on_eom(SMFICTX *ctx)
{
	g_autoptr(GError) error = NULL;
	const char *service = role_service(ctx);
	gboolean is_submitted = strcmp(service, "SUBMISSION") == 0;

	if (!is_submitted && strcmp(service, "VACATION") != 0)
		return SMFIS_CONTINUE;
	const Message *message = message_of(ctx);
	Db *db = pool_take(&error);
	if (db == NULL)
		return role_defer(ctx, error);
	sfsistat result = is_submitted ? submitted(ctx, db, message, &error)
	                               : absence(ctx, db, message, &error);
	pool_give(db, error);
	if (error != NULL)
		return role_defer(ctx, error);
	if (result == SMFIS_CONTINUE)
		role_log(ctx, "name", "done");
	return result;
}

const Role role_name = {
        .name = "name",
        .actions = SMFIF_CHGHDRS,
        .steps = SMFIP_NOCONNECT | SMFIP_NOHELO | SMFIP_NOMAIL | SMFIP_NORCPT | SMFIP_NODATA |
                 SMFIP_NOEOH | SMFIP_NOBODY | SMFIP_NOUNKNOWN | SMFIP_NR_HDR,
        .header = on_header,
        .eom = on_eom,
        .forget = forget,
};
