/* texts.c: what offices that look after houses write each day. */
#include "stack/office/texts.h"

#include "stack/office/boxes.h"

static const struct {
	const char *subject, *text; /* %s: the house */
} templates[] = {
        {"Heizung ausgefallen, %s",
                "seit heute früh ist in der Wohnung in %s die Heizung kalt. Im Bad sind es 16 Grad."
                " Bitte schicken Sie jemanden, wir haben ein kleines Kind."},
        {"Besichtigungstermin %s",
                "gern bestätigen wir den Termin in %s am Donnerstag um 17:30 Uhr. Bitte bringen Sie"
                " einen Einkommensnachweis und die Selbstauskunft mit."},
        {"Nebenkostenabrechnung %s, Widerspruch",
                "gegen die Abrechnung für %s lege ich Widerspruch ein. Die Position »Hausreinigung«"
                " ist um 38 % gestiegen, ohne dass öfter gereinigt wurde."},
        {"AW: Kündigung %s",
                "den Eingang Ihrer Kündigung für %s bestätigen wir. Das Mietverhältnis endet mit"
                " Ablauf des übernächsten Monats. Für die Übergabe rufen Sie bitte an."},
        {"Schlüsselverlust in %s",
                "leider habe ich den Haustürschlüssel von %s verloren. Muss die ganze Anlage"
                " getauscht werden? Zahlt das meine Versicherung?"},
        {"Rechnung Nr. 2026-4711 Aufzugwartung %s",
                "anbei erhalten Sie die Rechnung über die Wartung des Aufzugs in %s:"
                " 1.234,56 € zuzüglich Umsatzsteuer, zahlbar innerhalb von 14 Tagen."},
        {"Mieterhöhung nach § 558 BGB, %s",
                "hiermit bitten wir um Ihre Zustimmung zur Anhebung der Grundmiete für %s auf die"
                " ortsübliche Vergleichsmiete. Die Begründung liegt bei."},
        {"Wasserfleck an der Decke (%s)",
                "an der Küchendecke in %s wird ein Fleck größer. Die Nachbarn über uns sind im"
                " Urlaub. Könnte der Hausmeister den Strang absperren?"},
        {"Protokoll der Eigentümerversammlung %s",
                "anbei das Protokoll der Versammlung für %s. TOP 4 (Dachsanierung) wurde mit 12 zu 3"
                " Stimmen bei 2 Enthaltungen angenommen."},
        {"Exposé %s angefordert",
                "über Ihr Inserat bin ich auf %s aufmerksam geworden. Bitte senden Sie mir das"
                " Exposé mit Grundriss und Energieausweis."},
        {"Ruhestörung %s",
                "in %s wird seit Wochen nach 22 Uhr gebohrt. Ein Lärmprotokoll hängt an. Ich bitte"
                " Sie, tätig zu werden."},
        {"Kaution %s: Abrechnung",
                "für %s steht noch die Abrechnung der Kaution aus. Die Übergabe ist jetzt sieben"
                " Monate her."},
        {"Handwerkertermin %s verschoben",
                "der Maler kommt nach %s erst am Montag zwischen 8 und 12 Uhr. Bitte sorgen Sie"
                " dafür, dass jemand öffnet."},
        {"Fwd: Angebot Dachrinne %s",
                "unten das Angebot für %s. Ich finde es teuer; haben wir ein zweites?"},
        {"Zählerstände %s",
                "hier die Stände aus %s: Strom 45.321, Gas 8.877, Wasser kalt 312, warm 148."},
        {"Fahrradkeller %s überfüllt",
                "im Keller von %s stehen 23 Räder, davon gehören mindestens neun niemandem mehr."
                " Bitte kennzeichnen und räumen lassen."},
        {"Bonitätsauskunft für %s",
                "die Auskunft zur Bewerberin für %s ist da, ohne negative Merkmale."},
        {"Grüße aus der Nachbarschaft – %s 🙂",
                "wir wollten nur einmal Danke sagen: Das Treppenhaus in %s sieht wunderbar aus!"},
};

void texts_about(Office *office, char **subject, char **text)
{
	guint n = office_pick(office, G_N_ELEMENTS(templates));
	const char *name = boxes_house(office, office_pick(office, BOXES_HOUSES))->name;
	const char *house = *name != '\0' ? name : "Lindenallee 12";
	g_auto(GStrv) subject_parts = g_strsplit(templates[n].subject, "%s", 2);
	g_auto(GStrv) text_parts = g_strsplit(templates[n].text, "%s", 2);
	g_autofree char *body = g_strjoinv(house, text_parts);

	*subject = g_strjoinv(house, subject_parts);
	*text = g_strdup_printf(
	        "Sehr geehrte Damen und Herren,\n\n%s\n\nMit freundlichen Grüßen\n", body);
}
