/* letter.c: one mail of the office: its journal entry as the milter writes it, the message as it
 * lies in the mailboxes that it reached, and the absence notes that answer it. */
#include "stack/office/letter.h"

#include <string.h>

#include "lib/journal/journal.h"
#include "lib/mail/header_word.h"
#include "stack/office/store.h"

#define PLACES 3

typedef struct {
	char *name, *address; /* as the header has them */
	Box *box;             /* whose it is; NULL: outside */
	char *recipient;      /* envelope */
} Party;

struct Letter {
	JournalService service;
	Box *sender;
	char *envelope_from;
	JournalAddress from;
	GPtrArray *parties[PLACES]; /* Party */
	char *subject, *text;
	GArray *attachments; /* JournalAttachment */
};

static void party_free(gpointer data)
{
	Party *party = data;

	g_free(party->name);
	g_free(party->address);
	g_free(party->recipient);
	g_free(party);
}

Letter *letter_new(Box *sender, const char *name, const char *address)
{
	Letter *letter = g_new0(Letter, 1);

	letter->service = sender != NULL ? JOURNAL_SUBMISSION : JOURNAL_OUTSIDE;
	letter->sender = sender;
	letter->from = (JournalAddress){.name = sender != NULL ? sender->name : name,
	        .address = sender != NULL ? sender->address : address};
	letter->envelope_from = g_strdup(letter->from.address);
	for (guint i = 0; i < PLACES; i++)
		letter->parties[i] = g_ptr_array_new_with_free_func(party_free);
	letter->attachments = g_array_new(FALSE, FALSE, sizeof(JournalAttachment));
	return letter;
}

void letter_free(Letter *letter)
{
	g_free(letter->envelope_from);
	for (guint i = 0; i < PLACES; i++)
		g_ptr_array_unref(letter->parties[i]);
	g_free(letter->subject);
	g_free(letter->text);
	g_array_unref(letter->attachments);
	g_free(letter);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Letter, letter_free)

static void add(Letter *letter, LetterPlace place, const char *name, const char *address, Box *box)
{
	Party *party = g_new0(Party, 1);

	party->name = g_strdup(name);
	party->address = g_strdup(address);
	party->recipient = g_strdup(address);
	party->box = box;
	g_ptr_array_add(letter->parties[place], party);
}

void letter_add(Letter *letter, LetterPlace place, const char *name, const char *address)
{
	add(letter, place, name, address, NULL);
}

void letter_add_box(Letter *letter, LetterPlace place, Box *box, const char *written)
{
	add(letter, place, written != NULL ? "" : box->name,
	        written != NULL ? written : box->address, box);
}

void letter_say(Letter *letter, char *subject, char *text)
{
	g_free(letter->subject);
	g_free(letter->text);
	letter->subject = subject;
	letter->text = text;
}

void letter_attach(Letter *letter, const char *name, gsize size)
{
	const JournalAttachment one = {.name = name, .size = size};

	g_array_append_val(letter->attachments, one);
}

void letter_set_own(Letter *letter)
{
	letter->service = JOURNAL_OWN;
}

void letter_set_bounce(Letter *letter)
{
	letter->service = JOURNAL_LOCAL;
	g_free(letter->envelope_from);
	letter->envelope_from = g_strdup("");
}

/* ---- the message ---- */

static void append_address(GString *message, const char *name, const char *address)
{
	if (name == NULL || *name == '\0') {
		g_string_append_printf(message, "<%s>", address);
		return;
	}
	g_autofree char *phrase = header_word_phrase(name);
	g_string_append_printf(message, "%s <%s>", phrase, address);
}

/* To or Cc without the field's name. Free: g_free(). */
static char *field_value(const GPtrArray *parties)
{
	GString *value = g_string_new(NULL);

	for (guint i = 0; i < parties->len; i++) {
		const Party *party = parties->pdata[i];
		g_string_append(value, i == 0 ? "" : ",\n ");
		append_address(value, party->name, party->address);
	}
	return g_string_free(value, FALSE);
}

static void append_field(GString *message, const char *field, const GPtrArray *parties)
{
	g_autofree char *value = field_value(parties);

	if (parties->len > 0)
		g_string_append_printf(message, "%s: %s\n", field, value);
}

/* Lines of base64 that stand for so many octets. */
static void append_octets(GString *message, gsize size)
{
	static const guint8 zeros[57];
	g_autofree char *line = g_base64_encode(zeros, sizeof(zeros));

	for (; size >= sizeof(zeros); size -= sizeof(zeros))
		g_string_append_printf(message, "%s\n", line);
	g_autofree char *rest = g_base64_encode(zeros, size);
	g_string_append_printf(message, "%s\n", rest);
}

static void append_body(GString *message, const Letter *letter)
{
	static const char text_type[] =
	        "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n";
	const char *text = letter->text != NULL ? letter->text : "";

	if (letter->attachments->len == 0) {
		g_string_append_printf(message, "%s%s\n", text_type, text);
		return;
	}
	g_string_append_printf(message,
	        "Content-Type: multipart/mixed; boundary=\"teil\"\n\n--teil\n%s%s\n", text_type,
	        text);
	for (guint i = 0; i < letter->attachments->len; i++) {
		const JournalAttachment *one =
		        &g_array_index(letter->attachments, JournalAttachment, i);
		g_autofree char *name = header_word_phrase(one->name);
		g_string_append_printf(message,
		        "--teil\nContent-Type: application/octet-stream\nContent-Disposition:"
		        " attachment;\n filename=%s\nContent-Transfer-Encoding: base64\n\n",
		        name);
		append_octets(message, one->size);
	}
	g_string_append(message, "--teil--\n");
}

static GString *compose(const Office *office, const Letter *letter)
{
	GString *message = g_string_new(NULL);
	g_autoptr(GDateTime) utc =
	        g_date_time_new_from_unix_utc((gint64)(office->at / G_USEC_PER_SEC));
	g_autofree char *date = g_date_time_format(utc, "%a, %d %b %Y %H:%M:%S +0000");
	g_autofree char *subject =
	        letter->subject != NULL ? header_word_text(letter->subject) : NULL;

	g_string_append_printf(message, "Return-Path: <%s>\nFrom: ", letter->envelope_from);
	append_address(message, letter->from.name, letter->from.address);
	g_string_append_c(message, '\n');
	append_field(message, "To", letter->parties[LETTER_TO]);
	append_field(message, "Cc", letter->parties[LETTER_CC]);
	if (subject != NULL)
		g_string_append_printf(message, "Subject: %s\n", subject);
	g_string_append_printf(message,
	        "Date: %s\nMessage-ID: <%u.office@welt.example>\nMIME-Version: 1.0\n", date,
	        office->letters);
	append_body(message, letter);
	return message;
}

/* Into each mailbox that it reached, once. */
static gboolean deliver(Office *office, const Letter *letter, GError **error)
{
	g_autoptr(GString) message = compose(office, letter);
	g_autoptr(GHashTable) seen = g_hash_table_new(g_direct_hash, g_direct_equal);
	gboolean read = office->at + (guint64)86400 * G_USEC_PER_SEC < office->now;

	for (guint place = 0; place < PLACES; place++) {
		for (guint i = 0; i < letter->parties[place]->len; i++) {
			Box *box = ((const Party *)letter->parties[place]->pdata[i])->box;
			if (box != NULL && !box->by_pop3 && g_hash_table_add(seen, box) &&
			        !store_add(office, box, message->str, message->len, read, error))
				return FALSE;
		}
	}
	return TRUE;
}

/* ---- the journal ---- */

static JournalAddress *addresses(const GPtrArray *parties, GPtrArray *recipients)
{
	JournalAddress *list = g_new0(JournalAddress, parties->len + 1);

	for (guint i = 0; i < parties->len; i++) {
		const Party *party = parties->pdata[i];
		list[i] = (JournalAddress){.name = party->name, .address = party->address};
		g_ptr_array_add(recipients, party->recipient);
	}
	return list;
}

static gboolean write_entry(Office *office, const Letter *letter, GError **error)
{
	const GPtrArray *to_parties = letter->parties[LETTER_TO];
	const GPtrArray *cc_parties = letter->parties[LETTER_CC];
	g_autoptr(GPtrArray) recipients = g_ptr_array_new();
	g_autofree JournalAddress *to = addresses(to_parties, recipients);
	g_autofree JournalAddress *cc = addresses(cc_parties, recipients);
	g_autofree JournalAddress *bcc = addresses(letter->parties[LETTER_BCC], recipients);
	g_autofree char *to_value = field_value(to_parties);
	g_autofree char *cc_value = field_value(cc_parties);
	const char *const to_values[] = {to_value}, *const cc_values[] = {cc_value};
	g_autofree char *key = g_strdup_printf("office-%u", office->letters);
	const JournalMail mail = {.service = letter->service,
	        .key = key,
	        .sender = letter->sender != NULL ? letter->sender->address : NULL,
	        .envelope_from = letter->envelope_from,
	        .recipients = (const char *const *)recipients->pdata,
	        .n_recipients = recipients->len,
	        .from = &letter->from,
	        .n_from = 1,
	        .to = to,
	        .n_to = to_parties->len,
	        .cc = cc,
	        .n_cc = cc_parties->len,
	        .subject = letter->subject,
	        .text = letter->text,
	        .attachments = (const JournalAttachment *)(const void *)letter->attachments->data,
	        .n_attachments = letter->attachments->len,
	        .is_report = letter->service == JOURNAL_LOCAL,
	        .to_values = to_values,
	        .n_to_values = to_parties->len > 0,
	        .cc_values = cc_values,
	        .n_cc_values = cc_parties->len > 0};

	return journal_write(office->db, &mail, NULL, NULL, error);
}

static gboolean write_and_deliver(Office *office, const Letter *letter, GError **error)
{
	office->letters++;
	return write_entry(office, letter, error) && deliver(office, letter, error);
}

/* ---- absence notes ---- */

/* The mailbox answers the sender, if it didn't before; Dovecot does that some moments later. */
static gboolean answer(Office *office, const Letter *letter, Box *box, GError **error)
{
	g_autofree char *key =
	        g_strdup_printf("%" G_GUINT64_FORMAT " %s", box->id, letter->envelope_from);

	if (g_hash_table_contains(office->answered, key))
		return TRUE;
	g_hash_table_add(office->answered, g_steal_pointer(&key));
	g_autoptr(Letter) reply = letter_new(box, NULL, NULL);
	reply->service = JOURNAL_VACATION;
	g_clear_pointer(&reply->envelope_from, g_free);
	reply->envelope_from = g_strdup("");
	add(reply, LETTER_TO, "", letter->envelope_from, letter->sender);
	letter_say(reply,
	        *box->note_subject != '\0'
	                ? g_strdup(box->note_subject)
	                : g_strdup_printf(
	                          "Auto: %s", letter->subject != NULL ? letter->subject : ""),
	        g_strdup(box->note_text));
	return office_pass(office, 2, error) && write_and_deliver(office, reply, error);
}

/* Those that To or Cc names. */
static gboolean answer_all(Office *office, const Letter *letter, GError **error)
{
	for (guint place = LETTER_TO; place <= LETTER_CC; place++) {
		for (guint i = 0; i < letter->parties[place]->len; i++) {
			Box *box = ((const Party *)letter->parties[place]->pdata[i])->box;
			if (box != NULL && box->absent_from > 0 && box->absent_from <= office->at &&
			        !answer(office, letter, box, error))
				return FALSE;
		}
	}
	return TRUE;
}

gboolean letter_send(Office *office, Letter *wanted, GError **error)
{
	g_autoptr(Letter) letter = wanted;

	return write_and_deliver(office, letter, error) &&
	       (letter->service == JOURNAL_OWN || letter->service == JOURNAL_LOCAL ||
	               answer_all(office, letter, error));
}
