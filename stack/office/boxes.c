/* boxes.c: the domains and mailboxes of the office: what offices share, people's own, and a mailbox
 * for each house that is looked after. */
#include "stack/office/boxes.h"

#include <string.h>

#include "lib/mailbox/alias.h"
#include "lib/mailbox/mailbox.h"
#include "lib/office/domain.h"

#define NAME_LONG 40 /* characters, where a program of earlier times cut names off */

typedef struct {
	const char *local;
	guint domain;
	const char *name;
} Row;

static const Row shared[] = {
        {"verkauf", 0, "Verkauf & Vermittlung"},
        {"buchhaltung", 0, "Buchhaltung"},
        {"mahnwesen", 0, "Mahnwesen (nicht antworten!)"},
        {"hausmeister", 0, "Hausmeister-Dienst"},
        {"notdienst", 0, "Notdienst, 24 Stunden"},
        {"bewerbung", 0, "Bewerbungen"},
        {"rechnung", 0, "Rechnungseingang"},
        {"nebenkosten", 0, "Nebenkosten- und Betriebskostenabrechnung"},
        {"technik", 0, "Technik / Instandhaltung"},
        {"empfang", 0, "🏢 Empfang"},
        {"rundschreiben", 0, "Rundschreiben"},
        {"geschaeftsfuehrung", 0, "Geschäftsführung"},
        {"personal", 0, "Personal \"vertraulich\""},
        {"betriebsrat", 0, "Betriebsrat"},
        {"datenschutz", 0, "Datenschutz, Recht; Beschwerden"},
        {"scan", 0, ""},
        {"info", 1, "Größe Immobilien GmbH & Co. KG"},
        {"vermietung", 1, "Größe Immobilien, \"Vermietung\""},
        {"verkauf", 1, "Verkauf | Größe Immobilien"},
        {"gewerbe", 1, "Gewerbe & Büro <Größe>"},
        {"exposes", 1, "Exposés 📄"},
        {"geschaeftsleitung", 1, "Geschäftsleitung"},
        {"buchhaltung", 1, "Buchhaltung"},
        {"recht", 1, "Recht und Verträge"},
        {"presse", 1, "Presse 👩‍👩‍👧 & Öffentlichkeit"},
        {"makler.nord", 1, "Team Nord"},
        {"makler.sued", 1, "Team Süd"},
        {"makler.ost", 1, "Team Ost"},
        {"makler.west", 1, "Team West"},
        {"info", 2, "Wohnen am Stadtpark eG"},
        {"vorstand", 2, "Vorstand"},
        {"aufsichtsrat", 2, "Aufsichtsrat"},
        {"mitglieder", 2, "Mitglieder & Genossenschaftsanteile"},
        {"vermietung", 2, "Vermietung"},
        {"technik", 2, "Technik"},
        {"notruf", 2, "Notruf"},
        {"waschkueche", 2, "Waschküche, Gästewohnung, Stellplätze"},
        {"kasse", 2, "Kasse \\ Mahnung"},
        {"eigentuemergemeinschaft-friedrich-ebert-strasse-114-bis-118-hof", 2, ""},
};

static const char *const streets[] = {"Lindenallee", "Hauptstraße", "Am Stadtpark", "Bergstraße",
        "Friedrich-Ebert-Straße", "Schillerstraße", "Goetheplatz", "Kirchgasse", "Mühlenweg",
        "Bahnhofstraße", "Rosenweg", "Gartenstraße", "Kastanienallee", "Uferpromenade",
        "Karl-Marx-Straße", "Am Alten Güterbahnhof", "Ringstraße", "Seestraße", "Marktplatz",
        "Ahornweg"};

gboolean boxes_add_domain(Office *office, const char *name, GError **error)
{
	guint n = 0;

	while (office->domains[n] != 0)
		n++;
	if (!domain_create(office->db, &office->actor, name, &office->domains[n], error))
		return FALSE;
	g_autoptr(Domain) domain = domain_load(office->db, office->domains[n], error);
	if (domain == NULL)
		return FALSE;
	office->domain_names[n] = g_strdup(domain->name);
	return TRUE;
}

gboolean boxes_add(
        Office *office, const char *local, guint domain, const char *name, GError **error)
{
	Box *box = g_new0(Box, 1);

	*box = (Box){.domain = domain,
	        .address = g_strconcat(local, "@", office->domain_names[domain], NULL),
	        .name = g_strdup(name),
	        .takes_mail = TRUE};
	g_ptr_array_add(office->boxes, box);
	return mailbox_create(office->db, office->ring, &office->actor, local,
	        office->domains[domain], name, &box->id, error);
}

void box_free(gpointer data)
{
	Box *box = data;

	g_free(box->address);
	g_free(box->name);
	g_free(box->alias);
	g_free(box);
}

Box *boxes_find(const Office *office, const char *local, guint domain)
{
	g_autofree char *address = g_strconcat(local, "@", office->domain_names[domain], NULL);

	for (guint i = 0; i < office->boxes->len; i++) {
		Box *box = office->boxes->pdata[i];
		if (strcmp(box->address, address) == 0)
			return box;
	}
	g_error("the office has no mailbox %s", address);
}

Box *boxes_house(const Office *office, guint n)
{
	return office->boxes->pdata[office->boxes->len - BOXES_HOUSES + n];
}

/* Letters and digits of a name, for an address. Free: g_free(). */
static char *local_of(const char *name)
{
	g_autofree char *ascii = g_str_to_ascii(name, "de");
	char *local = g_ascii_strdown(ascii, -1);

	return g_strdelimit(local, " ", '-');
}

static gboolean add_house(Office *office, guint n, GError **error)
{
	const char *street = streets[n % G_N_ELEMENTS(streets)];
	g_autofree char *house = g_strdup_printf("%s %u%s", street, 1 + n * 7 % 160,
	        n % 9 == 4   ? "b"
	        : n % 9 == 7 ? "/2"
	                     : "");
	g_autofree char *typed = local_of(house);
	g_autofree char *local = g_strdup_printf("%s.%u", g_strdelimit(typed, "/", '-'), n);
	g_autofree char *name = NULL;

	if (n % 7 == 3) {
		g_autofree char *whole = g_strdup_printf(
		        "Wohnungseigentümergemeinschaft %s, Verwaltung und Hausmeister", house);
		name = g_utf8_substring(whole, 0, NAME_LONG);
	} else if (n % 7 != 5) {
		name = g_strdup_printf("%s %s", n % 2 == 0 ? "Hausverwaltung" : "WEG", house);
	}
	return boxes_add(office, local, n % 3, name != NULL ? name : "", error);
}

static gboolean add_alias(Office *office, Box *box, const char *address, GError **error)
{
	office->aliases++;
	if (box->alias == NULL)
		box->alias = g_strdup(address);
	return alias_add(office->db, &office->actor, box->id, address, error);
}

/* Shared mailboxes have names of earlier days; one has a dozen, one as long as names get. */
static gboolean add_aliases(Office *office, GError **error)
{
	Box *many = boxes_find(office, "info", 1), *lengthy = boxes_find(office, "notdienst", 0);

	for (guint i = 0; i < G_N_ELEMENTS(shared); i++) {
		Box *box = boxes_find(office, shared[i].local, shared[i].domain);
		g_autofree char *address = g_strdup_printf("team%u@%s", i + 1,
		        office->domain_names[(shared[i].domain + i) % OFFICE_DOMAINS]);
		if (!add_alias(office, box, address, error))
			return FALSE;
	}
	for (guint i = 0; i < 11; i++) {
		g_autofree char *address = g_strdup_printf(
		        "kontakt-%u@%s", 2010 + i, office->domain_names[i % OFFICE_DOMAINS]);
		if (!add_alias(office, many, address, error))
			return FALSE;
	}
	for (guint i = 0; i < BOXES_HOUSES; i += 4) {
		g_autofree char *address = g_strdup_printf(
		        "objekt-%u@%s", 1000 + i, office->domain_names[(i + 1) % OFFICE_DOMAINS]);
		if (!add_alias(office, boxes_house(office, i), address, error))
			return FALSE;
	}
	g_autofree char *longest = g_strdup_printf(
	        "rohrbruch-heizungsausfall-aufzug-steckt-fest-rund-um-die-uhr.neu@%s",
	        office->domain_names[1]);
	return add_alias(office, lengthy, longest, error);
}

gboolean boxes_add_all(Office *office, GError **error)
{
	for (gsize i = 0; i < G_N_ELEMENTS(shared); i++)
		if (!office_pass(office, 300, error) ||
		        !boxes_add(
		                office, shared[i].local, shared[i].domain, shared[i].name, error))
			return FALSE;
	/* Behind the administrator and staff. */
	for (guint i = 2; i < office->people->len; i++) {
		const Person *person = office->people->pdata[i];
		g_autofree char *local = local_of(person->login);
		if (!office_pass(office, 300, error) ||
		        !boxes_add(office, local, i % OFFICE_DOMAINS,
		                i % 3 == 0 ? person->name : "", error))
			return FALSE;
	}
	for (guint n = 0; n < BOXES_HOUSES; n++)
		if (!office_pass(office, 300, error) || !add_house(office, n, error))
			return FALSE;
	return office_pass(office, 86400, error) && add_aliases(office, error);
}
