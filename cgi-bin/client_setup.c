/* client_setup.c: what answers to mail programs that set themselves up say of the servers. */
#include "cgi-bin/client_setup.h"

#include <string.h>

#include "cgi-bin/page.h"

/* Char of XML 1.0 2.2. */
static gboolean is_xml_char(gunichar c)
{
	return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c <= 0xd7ff) ||
	       (c >= 0xe000 && c <= 0xfffd) || (c >= 0x10000 && c <= 0x10ffff);
}

void client_setup_set(Request *req, const char *name, const char *value)
{
	g_autoptr(GString) clean = g_string_new(NULL);

	for (const char *c = value; *c != '\0'; c = g_utf8_next_char(c))
		if (is_xml_char(g_utf8_get_char(c)))
			g_string_append_unichar(clean, g_utf8_get_char(c));
	page_set(req, name, clean->str);
}

static void set_server(Request *req, const char *node, const MailServer *server)
{
	HDF *item = page_node(req, node);

	page_item_set(item, "host", server->host);
	page_item_set_number(item, "port", server->port);
	if (strcmp(server->security, "starttls") == 0)
		page_item_set(item, "starttls", "1");
}

void client_setup_servers(Request *req, const Setting *setting)
{
	set_server(req, "imap", &setting->imap);
	set_server(req, "pop3", &setting->pop3);
	set_server(req, "smtp", &setting->smtp);
	client_setup_set(req, "office", setting->office_name);
}

gboolean client_setup_send(Request *req, int status, const char *template, GError **error)
{
	g_autoptr(GString) body = page_render(req, template, error);

	return body != NULL && page_send_raw(req, status, "application/xml; charset=utf-8", NULL,
	                               body->str, body->len);
}
