/* access_send.c: Zugangsdaten versenden: a mail with everything needed, the password by a link. */
#include <string.h>

#include "cgi-bin/access_mail.h"
#include "cgi-bin/access_page.h"
#include "cgi-bin/access_sent.h"
#include "cgi-bin/field.h"
#include "cgi-bin/mailbox_page.h"
#include "cgi-bin/page.h"
#include "cgi-bin/pages.h"
#include "cgi-bin/text.h"
#include "lib/base/address_readable.h"
#include "lib/base/error.h"
#include "lib/mailbox/own_sender.h"

#define MAX_TYPED 1000

/* Staff send to their own contact address alone. */
static guint64 own_of(const Request *req)
{
	return request_is_admin(req) ? 0 : req->session->user_id;
}

/* No button is pressed and nothing typed. */
static gboolean nothing_chosen(Request *req)
{
	return *field_line(req, "to", MAX_TYPED) == '\0' &&
	       *field_line(req, "recipient", MAX_TYPED) == '\0';
}

/* The contact addresses to choose from; the own one is chosen if there is no other way. */
static gboolean fill_contacts(Request *req, const Mailbox *mailbox, gboolean fresh, GError **error)
{
	g_autoptr(GPtrArray) contacts = access_contacts(req->db, mailbox->id, error);
	guint count = 0;

	if (contacts == NULL)
		return FALSE;
	HDF *list = page_node(req, "contacts");
	for (guint i = 0; i < contacts->len; i++) {
		const AccessContact *contact = contacts->pdata[i];
		if (own_of(req) != 0 && contact->user_id != own_of(req))
			continue;
		HDF *item = page_item(list, count++);
		g_autofree char *id = g_strdup_printf("to%u", count);
		page_item_set(item, "id", id);
		page_item_set(item, "name", contact->name);
		page_item_set_address(item, "address", contact->address);
		if (fresh && own_of(req) != 0)
			page_set_address(req, "f.to", contact->address);
	}
	page_set_flag(req, "own", own_of(req) != 0);
	if (own_of(req) != 0)
		page_set(req, "label.to", text(req, "send.own"));
	if (count > 0)
		page_set(req, "label.recipient", text(req, "send.other_address"));
	if (!fresh && nothing_chosen(req))
		field_error(req, count > 0 ? "to" : "recipient", "empty");
	return TRUE;
}

static gboolean show_sending(Request *req, int status, const Mailbox *mailbox,
        const Setting *setting, const KeyRing *ring, GError **error)
{
	OwnSender sender = OWN_SENDER_GOOD;

	if (!own_sender_state(req->db, req->app->config, &sender, error) ||
	        !fill_contacts(req, mailbox, status == 200, error) ||
	        !access_page_vip_notice(req, mailbox, error))
		return FALSE;
	mailbox_page_begin(req, mailbox, "send.title", text(req, "access.send_data"));
	page_set(req, "key", access_page_key(ring, mailbox));
	page_set_flag(req, "unset", sender == OWN_SENDER_UNSET);
	if (sender == OWN_SENDER_NOBODY && request_is_admin(req))
		page_set(req, "nobody", req->app->config->mail_from);
	page_set_flag(req, "plain", setting->allow_plain_password);
	page_keep_typed(req);
	return page_send(req, status, "access_send.cst", error);
}

gboolean access_send_show(Request *req, GError **error)
{
	g_autoptr(Mailbox) mailbox = mailbox_page_load(req, error);
	g_autoptr(Setting) setting = mailbox != NULL ? setting_load(req->db, error) : NULL;
	g_autoptr(KeyRing) ring =
	        setting != NULL ? keyring_load(req->app->config->key_file, error) : NULL;

	return ring != NULL && show_sending(req, 200, mailbox, setting, ring, error);
}

/* What is to be sent, and what became of it. */
typedef struct {
	const Mailbox *mailbox;
	const Setting *setting;
	const KeyRing *ring;
	gboolean plain;
	AccessContact *recipient;
	AccessResult result;
} Sending;

static void sending_clear(Sending *sending)
{
	access_contact_free(sending->recipient);
	access_result_clear(&sending->result);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Sending, sending_clear)

/* The address: one of those to choose from, or the other one, which may come alone. An address that
 * is chosen and another that is typed: nobody can know which one is meant. */
static const char *read_recipient(Request *req, gboolean *chosen)
{
	const char *to = field_line(req, "to", MAX_TYPED);
	const char *typed = field_line(req, "recipient", MAX_TYPED);
	gboolean other = *to == '\0' || strcmp(to, "other") == 0;

	if (own_of(req) != 0 && *typed != '\0')
		return typed; /* lib says whether it is the own one */
	*chosen = !other;
	if (!other && *typed != '\0' && g_ascii_strcasecmp(typed, to) != 0)
		field_error(req, "recipient", "two");
	else if (strcmp(to, "other") == 0 && *typed == '\0')
		field_error(req, "recipient", "empty");
	return other ? typed : to;
}

/* The form. FALSE with error, or with errors of the form noted. */
static gboolean read_sending(Request *req, Sending *sending, GError **error)
{
	static const char *const choices[] = {"link", "plain", NULL};
	g_autoptr(GError) failure = NULL;
	gboolean chosen = FALSE;
	const char *typed = read_recipient(req, &chosen);
	const char *delivery = form_find(req->form, "delivery") != NULL
	                               ? field_choice(req, "delivery", choices)
	                               : choices[0];

	sending->plain = strcmp(delivery, "plain") == 0;
	if (sending->plain && !sending->setting->allow_plain_password)
		field_error(req, "delivery", "not_allowed");
	if (access_page_key(sending->ring, sending->mailbox) != NULL)
		field_error(req, "recipient", "no_password");
	if (*req->app->config->mail_from == '\0')
		field_error(req, "recipient", "no_mail_from");
	if (field_has_errors(req) || nothing_chosen(req))
		return FALSE;
	sending->recipient =
	        access_recipient(req->db, sending->mailbox->id, typed, own_of(req), &failure);
	if (sending->recipient != NULL)
		return TRUE;
	if (chosen && ps_error_field(failure) != NULL)
		field_error(req, "to", ps_error_reason(failure));
	else if (!field_take_error(req, &failure))
		g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

/* The mail server did not take it: the link is void, and the page says what the server said. */
static gboolean show_failed(Request *req, const Sending *sending, GError **error)
{
	request_log(req, "access_not_sent", sending->result.why);
	if (sending->result.reply != NULL)
		field_error_text(req, "recipient", text(req, "send.failed"));
	else
		field_error_text(req, "", text(req, "send.no_answer"));
	page_set(req, "reply", sending->result.reply);
	return show_sending(req, 503, sending->mailbox, sending->setting, sending->ring, error);
}

static gboolean send_data(Request *req, Sending *sending, GError **error)
{
	Actor actor = request_actor(req);
	const AccessSender sender = {.config = req->app->config,
	        .ring = sending->ring,
	        .actor = &actor,
	        .compose = access_mail_compose,
	        .data = req};

	if (!access_send(req->db, &sender, sending->mailbox, sending->setting, sending->recipient,
	            sending->plain, &sending->result, error))
		return FALSE;
	return sending->result.why != NULL
	               ? show_failed(req, sending, error)
	               : access_sent_lead(req, sending->mailbox->id, &sending->result);
}

gboolean access_send_save(Request *req, GError **error)
{
	g_autoptr(Mailbox) mailbox = mailbox_page_load(req, error);
	g_autoptr(Setting) setting = mailbox != NULL ? setting_load(req->db, error) : NULL;
	g_autoptr(KeyRing) ring =
	        setting != NULL ? keyring_load(req->app->config->key_file, error) : NULL;
	g_autoptr(GError) failure = NULL;

	if (ring == NULL)
		return FALSE;
	g_auto(Sending) sending = {.mailbox = mailbox, .setting = setting, .ring = ring};
	if (read_sending(req, &sending, &failure))
		return send_data(req, &sending, error);
	if (failure == NULL)
		return show_sending(req, 422, mailbox, setting, ring, error);
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}
