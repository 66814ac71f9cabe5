/* help.c: Hilfe: what the words on the pages mean, for everybody who is signed in. */
#include "cgi-bin/office_setting.h"
#include "cgi-bin/page.h"
#include "cgi-bin/pages.h"
#include "cgi-bin/text.h"

gboolean help_show(Request *req, GError **error)
{
	const Setting *setting = office_setting(req, error);

	if (setting == NULL)
		return FALSE;
	page_begin(req, AREA_NONE, text(req, "help.title"));
	page_crumb(req, text(req, "help.title"), NULL);
	if (*setting->contact != '\0') {
		g_autofree char *questions =
		        text_with(req, "mail.questions", setting->contact, NULL);
		page_set(req, "questions", questions);
	}
	return page_send(req, 200, "help.cst", error);
}
