/* name.c: the role name: what recipients see beside the address of a submitted mail or an absence
 * note, and whose address may stand where a mail says whom it is from. Before a DKIM signer.
 *
 * On the service SUBMISSION, in every header of headers[] below,
 * - every address has to be the log-in's mailbox or one of its aliases (letter case and
 *   "+extension" don't matter): otherwise 550 5.7.1. So is a header without an address, with more
 *   than ADDRESSES_MAX or longer than FROM_MAX;
 * - each address gets the display name of lib/mailbox/sender_name.h, or keeps the mail program's;
 * - the value is written anew from what was checked (from.h), so that no program sees anybody else
 *   in it. Members of a group (RFC 6854) are written as addresses: a group's name is a display name
 *   too.
 * A mail without a From gets one, with the log-in's address.
 *
 * On VACATION the sender is the address in From (the envelope has none): it gets the name, if it is
 * one of ours, and nothing is refused. Its Subject repeats that of the mail it answers, which
 * Dovecot reads by its charset's name: control characters there are those of windows-1252. On other
 * services nothing happens. No other header and no body is changed.
 */
#include <string.h>

#include "lib/base/error.h"
#include "lib/mail/charset.h"
#include "lib/mail/header_join.h"
#include "lib/mail/header_word.h"
#include "lib/mailbox/own_password.h"
#include "lib/mailbox/sender.h"
#include "lib/mailbox/sender_name.h"
#include "milter/from.h"
#include "milter/log.h"
#include "milter/pool.h"
#include "milter/role.h"

#define ADDRESSES_MAX 20
#define HEADERS_MAX 20 /* headers of a kind that are kept; more are refused */

/* Where mail programs show whom a mail is from; Resent-: who sent it on (RFC 5322 3.6.6). */
enum { HEADER_FROM, HEADER_COUNT = 4 };
static const char *const headers[HEADER_COUNT] = {"From", "Sender", "Resent-From", "Resent-Sender"};

static const char SUBJECT[] = "Subject";

typedef struct {
	char *name, *value; /* as received */
} Header;

typedef struct {
	GPtrArray *found[HEADER_COUNT]; /* Header */
	gboolean too_many;
	char *subject; /* the first, as received; NULL: none */
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

	for (guint kind = 0; kind < HEADER_COUNT; kind++)
		message->found[kind] = g_ptr_array_new_with_free_func(header_free);
	return message;
}

static void forget(gpointer data)
{
	Message *message = data;

	for (guint kind = 0; kind < HEADER_COUNT; kind++)
		g_ptr_array_unref(message->found[kind]);
	g_free(message->subject);
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

static void keep(Message *message, guint kind, const char *name, const char *value)
{
	if (message->found[kind]->len >= HEADERS_MAX) {
		message->too_many = TRUE;
		return;
	}
	Header *header = g_new0(Header, 1);
	header->name = g_strdup(name);
	header->value = g_strdup(value);
	g_ptr_array_add(message->found[kind], header);
}

static sfsistat on_header(SMFICTX *ctx, char *name, char *value)
{
	for (guint kind = 0; kind < HEADER_COUNT; kind++)
		if (is_called(name, headers[kind]))
			keep(message_of(ctx), kind, name, value);
	if (is_called(name, SUBJECT) && message_of(ctx)->subject == NULL)
		message_of(ctx)->subject = g_strdup(value);
	return SMFIS_NOREPLY;
}

/* 1: each address of the header is the sender's. 0: not. -1: error. */
static int owns_all(Db *db, const Sender *sender, const char *value, GError **error)
{
	g_autoptr(GPtrArray) from = from_parse(value);

	if (from->len == 0 || from->len > ADDRESSES_MAX)
		return 0;
	for (guint i = 0; i < from->len; i++) {
		const FromMailbox *mailbox = from->pdata[i];
		int owns = mailbox->key != NULL ? sender_owns(db, sender, mailbox->key, error) : 0;
		if (owns != 1)
			return owns;
	}
	return 1;
}

static int owns_headers(Db *db, const Sender *sender, const GPtrArray *found, GError **error)
{
	for (guint i = 0; i < found->len; i++) {
		int owns = owns_all(db, sender, ((Header *)found->pdata[i])->value, error);
		if (owns != 1)
			return owns;
	}
	return 1;
}

/* What the value becomes. Free: g_free(). */
static char *named(const Sender *sender, const char *value)
{
	g_autoptr(GPtrArray) from = from_parse(value);

	for (guint i = 0; i < from->len; i++) {
		FromMailbox *mailbox = from->pdata[i];
		const char *name =
		        sender_name_for(sender->email_name, sender->users, mailbox->name);
		if (name == NULL)
			continue;
		g_free(mailbox->name);
		mailbox->name = g_strdup(name);
	}
	return from_write(from);
}

static gboolean change(SMFICTX *ctx, const char *name, int number, char *value, GError **error)
{
	if (smfi_chgheader(ctx, ROLE_TEXT(name), number, value) == MI_SUCCESS)
		return TRUE;
	g_set_error(error, PS_ERROR, PS_ERROR_UNAVAILABLE, "the mail server takes no change");
	return FALSE;
}

static gboolean set_names(
        SMFICTX *ctx, const Sender *sender, const GPtrArray *found, GError **error)
{
	for (guint i = 0; i < found->len; i++) {
		const Header *header = found->pdata[i];
		g_autofree char *value = named(sender, header->value);
		if (strcmp(value, header->value) != 0 &&
		        !change(ctx, header->name, (int)i + 1, value, error))
			return FALSE;
	}
	return TRUE;
}

/* The mail program left it out. */
static gboolean add_from(SMFICTX *ctx, const Sender *sender, GError **error)
{
	g_autofree char *bare = g_strdup_printf("<%s>", sender->address);
	g_autofree char *value = named(sender, bare);

	return change(ctx, headers[HEADER_FROM], 1, value, error);
}

static gboolean set_all(SMFICTX *ctx, const Sender *sender, const Message *message, GError **error)
{
	if (message->found[HEADER_FROM]->len == 0 && !add_from(ctx, sender, error))
		return FALSE;
	for (guint kind = 0; kind < HEADER_COUNT; kind++)
		if (!set_names(ctx, sender, message->found[kind], error))
			return FALSE;
	return TRUE;
}

static sfsistat refuse(SMFICTX *ctx, const char *header)
{
	g_autofree char *text =
	        g_strdup_printf("%s is no address of the mailbox that is logged in", header);

	return role_refuse(ctx, text);
}

/* A mail of whoever is logged in. */
static sfsistat submitted(SMFICTX *ctx, Db *db, const Message *message, GError **error)
{
	const char *login = role_macro(ctx, "{auth_authen}");
	guint64 own_password = 0;
	g_autofree char *address = own_password_login(login != NULL ? login : "", &own_password);
	g_autoptr(Sender) sender = NULL;

	if (!sender_find(db, address, own_password, &sender, error))
		return SMFIS_TEMPFAIL;
	if (sender == NULL)
		return role_refuse(ctx, "Nobody is logged in, or the mailbox is gone");
	for (guint kind = 0; kind < HEADER_COUNT; kind++) {
		int owns = owns_headers(db, sender, message->found[kind], error);
		if (owns < 0)
			return SMFIS_TEMPFAIL;
		if (owns == 0)
			return refuse(ctx, headers[kind]);
	}
	if (message->too_many)
		return role_refuse(ctx, "Too many headers that say whom the mail is from");
	return set_all(ctx, sender, message, error) ? SMFIS_CONTINUE : SMFIS_TEMPFAIL;
}

static gboolean mend_subject(SMFICTX *ctx, const Message *message, GError **error)
{
	if (message->subject == NULL)
		return TRUE;
	g_autofree char *read = header_join_text(message->subject);
	g_autofree char *mended = charset_without_c1(read);
	g_autofree char *value = header_word_text(mended);
	return strcmp(mended, read) == 0 || change(ctx, SUBJECT, 1, value, error);
}

/* An absence note: its From is the mailbox's address. */
static sfsistat absence(SMFICTX *ctx, Db *db, const Message *message, GError **error)
{
	const GPtrArray *found = message->found[HEADER_FROM];
	g_autoptr(Sender) sender = NULL;

	if (!mend_subject(ctx, message, error))
		return SMFIS_TEMPFAIL;
	if (found->len == 0)
		return SMFIS_CONTINUE;
	g_autoptr(GPtrArray) from = from_parse(((Header *)found->pdata[0])->value);
	const FromMailbox *mailbox = from->len == 1 ? from->pdata[0] : NULL;
	if (mailbox == NULL || mailbox->key == NULL)
		return SMFIS_CONTINUE;
	if (!sender_find(db, mailbox->key, 0, &sender, error))
		return SMFIS_TEMPFAIL;
	if (sender == NULL || set_names(ctx, sender, found, error))
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
