/* access_mail.c: composes the mail that carries access data.
 *
 * The data set is filled once; the part for eyes is a template (access_mail.cst), the text part
 * is written here from the same values.
 */
#include "cgi-bin/access_mail.h"

#include "cgi-bin/access_data.h"
#include "cgi-bin/client_steps.h"
#include "cgi-bin/format.h"
#include "cgi-bin/page.h"
#include "cgi-bin/text.h"
#include "lib/base/address_readable.h"

/* mail.NAME, where the text part finds it again. */
static void set_text(Request *req, const char *name, char *value)
{
	page_set(req, name, value);
	g_free(value);
}

static const char *get(Request *req, const char *name)
{
	return hdf_get_value(req->hdf, name, "");
}

static gboolean fill_mail(Request *req, const AccessMail *mail, GError **error)
{
	g_autofree char *address = address_readable(mail->mailbox->address);
	const char *office = *mail->setting->office_name != '\0' ? mail->setting->office_name
	                                                         : text(req, "mail.office");
	g_autofree char *until = format_date_time(req, mail->expires_at);

	page_set(req, "lang", req->language);
	if (!access_data_fill(req, mail->mailbox, mail->setting, mail->link != NULL, error))
		return FALSE;
	set_text(req, "mail.subject", text_with(req, "mail.subject", address, NULL));
	set_text(req, "mail.greeting",
	        mail->recipient->name != NULL
	                ? text_with(req, "mail.greeting_name", mail->recipient->name, NULL)
	                : g_strdup(text(req, "mail.greeting")));
	set_text(req, "mail.what",
	        text_with(req, "mail.what", req->session->name, office, address, NULL));
	if (mail->link != NULL) {
		set_text(req, "mail.once", text_with(req, "mail.once", until, NULL));
		page_set(req, "mail.link_href", mail->link);
	} else {
		page_set(req, "mail.password", mail->password);
	}
	if (*mail->setting->contact != '\0')
		set_text(req, "mail.questions",
		        text_with(req, "mail.questions", mail->setting->contact, NULL));
	return TRUE;
}

static void add_servers(Request *req, GString *out)
{
	for (HDF *server = hdf_get_child(req->hdf, "servers"); server != NULL;
	        server = hdf_obj_next(server))
		g_string_append_printf(out, "%s, %s: %s\n", hdf_get_value(server, "purpose", ""),
		        hdf_get_value(server, "name", ""), hdf_get_value(server, "text", ""));
}

static GString *as_text(Request *req, const AccessMail *mail)
{
	GString *out = g_string_new(NULL);

	g_string_append_printf(
	        out, "%s\n\n%s\n\n", get(req, "mail.greeting"), get(req, "mail.what"));
	g_string_append_printf(out, "%s: %s\n%s: %s (%s)\n", text(req, "mail.address"),
	        get(req, "m.address"), text(req, "access.username"), get(req, "m.address"),
	        text(req, "mail.whole_address"));
	if (*get(req, "m.ascii_help") != '\0')
		g_string_append_printf(out, "%s\n", get(req, "m.ascii_help"));
	if (*get(req, "m.name") != '\0')
		g_string_append_printf(
		        out, "%s: %s\n", text(req, "field.email_name"), get(req, "m.name"));
	if (mail->password != NULL)
		g_string_append_printf(
		        out, "%s: %s\n", text(req, "access.password"), mail->password);
	add_servers(req, out);
	g_string_append_printf(out, "%s\n", text(req, "access.same_password"));
	if (*get(req, "webmail.href") != '\0')
		g_string_append_printf(
		        out, "%s: %s\n", text(req, "access.webmail"), get(req, "webmail.href"));
	if (mail->link != NULL)
		g_string_append_printf(out, "\n%s\n%s\n", get(req, "mail.once"), mail->link);
	g_string_append_printf(out, "\n%s\n", text(req, "steps.title"));
	client_steps_text(req, out);
	if (*get(req, "mail.questions") != '\0')
		g_string_append_printf(out, "\n%s\n", get(req, "mail.questions"));
	return out;
}

/* In the language and the data set that the request has now. */
static MailText *compose(Request *req, const AccessMail *mail, GError **error)
{
	if (!fill_mail(req, mail, error))
		return NULL;
	g_autoptr(GString) plain = as_text(req, mail);
	g_autoptr(GString) html = page_render(req, "access_mail.cst", error);

	if (html == NULL)
		return NULL;
	MailText *text = g_new0(MailText, 1);
	text->subject = g_strdup(get(req, "mail.subject"));
	text->text = g_strdup(plain->str);
	text->html = g_strdup(html->str);
	return text;
}

MailText *access_mail_compose(const AccessMail *mail, gpointer request, GError **error)
{
	Request *req = request;
	const char *language = req->language;
	HDF *page = g_steal_pointer(&req->hdf);

	if (language_known(mail->recipient->locale) != NULL)
		req->language = language_known(mail->recipient->locale);
	MailText *text = compose(req, mail, error);
	req->language = language;
	hdf_destroy(&req->hdf);
	req->hdf = page;
	return text;
}
