/* journal.c: the role journal: one entry for each message that is accepted, by whatever way it
 * came. Last of all milters: an earlier one is not told when a later one refuses.
 *
 * The entry is committed before the mail is accepted; if it can't be written, or the mail server
 * doesn't wait any more, the client gets 451 and comes again. Nothing that a mail holds stops it:
 * what can't be read is journaled as far as it can be.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/base/address.h"
#include "lib/base/error.h"
#include "lib/journal/journal.h"
#include "lib/journal/journal_address.h"
#include "lib/mailbox/access_bounce.h"
#include "lib/mailbox/own_password.h"
#include "lib/mailbox/send_limit.h"
#include "milter/from.h"
#include "milter/message.h"
#include "milter/pool.h"
#include "milter/role.h"

static const struct {
	const char *name; /* milter_macro_daemon_name in master.cf */
	JournalService service;
} services[] = {
        {"OUTSIDE", JOURNAL_OUTSIDE},
        {"SUBMISSION", JOURNAL_SUBMISSION},
        {"VACATION", JOURNAL_VACATION},
        {"OWN", JOURNAL_OWN},
        {"LOCAL", JOURNAL_LOCAL},
};

/* A service that isn't ours is like one from outside: nobody is its sender. */
static JournalService service_of(SMFICTX *ctx)
{
	const char *name = role_service(ctx);

	for (gsize i = 0; i < G_N_ELEMENTS(services); i++)
		if (strcmp(services[i].name, name) == 0)
			return services[i].service;
	return JOURNAL_OUTSIDE;
}

static void forget(gpointer message)
{
	message_free(message);
}

/* An argument of MAIL or RCPT without brackets; sendmail's have none. Free: g_free(). */
static char *argument(char **argv)
{
	const char *text = argv[0] != NULL ? argv[0] : "";
	gsize length = strlen(text);

	return length >= 2 && text[0] == '<' && text[length - 1] == '>'
	               ? g_strndup(text + 1, length - 2)
	               : g_strdup(text);
}

static sfsistat on_envfrom(SMFICTX *ctx, char **argv)
{
	g_autofree char *address = argument(argv);

	message_free(smfi_getpriv(ctx));
	smfi_setpriv(ctx, message_new(address));
	/* Answered: the mail server finds out where recipients lead after this moment. */
	return SMFIS_CONTINUE;
}

static sfsistat on_envrcpt(SMFICTX *ctx, char **argv)
{
	Message *message = smfi_getpriv(ctx);
	g_autofree char *address = argument(argv);
	const char *resolved = role_macro(ctx, "{rcpt_addr}");

	if (message != NULL)
		message_add_recipient(message, resolved != NULL ? resolved : address);
	return SMFIS_NOREPLY;
}

static sfsistat on_header(SMFICTX *ctx, char *name, char *value)
{
	Message *message = smfi_getpriv(ctx);

	if (message != NULL)
		message_add_header(message, name, value);
	return SMFIS_NOREPLY;
}

static sfsistat on_body(SMFICTX *ctx, unsigned char *octets, size_t length)
{
	Message *message = smfi_getpriv(ctx);

	if (message != NULL)
		message_add_body(message, octets, length);
	return SMFIS_NOREPLY;
}

/* What comes between the entry and the COMMIT. */
typedef struct {
	SMFICTX *ctx;
	Db *db;
	const JournalMail *mail;
	gboolean within; /* FALSE: it is more than its mailbox may send in an hour */
} Last;

static gboolean count_recipients(Last *last, GError **error)
{
	const JournalMail *mail = last->mail;

	last->within = TRUE;
	if (mail->service != JOURNAL_SUBMISSION || mail->sender == NULL)
		return TRUE;
	if (!send_limit_count(last->db, mail->sender, mail->n_recipients, &last->within, error))
		return FALSE;
	if (!last->within)
		g_set_error(error, PS_ERROR, PS_ERROR_CONFLICT, "more than the mailbox may send");
	return last->within;
}

/* Access data that couldn't be delivered: its page says so. */
static gboolean note_bounces(const Last *last, GError **error)
{
	const JournalMail *mail = last->mail;

	for (gsize i = 0; mail->says_failed && i < mail->n_recipients; i++)
		if (!access_bounce_note(last->db, mail->recipients[i], error))
			return FALSE;
	return TRUE;
}

static gboolean before_commit(gpointer data, GError **error)
{
	Last *last = data;

	if (!count_recipients(last, error) || !note_bounces(last, error) ||
	        (last->mail->own_password != 0 &&
	                !own_password_sent(last->db, last->mail->own_password, error)))
		return FALSE;
	if (smfi_progress(last->ctx) == MI_SUCCESS)
		return TRUE;
	g_set_error(error, PS_ERROR, PS_ERROR_CONFLICT, "nobody waits for the mail any more");
	return FALSE;
}

/* The sending mailbox's address: who is logged in; of an absence note its From. What has an
 * envelope sender is no note: a script of a user's own sent it on. Free: g_free(). */
static char *sender_of(SMFICTX *ctx, JournalMail *mail)
{
	if (mail->service == JOURNAL_SUBMISSION) {
		const char *login = role_macro(ctx, "{auth_authen}");
		return login != NULL ? own_password_login(login, &mail->own_password) : NULL;
	}
	if (mail->service != JOURNAL_VACATION || *mail->envelope_from != '\0' || mail->n_from == 0)
		return NULL;
	g_autoptr(GPtrArray) from = from_parse(mail->from[0].address);
	const FromMailbox *first = from->len > 0 ? from->pdata[0] : NULL;
	return first != NULL ? g_strdup(first->key) : NULL;
}

/* Poststelle's own mails come from one address, in the envelope (with what tells them apart when
 * they come back) and in From; whoever else reaches that service has no other either. */
static gboolean is_of_envelope_sender(const JournalMail *mail)
{
	g_autofree char *normal = journal_address_normal(mail->envelope_from);
	g_autofree char *sender = address_without_extension(normal);
	g_autofree char *written =
	        mail->n_from == 1 ? journal_address_normal(mail->from[0].address) : NULL;
	g_autofree char *from = written != NULL ? address_without_extension(written) : NULL;

	return g_strcmp0(sender, from) == 0;
}

/* Of this mail alone: each try of a client is a mail of its own. Free: g_free(). */
static char *new_key(SMFICTX *ctx)
{
	const char *id = role_macro(ctx, "i");
	guint32 random[4];

	arc4random_buf(random, sizeof(random));
	return g_strdup_printf("%.60s-%08x%08x%08x%08x", id != NULL ? id : "", random[0], random[1],
	        random[2], random[3]);
}

/* Nothing of the mail was written. */
static sfsistat over_limit(SMFICTX *ctx, Db *db, const char *sender)
{
	g_autoptr(GError) error = NULL;

	if (!send_limit_refused(db, sender, &error))
		role_log(ctx, "untold", error->message);
	pool_give(db, error);
	return role_put_off(
	        ctx, "This mailbox has sent to as many recipients as it may in an hour");
}

static sfsistat on_eom(SMFICTX *ctx)
{
	g_autoptr(GError) error = NULL;
	Message *message = smfi_getpriv(ctx);
	JournalMail mail;

	if (message == NULL)
		return SMFIS_TEMPFAIL;
	message_finish(message, service_of(ctx), &mail);
	if (mail.service == JOURNAL_OWN && !is_of_envelope_sender(&mail))
		return role_refuse(ctx, "From is not the sender of this service");
	Db *db = pool_take(&error);
	if (db == NULL)
		return role_defer(ctx, error);
	g_autofree char *sender = sender_of(ctx, &mail);
	g_autofree char *key = new_key(ctx);
	mail.sender = sender;
	mail.key = key;
	Last last = {.ctx = ctx, .db = db, .mail = &mail, .within = TRUE};
	gboolean ok = journal_write(db, &mail, before_commit, &last, &error);
	if (!ok && !last.within)
		return over_limit(ctx, db, sender);
	pool_give(db, error);
	if (g_error_matches(error, PS_ERROR, PS_ERROR_FORBIDDEN))
		return role_refuse(ctx, error->message);
	if (!ok)
		return role_defer(ctx, error);
	role_log(ctx, "journal", "written");
	return SMFIS_CONTINUE;
}

const Role role_journal = {
        .name = "journal",
        .steps = SMFIP_NOCONNECT | SMFIP_NOHELO | SMFIP_NODATA | SMFIP_NOEOH | SMFIP_NOUNKNOWN |
                 SMFIP_NR_RCPT | SMFIP_NR_HDR | SMFIP_NR_BODY,
        .envfrom = on_envfrom,
        .envrcpt = on_envrcpt,
        .header = on_header,
        .body = on_body,
        .eom = on_eom,
        .forget = forget,
};
