/* absences.c: absence notes: some answer now, some will, some did, one is still being written. */
#include "stack/office/absences.h"

#include "lib/mailbox/absence.h"
#include "stack/office/boxes.h"

#define OPEN G_MAXINT

typedef struct {
	const char *local;
	guint domain;
	gboolean active;
	gint from, to; /* days from the start, OPEN without limit */
	const char *subject, *body;
	const char *internal_body; /* NULL: none of its own */
} Row;

static const char away[] = "Guten Tag,\n\nvielen Dank für Ihre Nachricht. Ich bin zurzeit nicht im"
                           " Büro. Ihre E-Mail wird nicht weitergeleitet.\n\nMit freundlichen"
                           " Grüßen\n";

static const Row rows[] = {
        {"exposes", 1, TRUE, OPEN, OPEN, "Ihr Exposé ist unterwegs 📄",
                "Guten Tag,\n\nvielen Dank für Ihr Interesse! Das Exposé mit Grundrissen,"
                " Energieausweis (Größe, Baujahr, Endenergiebedarf) und Ansprechpartner erhalten"
                " Sie innerhalb eines Werktages.\n\n»Größe Immobilien GmbH & Co. KG«\n"
                ".\n-- \nTel. 030 / 5550-0 \"Zentrale\"\n",
                NULL},
        {"bewerbung", 0, TRUE, OPEN, OPEN, "Eingang Ihrer Bewerbung", away, NULL},
        {"anna.schmidt", 1, TRUE, -3, 10, "Abwesend bis übernächste Woche", away,
                "Hallo,\n\nbin bis übernächste Woche weg; Jörg vertritt mich (Durchwahl 12).\n"},
        {"joerg.mueller", 0, TRUE, -10, 4, "", away, NULL},
        {"klaus.meyer", 0, TRUE, -1, 1, "Heute nicht im Haus", away, NULL},
        {"vorstand", 2, TRUE, -5, 5, "Klausurtagung des Vorstands", away, NULL},
        {"sabine.weber", 2, TRUE, 5, 19, "Urlaub", away, NULL},
        {"lena.schaefer", 2, TRUE, 30, 30, "Fortbildung", away, NULL},
        {"notruf", 2, TRUE, 1, OPEN, "Neue Rufnummer", away, NULL},
        {"peter.fischer", 1, TRUE, -40, -20, "Urlaub", away, NULL},
        {"ute.wagner", 1, TRUE, -12, -8, "Krankheit", away, NULL},
        {"emil.hoffmann", 1, FALSE, OPEN, OPEN, "Entwurf", "Guten Tag,\n\n(noch schreiben)\n",
                NULL},
        {"geschaeftsfuehrung", 0, FALSE, OPEN, OPEN, "Betriebsferien", away, NULL},
};

/* YYYY-MM-DD in the office's zone. Free: g_free(). */
static char *date(const Office *office, gint days)
{
	g_autoptr(GDateTime) start =
	        g_date_time_new_from_unix_utc((gint64)(office->now / G_USEC_PER_SEC));
	g_autoptr(GDateTime) local = g_date_time_to_timezone(start, office->zone);
	g_autoptr(GDateTime) day = g_date_time_add_days(local, days);

	return days == OPEN ? g_strdup("") : g_date_time_format(day, "%Y-%m-%d");
}

static gboolean save(Office *office, const Row *row, GError **error)
{
	Box *box = boxes_find(office, row->local, row->domain);
	g_autoptr(Absence) note = g_new0(Absence, 1);

	note->mailbox_id = box->id;
	note->version = 1;
	note->active = row->active;
	note->subject = g_strdup(row->subject);
	note->body = g_strdup(row->body);
	note->internal = row->internal_body != NULL;
	note->internal_body = g_strdup(row->internal_body != NULL ? row->internal_body : "");
	note->starts_on = date(office, row->from);
	note->ends_on = date(office, row->to);
	if (row->active && (row->from == OPEN || row->from <= 0) &&
	        (row->to == OPEN || row->to >= 0))
		box->absent_from = row->from == OPEN ? office->at
		                                     : office_day(office, (guint)-row->from, 0, 0);
	box->note_subject = row->subject;
	box->note_text = row->body;
	office->notes++;
	return absence_save(office->db, &office->actor, note, error);
}

gboolean absences_save(Office *office, GError **error)
{
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		if (!save(office, &rows[i], error))
			return FALSE;
	return TRUE;
}
