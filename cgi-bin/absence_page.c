/* absence_page.c: says where an absence note stands, in words. */
#include "cgi-bin/absence_page.h"

#include "cgi-bin/format.h"
#include "cgi-bin/text.h"
#include "lib/mailbox/absence.h"

char *absence_page_state(Request *req, gboolean active, guint64 from, guint64 until)
{
	AbsenceState state = absence_state(active, from, until, (guint64)g_get_real_time());

	if (state == ABSENCE_OFF)
		return NULL;
	if (state == ABSENCE_OVER)
		return g_strdup(text(req, "absence.over"));
	if (state == ABSENCE_ON && until == 0)
		return g_strdup(text(req, "absence.on"));
	/* until is the first instant that doesn't belong to the period. */
	g_autofree char *day = format_date(req, state == ABSENCE_PLANNED ? from : until - 1);
	return text_with(
	        req, state == ABSENCE_PLANNED ? "absence.on_from" : "absence.on_until", day, NULL);
}
