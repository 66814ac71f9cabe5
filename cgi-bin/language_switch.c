/* language_switch.c: reads which language was chosen, and links to the other one. */
#include "cgi-bin/language_switch.h"

#include <string.h>

#include "cgi-bin/field.h"
#include "cgi-bin/page.h"
#include "cgi-bin/pager.h"

void language_switch_read(Request *req)
{
	const FormField *sent = form_find(req->form, "lang");
	const char *code = sent != NULL ? sent->value : query_line(req, "lang", 8);

	if (language_known(code) != NULL)
		req->language = language_known(code);
}

void language_switch_fill(Request *req, const char *path, const char *next)
{
	gboolean german = strcmp(req->language, "de") == 0;
	const QueryPart parts[] = {{"lang", german ? "en" : "de"}, {"next", next}};
	g_autofree char *whole = pager_path(path, parts, G_N_ELEMENTS(parts));

	page_setf(req, "switch.href", "%s%s", req->prefix, whole);
	page_set(req, "switch.lang", german ? "en" : "de");
	page_set(req, "switch.name", german ? "English" : "Deutsch");
}
