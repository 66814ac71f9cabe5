/* own_mail.c: composes mails (MIME by GMime, words by header_word.c) and sends them (libcurl). */
#include "lib/mail/own_mail.h"

#include <string.h>

#include <curl/curl.h>
#include <gmime/gmime.h>

#include "lib/base/error.h"
#include "lib/mail/header_word.h"

#define CONNECT_TIMEOUT_S 5L
#define TIMEOUT_S 20L
#define GRACE_US G_USEC_PER_SEC /* for a server that is about to take it */

static GMimeObject *text_part(const char *subtype, const char *text)
{
	GMimeTextPart *part = g_mime_text_part_new_with_subtype(subtype);

	g_mime_text_part_set_charset(part, "utf-8");
	g_mime_text_part_set_text(part, text);
	g_mime_part_set_content_encoding(GMIME_PART(part), GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
	return GMIME_OBJECT(part);
}

static GMimeObject *body(const OwnMail *mail)
{
	if (mail->html == NULL)
		return text_part("plain", mail->text);
	GMimeMultipart *both = g_mime_multipart_new_with_subtype("alternative");
	GMimeObject *parts[] = {text_part("plain", mail->text), text_part("html", mail->html)};
	for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
		g_mime_multipart_add(both, parts[i]);
		g_object_unref(parts[i]);
	}
	return GMIME_OBJECT(both);
}

static void add_headers(GString *out, const Config *config, const OwnMail *mail)
{
	g_autoptr(GDateTime) now = g_date_time_new_now_utc();
	g_autofree char *name = header_word_phrase(mail->from_name);
	g_autofree char *subject = header_word_text(mail->subject);
	g_autofree char *id = g_uuid_string_random();
	/* Not g_date_time_format("%a"): that follows the locale. */
	g_autofree char *date = g_mime_utils_header_format_date(now);
	const char *at = strrchr(config->mail_from, '@');

	g_string_append_printf(
	        out, "From: %s%s<%s>\n", name, *name != '\0' ? "\n " : "", config->mail_from);
	if (mail->reply_to != NULL && *mail->reply_to != '\0')
		g_string_append_printf(out, "Reply-To: <%s>\n", mail->reply_to);
	g_string_append_printf(out, "To: <%s>\nSubject: %s\nDate: %s\n", mail->to, subject, date);
	g_string_append_printf(out, "Message-ID: <%s@%s>\nAuto-Submitted: auto-generated\n", id,
	        at != NULL ? at + 1 : "localhost");
	g_string_append(out, "MIME-Version: 1.0\n");
}

GBytes *own_mail_compose(const Config *config, const OwnMail *mail)
{
	static gsize ready;
	g_autoptr(GString) out = g_string_new(NULL);
	g_autoptr(GString) wire = g_string_new(NULL);

	if (g_once_init_enter(&ready)) {
		g_mime_init();
		g_once_init_leave(&ready, 1);
	}
	add_headers(out, config, mail);
	GMimeObject *part = body(mail);
	char *text = g_mime_object_to_string(part, NULL);
	g_string_append(out, text);
	g_free(text);
	g_object_unref(part);
	for (const char *c = out->str; *c != '\0'; c++) {
		if (*c == '\n')
			g_string_append_c(wire, '\r');
		g_string_append_c(wire, *c);
	}
	gsize length = wire->len;
	return g_bytes_new_take(g_string_free(g_steal_pointer(&wire), FALSE), length);
}

typedef struct {
	const char *data;
	gsize left;
} Reader;

static size_t read_more(char *buffer, size_t size, size_t count, void *data)
{
	Reader *reader = data;
	size_t taken = MIN(size * count, reader->left);

	memcpy(buffer, reader->data, taken);
	reader->data += taken;
	reader->left -= taken;
	return taken;
}

/* Of the server's replies those that refuse something (RFC 5321 4.2.1). */
static size_t keep_refusal(char *buffer, size_t size, size_t count, void *data)
{
	GString *refusal = data;

	if (size * count > 0 && (buffer[0] == '4' || buffer[0] == '5'))
		g_string_append_len(refusal, buffer, (gssize)MIN(size * count, 400));
	return size * count;
}

typedef struct {
	GCancellable *stop;
	gint64 stopped_at; /* monotonic; 0: not yet seen */
} Patience;

/* libcurl asks about once a second, and whenever something happens. */
static int patience_ends(
        void *data, curl_off_t total_in, curl_off_t in, curl_off_t total_out, curl_off_t out)
{
	Patience *patience = data;
	gint64 now = g_get_monotonic_time();

	(void)total_in;
	(void)in;
	(void)total_out;
	(void)out;
	if (!g_cancellable_is_cancelled(patience->stop))
		return 0;
	if (patience->stopped_at == 0)
		patience->stopped_at = now;
	return now - patience->stopped_at >= GRACE_US;
}

gboolean own_mail_send(
        const Config *config, const OwnMail *mail, GCancellable *stop, char **reply, GError **error)
{
	if (reply != NULL)
		*reply = NULL;
	if (*config->mail_from == '\0') {
		g_set_error(error, PS_ERROR, PS_ERROR_UNAVAILABLE,
		        "mail_from is not set in [mail] of the configuration");
		return FALSE;
	}
	g_autoptr(GBytes) message = own_mail_compose(config, mail);
	g_autoptr(GString) refusal = g_string_new(NULL);
	g_autofree char *url = g_strdup_printf(
	        "smtp://%s:%u/localhost", config->submission_host, config->submission_port);
	Patience patience = {.stop = stop};
	Reader reader;
	CURL *curl = curl_easy_init();
	struct curl_slist *recipients = curl_slist_append(NULL, mail->to);

	reader.data = g_bytes_get_data(message, &reader.left);
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp");
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_TIMEOUT_S);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, TIMEOUT_S);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, patience_ends);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &patience);
	curl_easy_setopt(
	        curl, CURLOPT_MAIL_FROM, mail->sender != NULL ? mail->sender : config->mail_from);
	curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients);
	curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(curl, CURLOPT_READFUNCTION, read_more);
	curl_easy_setopt(curl, CURLOPT_READDATA, &reader);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, keep_refusal);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, refusal);
	CURLcode result = curl_easy_perform(curl);
	curl_slist_free_all(recipients);
	curl_easy_cleanup(curl);
	if (result == CURLE_OK)
		return TRUE;
	g_strchomp(refusal->str);
	g_set_error(error, PS_ERROR, PS_ERROR_UNAVAILABLE,
	        "the mail server did not take it: %s%s%s", curl_easy_strerror(result),
	        *refusal->str != '\0' ? "; it said: " : "", refusal->str);
	if (reply != NULL && *refusal->str != '\0')
		*reply = g_strdup(refusal->str);
	return FALSE;
}
