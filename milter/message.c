/* message.c: gathers envelope, headers and body of a message, within limits, for the journal. */
#include "milter/message.h"

#include <string.h>

#include "lib/mail/header_join.h"
#include "milter/address_list.h"
#include "milter/mime_text.h"
#include "milter/report_action.h"

/* Headers whose addresses are kept, in the order of HEADER_*. */
enum { HEADER_FROM, HEADER_TO, HEADER_CC, HEADER_COUNT };
static const char *const address_headers[HEADER_COUNT] = {"From", "To", "Cc"};

struct Message {
	gint64 began;
	char *envelope_from;
	GPtrArray *recipients;
	GPtrArray *values[HEADER_COUNT]; /* as received */
	gsize values_size;
	gboolean is_cut; /* of these headers */
	char *subject_value;
	GString *content;    /* the headers that mime_text.h wants */
	MimeText *mime;      /* NULL: no body yet */
	ReportAction action; /* of mail with an empty envelope sender */
	/* of message_finish() */
	GPtrArray *lists[HEADER_COUNT];  /* ListAddress */
	GArray *addresses[HEADER_COUNT]; /* JournalAddress */
	GArray *attachments;             /* JournalAttachment */
	char *subject, *text;
};

Message *message_new(const char *envelope_from)
{
	Message *message = g_new0(Message, 1);

	message->began = g_get_monotonic_time();
	message->envelope_from = g_strdup(envelope_from);
	message->recipients = g_ptr_array_new_with_free_func(g_free);
	message->content = g_string_new(NULL);
	for (guint i = 0; i < HEADER_COUNT; i++)
		message->values[i] = g_ptr_array_new_with_free_func(g_free);
	return message;
}

void message_free(Message *message)
{
	if (message == NULL)
		return;
	for (guint i = 0; i < HEADER_COUNT; i++) {
		g_ptr_array_unref(message->values[i]);
		g_clear_pointer(&message->lists[i], g_ptr_array_unref);
		g_clear_pointer(&message->addresses[i], g_array_unref);
	}
	g_clear_pointer(&message->attachments, g_array_unref);
	g_ptr_array_unref(message->recipients);
	g_string_free(message->content, TRUE);
	mime_text_free(message->mime);
	g_free(message->envelope_from);
	g_free(message->subject_value);
	g_free(message->subject);
	g_free(message->text);
	g_free(message);
}

void message_add_recipient(Message *message, const char *address)
{
	g_ptr_array_add(message->recipients, g_strdup(address));
}

/* A field of the body's form; the first of its name counts. */
static void add_content(Message *message, const char *name, const char *value)
{
	static const char *const wanted[] = {
	        "Content-Type", "Content-Disposition", "Content-Transfer-Encoding"};
	gsize size = strlen(name) + strlen(value) + 3;

	for (guint i = 0; i < G_N_ELEMENTS(wanted); i++)
		if (g_ascii_strcasecmp(name, wanted[i]) == 0 &&
		        message->content->len + size <= MIME_HEADER_MAX)
			g_string_append_printf(message->content, "%s:%s\n", name, value);
}

static void add_addresses(Message *message, guint header, const char *name, const char *value)
{
	gsize size = strlen(value);

	if (strlen(name) + size >= MESSAGE_HEADER_CUT)
		message->is_cut = TRUE;
	if (message->values_size + size > MESSAGE_ADDRESSES_MAX) {
		message->is_cut = TRUE;
		return;
	}
	message->values_size += size;
	g_ptr_array_add(message->values[header], g_strdup(value));
}

void message_add_header(Message *message, const char *name, const char *value)
{
	g_autofree char *clean = g_strchomp(g_strdup(name)); /* "To :" (RFC 5322 4.5) */

	add_content(message, clean, value);
	if (g_ascii_strcasecmp(clean, "Subject") == 0 && message->subject_value == NULL)
		message->subject_value = g_strdup(value);
	for (guint i = 0; i < HEADER_COUNT; i++)
		if (g_ascii_strcasecmp(clean, address_headers[i]) == 0)
			add_addresses(message, i, name, value);
}

static MimeText *mime_of(Message *message)
{
	if (message->mime == NULL)
		message->mime = mime_text_new(message->content->str);
	return message->mime;
}

void message_add_body(Message *message, const guint8 *octets, gsize length)
{
	mime_text_feed(mime_of(message), octets, length);
	if (*message->envelope_from == '\0')
		report_action_feed(&message->action, octets, length);
}

static void read_addresses(Message *message, guint header)
{
	GPtrArray *list = address_list_new();
	GArray *addresses = g_array_new(FALSE, FALSE, sizeof(JournalAddress));

	for (guint i = 0; i < message->values[header]->len; i++)
		address_list_add_all(list, message->values[header]->pdata[i]);
	for (guint i = 0; i < list->len; i++) {
		const ListAddress *one = list->pdata[i];
		JournalAddress address = {.name = one->name, .address = one->address};
		g_array_append_val(addresses, address);
	}
	message->lists[header] = list;
	message->addresses[header] = addresses;
}

static void read_body(Message *message)
{
	MimeText *mime = mime_of(message);

	message->text = mime_text_finish(mime);
	const GPtrArray *attachments = mime_text_attachments(mime);
	message->attachments = g_array_new(FALSE, FALSE, sizeof(JournalAttachment));
	for (guint i = 0; i < attachments->len; i++) {
		const MimeAttachment *one = attachments->pdata[i];
		JournalAttachment attachment = {.name = one->name, .size = one->size};
		g_array_append_val(message->attachments, attachment);
	}
}

static const char *const *values_of(const Message *message, guint header, gsize *count)
{
	*count = message->values[header]->len;
	return (const char *const *)message->values[header]->pdata;
}

static const JournalAddress *addresses_of(const Message *message, guint header, gsize *count)
{
	*count = message->addresses[header]->len;
	return (const JournalAddress *)(gconstpointer)message->addresses[header]->data;
}

void message_finish(Message *message, JournalService service, JournalMail *mail)
{
	for (guint i = 0; i < HEADER_COUNT; i++)
		read_addresses(message, i);
	if (message->subject_value != NULL)
		message->subject = header_join_text(message->subject_value);
	*mail = (JournalMail){
	        .service = service,
	        .envelope_from = message->envelope_from,
	        .recipients = (const char *const *)message->recipients->pdata,
	        .n_recipients = message->recipients->len,
	        .subject = message->subject,
	        .began = message->began,
	};
	mail->from = addresses_of(message, HEADER_FROM, &mail->n_from);
	mail->to = addresses_of(message, HEADER_TO, &mail->n_to);
	mail->cc = addresses_of(message, HEADER_CC, &mail->n_cc);
	mail->to_values = values_of(message, HEADER_TO, &mail->n_to_values);
	mail->cc_values = values_of(message, HEADER_CC, &mail->n_cc_values);
	mail->is_cut = message->is_cut;
	read_body(message);
	mail->is_report = mime_text_is_report(message->mime);
	mail->says_failed = mail->is_report && message->action.failed;
	mail->text = message->text;
	mail->attachments = (const JournalAttachment *)(gconstpointer)message->attachments->data;
	mail->n_attachments = message->attachments->len;
}
