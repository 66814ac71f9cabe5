/* week.c: the mails of the last seven days and of the last hours, and what else happened then. */
#include "stack/office/week.h"

#include "lib/base/password.h"
#include "lib/base/token.h"
#include "lib/mailbox/access_link.h"
#include "stack/office/boxes.h"
#include "stack/office/letter.h"
#include "stack/office/places.h"
#include "stack/office/texts.h"

#define DAYS 7
#define MAILS_A_DAY 57
#define MAILS_TODAY 15
#define OPENS 7 /* o'clock; the office writes for twelve hours */
#define OPEN_MINUTES (12 * 60)
#define EVERYBODY 300 /* recipients of the circular */
#define STRANGERS 60

/* ---- who writes ---- */

static const char *const names[] = {"Karl Käufer", "Mia Mieter", "", "Müller, Hans-Peter",
        "ISTA Abrechnung", "\"Die Dachdecker\" GmbH", "Çelik & Söhne", "Родион Петров",
        "Stadtwerke Größenberg", "noreply",
        "Kanzlei Dr. Streit, Schlicht & Partner mbB Rechtsanwälte und Notare", "Łukasz Żółć"};

typedef struct {
	char *name, *address;
} Stranger;

static Stranger stranger(Office *office)
{
	guint n = office_pick(office, STRANGERS);

	return (Stranger){.name = g_strdup(names[n % G_N_ELEMENTS(names)]),
	        .address = g_strdup_printf(n % 11 == 7 ? "bewerber.mit.einem.sehr.langen.namen.%u@"
	                                                 "post.draussen.example"
	                                               : "kunde%u@draussen%u.example",
	                n, n % 9)};
}

static void stranger_clear(Stranger *one)
{
	g_free(one->name);
	g_free(one->address);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Stranger, stranger_clear)

/* Shared mailboxes get half of the mail. */
static Box *some_box(Office *office)
{
	for (;;) {
		guint people_and_shared = office->boxes->len - BOXES_HOUSES;
		guint n = office_pick(office, 2) == 0 ? office_pick(office, people_and_shared)
		                                      : office_pick(office, office->boxes->len);
		Box *box = office->boxes->pdata[n];
		if (box->takes_mail)
			return box;
	}
}

static Box *vip_box(Office *office)
{
	static const struct {
		const char *local;
		guint domain;
	} boxes[] = {{"geschaeftsfuehrung", 0}, {"personal", 0}, {"betriebsrat", 0},
	        {"geschaeftsleitung", 1}, {"recht", 1}, {"vorstand", 2}, {"aufsichtsrat", 2}};
	guint n = office_pick(office, G_N_ELEMENTS(boxes));

	return boxes_find(office, boxes[n].local, boxes[n].domain);
}

static void say_something(Office *office, Letter *letter)
{
	char *subject, *text;

	texts_about(office, &subject, &text);
	letter_say(letter, subject, text);
	if (office_pick(office, 4) == 0)
		letter_attach(
		        letter, "Exposé Größe & Schnitt.pdf", 4000 + office_pick(office, 60000));
	if (office_pick(office, 20) == 0)
		letter_attach(
		        letter, "IMG_20261124_101112.jpg", 30000 + office_pick(office, 90000));
}

/* Some write capitals, an extension, or an alias. */
static void add_office(Office *office, Letter *letter, LetterPlace place, Box *box)
{
	g_autofree char *written = NULL;
	guint how = office_pick(office, 10);

	if (how == 0)
		written = g_ascii_strup(box->address, -1);
	else if (how == 1 && box->alias != NULL)
		written = g_strdup(box->alias);
	else if (how == 2) {
		g_auto(GStrv) parts = g_strsplit(box->address, "@", 2);
		written = g_strconcat(parts[0], "+web@", parts[1], NULL);
	}
	letter_add_box(letter, place, box, written);
}

static void add_stranger(Office *office, Letter *letter, LetterPlace place)
{
	g_auto(Stranger) one = stranger(office);

	letter_add(letter, place, one.name, one.address);
}

/* ---- kinds of mail ---- */

static gboolean from_outside(Office *office, GError **error)
{
	g_auto(Stranger) from = stranger(office);
	Letter *letter = letter_new(NULL, from.name, from.address);

	add_office(office, letter, LETTER_TO, some_box(office));
	if (office_pick(office, 6) == 0)
		add_office(office, letter, LETTER_CC, some_box(office));
	if (office_pick(office, 8) == 0)
		add_stranger(office, letter, LETTER_CC);
	say_something(office, letter);
	return letter_send(office, letter, error);
}

static gboolean to_outside(Office *office, GError **error)
{
	Letter *letter = letter_new(some_box(office), NULL, NULL);

	add_stranger(office, letter, LETTER_TO);
	if (office_pick(office, 5) == 0)
		add_office(office, letter, LETTER_CC, some_box(office));
	if (office_pick(office, 8) == 0)
		add_office(office, letter, LETTER_BCC, some_box(office));
	say_something(office, letter);
	return letter_send(office, letter, error);
}

static gboolean among_us(Office *office, GError **error)
{
	Letter *letter = letter_new(some_box(office), NULL, NULL);

	for (guint i = office_pick(office, 4) + 1; i > 0; i--)
		letter_add_box(letter, i == 3 ? LETTER_CC : LETTER_TO, some_box(office), NULL);
	say_something(office, letter);
	return letter_send(office, letter, error);
}

/* To somebody outside, with us as blind copies. */
static gboolean blind_copies(Office *office, GError **error)
{
	g_auto(Stranger) from = stranger(office);
	Letter *letter = letter_new(NULL, from.name, from.address);

	letter_add(letter, LETTER_TO, "Verteiler", "verteiler@draussen.example");
	for (guint i = 1 + office_pick(office, 4); i > 0; i--)
		letter_add_box(letter, LETTER_BCC, some_box(office), NULL);
	say_something(office, letter);
	return letter_send(office, letter, error);
}

static gboolean confidential(Office *office, GError **error)
{
	static const struct {
		const char *subject, *text;
	} secrets[] = {
	        {"Vertraulich: Gehaltsrunde",
	                "Die Liste wie besprochen. Bitte nicht weiterleiten."},
	        {"Abfindung, zweiter Entwurf", "In § 3 habe ich die Summe geändert."},
	        {"Aufsichtsrat: Vorlage zu TOP 7", "Anbei die Vorlage zum Verkauf des Quartiers."},
	        {"Klage Mietergemeinschaft", "Der Schriftsatz muss bis Freitag bei Gericht sein."},
	};
	guint n = office_pick(office, G_N_ELEMENTS(secrets));
	Box *from = vip_box(office), *to = vip_box(office);
	g_auto(Stranger) one = stranger(office);
	Letter *letter = office_pick(office, 3) == 0 ? letter_new(NULL, one.name, one.address)
	                                             : letter_new(from, NULL, NULL);

	letter_add_box(letter, LETTER_TO, to, NULL);
	if (office_pick(office, 3) == 0)
		letter_add_box(letter, LETTER_BCC, vip_box(office), NULL);
	letter_say(letter, g_strdup(secrets[n].subject), g_strdup(secrets[n].text));
	return letter_send(office, letter, error);
}

/* Access data for a house's mailbox, to one of the users; every other one looks at the password. */
static gboolean own_mail(Office *office, GError **error)
{
	static const char to[] = "klaus.meyer@kontakt.example";
	const Box *box = boxes_house(office, 3 * office_pick(office, 30));
	g_autofree char *from = g_strconcat("poststelle@", office->domain_names[0], NULL);
	g_autofree char *token = token_new();
	g_autoptr(Mailbox) mailbox = mailbox_load(office->db, box->id, error);
	g_autoptr(AccessContact) contact =
	        mailbox != NULL ? access_recipient(office->db, box->id, to, 0, error) : NULL;
	guint64 id, expires_at;

	if (contact == NULL ||
	        !access_link_create(office->db, &office->actor, mailbox, contact, token, &id,
	                &expires_at, error) ||
	        !access_link_sent(office->db, &office->actor, mailbox, id, contact, FALSE, error))
		return FALSE;
	Letter *letter = letter_new(NULL, "Hausverwaltung Beispiel", from);
	letter_set_own(letter);
	letter_add(letter, LETTER_TO, "", to);
	letter_say(letter, g_strdup_printf("Zugangsdaten für %s", box->address), NULL);
	if (!letter_send(office, letter, error))
		return FALSE;
	if (id % 2 == 0)
		return TRUE;
	char *password = access_link_open(office->db, office->ring, token, error);
	gboolean ok = password != NULL;
	password_free(password);
	return ok;
}

static gboolean bounce(Office *office, GError **error)
{
	g_autofree char *from = g_strconcat("MAILER-DAEMON@", office->domain_names[0], NULL);
	Box *box = some_box(office);
	Letter *letter = letter_new(NULL, "Mail Delivery System", from);

	letter_set_bounce(letter);
	letter_add_box(letter, LETTER_TO, box, box->address);
	letter_say(letter, g_strdup("Undelivered Mail Returned to Sender"), NULL);
	return letter_send(office, letter, error);
}

/* What mail programs of others make: no subject, endless ones, many attachments. */
static gboolean odd(Office *office, GError **error)
{
	g_auto(Stranger) from = stranger(office);
	Letter *letter = letter_new(NULL, from.name, from.address);
	guint how = office_pick(office, 4);

	letter_add_box(letter, LETTER_TO, some_box(office), NULL);
	if (how == 0) {
		letter_say(letter, NULL, NULL);
	} else if (how == 1) {
		g_autoptr(GString) subject = g_string_new("WG: AW: ");
		for (guint i = 0; i < 40; i++)
			g_string_append(subject, "Wohnungsübergabeprotokoll ");
		letter_say(
		        letter, g_string_free(g_steal_pointer(&subject), FALSE), g_strdup("s.o."));
	} else if (how == 2) {
		letter_say(letter, g_strdup("24 Fotos 📷"), g_strdup("Mehr Mails folgen."));
		for (guint i = 0; i < 24; i++)
			letter_attach(letter,
			        "ein sehr langer Dateiname, wie ihn Telefone und Scanner vergeben"
			        " – Kopie von Kopie (endgültig).jpeg",
			        900 + i * 100);
	} else {
		g_autoptr(GString) text = g_string_new(NULL);
		for (guint i = 0; i < 900; i++)
			g_string_append_printf(text,
			        "%u. Zeile eines langen Vertrags, § %u Abs. %u;"
			        " im Übrigen gilt das Gesagte.\n",
			        i, i / 7, i % 7);
		letter_say(letter, g_strdup("Vertragstext"),
		        g_string_free(g_steal_pointer(&text), FALSE));
	}
	return letter_send(office, letter, error);
}

/* ---- the circular ---- */

/* To everybody who takes mail; strangers fill the number up. */
static gboolean circular(Office *office, GError **error)
{
	Letter *letter = letter_new(boxes_find(office, "rundschreiben", 0), NULL, NULL);
	guint count = 0;

	for (guint i = 0; i < office->boxes->len; i++) {
		Box *box = office->boxes->pdata[i];
		if (box->takes_mail && count < EVERYBODY && box->absent_from == 0) {
			letter_add_box(letter, LETTER_TO, box, NULL);
			count++;
		}
	}
	for (; count < EVERYBODY; count++) {
		g_autofree char *address = g_strdup_printf("beirat%u@draussen.example", count);
		letter_add(letter, LETTER_TO, "", address);
	}
	letter_say(letter, g_strdup("Rundschreiben an alle: Betriebsferien und Bereitschaft"),
	        g_strdup("Liebe Kolleginnen und Kollegen,\n\nzwischen den Jahren bleibt das Büro"
	                 " geschlossen. Die Bereitschaft steht im Plan.\n"));
	return letter_send(office, letter, error);
}

/* One blind copy to forty. */
static gboolean blind_circular(Office *office, GError **error)
{
	Letter *letter = letter_new(boxes_find(office, "rundschreiben", 0), NULL, NULL);

	letter_add_box(letter, LETTER_TO, boxes_find(office, "rundschreiben", 0), NULL);
	for (guint n = 1; n < BOXES_HOUSES && n <= 160; n += 4)
		if (boxes_house(office, n)->takes_mail)
			letter_add_box(letter, LETTER_BCC, boxes_house(office, n), NULL);
	letter_say(letter, g_strdup("Zählerablesung in allen Häusern"),
	        g_strdup("Bitte hängen Sie den Aushang bis Freitag aus.\n"));
	return letter_send(office, letter, error);
}

/* ---- the days ---- */

static gboolean some_mail(Office *office, GError **error)
{
	static const struct {
		guint below;
		gboolean (*write)(Office *office, GError **error);
	} kinds[] = {{40, from_outside}, {64, to_outside}, {79, among_us}, {84, blind_copies},
	        {92, confidential}, {94, own_mail}, {96, bounce}, {100, odd}};
	guint dice = office_pick(office, 100), i = 0;

	while (dice >= kinds[i].below)
		i++;
	return kinds[i].write(office, error);
}

static gboolean day(Office *office, guint days, GError **error)
{
	if (!office_at(office, office_day(office, days, OPENS - 1, 0), error) ||
	        !rota_change(office, days, error))
		return FALSE;
	for (guint i = 0; i < MAILS_A_DAY; i++) {
		guint second = OPEN_MINUTES * 60 / MAILS_A_DAY * i + office_pick(office, 500);
		if (!office_at(office,
		            office_day(office, days, OPENS, 0) + second * (guint64)G_USEC_PER_SEC +
		                    office_pick(office, G_USEC_PER_SEC),
		            error) ||
		        !some_mail(office, error))
			return FALSE;
	}
	return TRUE;
}

/* The last three hours. */
static gboolean today(Office *office, GError **error)
{
	for (guint left = MAILS_TODAY; left > 0; left--) {
		guint64 ago = (left * 12 * 60 - office_pick(office, 300)) * (guint64)G_USEC_PER_SEC;
		if (!office_at(office, office->now - ago, error) || !some_mail(office, error))
			return FALSE;
	}
	return TRUE;
}

gboolean week_live(Office *office, GError **error)
{
	for (guint days = DAYS; days > 0; days--)
		if (!day(office, days, error) || (days == 4 && !blind_circular(office, error)) ||
		        (days == 2 && !circular(office, error)))
			return FALSE;
	return today(office, error);
}
