/* people.c: the forty users of the office, beside its administrator and staff. */
#include <string.h>

#include "lib/user/user.h"
#include "stack/office/office.h"

typedef struct {
	const char *login, *name, *email_name, *role, *right, *locale;
	gboolean has_story; /* in places.c and history.c; it gets no mailbox by chance */
} Row;

static const Row rows[] = {
        {"ruth.abendroth", "Ruth Abendroth", "Ruth Abendroth, Hausverwaltung", "staff", "own", "de",
                TRUE},
        {"jörg.müller", "Jörg Müller", "", "staff", "own", "", FALSE},
        {"zoe.angstroem", "Zoë Ångström-Łukasiewicz", "Zoë Ångström", "staff", "own", "en", FALSE},
        {"karl-theodor.hohenlohe",
                "Dr. h.c. Karl-Theodor Freiherr von und zu Hohenlohe-Waldenburg, MRICS",
                "Dr. K.-T. Frhr. v. Hohenlohe-Waldenburg", "admin", "none", "", FALSE},
        {"sean.oneill", "Seán O'Neill", "Seán O'Neill", "staff", "all", "en", FALSE},
        {"anna.schmidt", "Anna Schmidt", "", "staff", "own", "", FALSE},
        {"anna.schmidt2", "Anna Schmidt", "Anna Schmidt (Technik)", "staff", "own", "", FALSE},
        {"guenter.weiss", "Günter \"Gunni\" Weiß", "Günter \"Gunni\" Weiß", "staff", "own", "",
                FALSE},
        {"minh.khai", "Nguyễn Thị Minh Khai", "", "staff", "own", "", FALSE},
        {"sebnem.yildiz", "Şebnem Yıldız", "Şebnem Yıldız 🌻", "staff", "own", "de", FALSE},
        {"maria.schneider", "Maria Schneider", "", "admin", "all", "", FALSE},
        {"peter.fischer", "Peter Fischer", "", "staff", "own", "", FALSE},
        {"sabine.weber", "Sabine Weber", "Sabine Weber | Größe Immobilien", "staff", "own", "",
                FALSE},
        {"klaus.meyer", "Klaus Meyer", "", "staff", "all", "", FALSE},
        {"ute.wagner", "Ute Wagner", "", "staff", "own", "", FALSE},
        {"juergen.becker", "Jürgen Becker", "", "staff", "none", "", FALSE},
        {"sofia.papadopoulou", "Σοφία Παπαδοπούλου", "Sofia Papadopoulou", "staff", "own", "en",
                FALSE},
        {"emil.hoffmann", "Emil Hoffmann", "", "staff", "own", "", FALSE},
        {"lena.schaefer", "Lena Schäfer", "", "staff", "own", "", FALSE},
        {"paul.koch", "Paul Koch", "", "staff", "own", "", FALSE},
        {"clara.bauer", "Clara Bauer", "Clara Bauer <Empfang>", "staff", "own", "", FALSE},
        {"felix.richter", "Felix Richter", "", "staff", "own", "", FALSE},
        {"ida.klein", "Ida Klein", "", "staff", "own", "", FALSE},
        {"otto.wolf", "Otto Wolf", "", "staff", "own", "", FALSE},
        {"bernd.schroeder", "Bernd Schröder", "", "staff", "own", "", FALSE},
        {"gisela.neumann", "Gisela Neumann", "", "staff", "own", "", FALSE},
        {"hans.schwarz", "Hans Schwarz", "", "staff", "own", "", FALSE},
        {"irina.zimmermann", "Irina Zimmermann-Schwarzenbeck", "", "staff", "own", "", FALSE},
        {"kurt.braun", "Kurt Braun", "", "staff", "own", "", FALSE},
        {"lotte.krueger", "Lotte Krüger", "", "staff", "own", "", FALSE},
        {"nadja.hartmann", "Nadja Hartmann", "", "staff", "own", "", FALSE},
        {"oskar.lange", "Oskar Lange", "", "staff", "own", "", FALSE},
        {"petra.jung", "Petra Jung", "", "staff", "own", "", FALSE},
        {"rolf.hahn", "Rolf Hahn", "", "staff", "own", "", FALSE},
        {"tanja.vogel", "Tanja Vogel", "", "staff", "own", "", FALSE},
        {"uwe.keller", "Uwe Keller", "", "admin", "own", "", TRUE},
        {"vera.guenther", "Vera Günther", "", "staff", "own", "", TRUE},
        {"werner.frank", "Werner Frank", "", "staff", "own", "", TRUE},
        {"xenia.berger", "Xenia Berger", "", "staff", "own", "", TRUE},
        {"yusuf.demir", "Yusuf Demir", "", "staff", "own", "", TRUE},
};
G_STATIC_ASSERT(G_N_ELEMENTS(rows) == 40);

static gboolean add(
        Office *office, const Row *row, const char *contact, const char *password, GError **error)
{
	Person *person = g_new0(Person, 1);
	const User wanted = {.login = (char *)(guintptr)row->login,
	        .name = (char *)(guintptr)row->name,
	        .email_name = (char *)(guintptr)row->email_name,
	        .contact_email = (char *)(guintptr)contact,
	        .role = (char *)(guintptr)row->role,
	        .journal_right = (char *)(guintptr)row->right,
	        .locale = (char *)(guintptr)row->locale,
	        .active = TRUE};

	*person = (Person){.login = row->login, .name = row->name};
	g_ptr_array_add(office->people, person);
	if (!row->has_story)
		g_ptr_array_add(office->regulars, person);
	return user_create(office->db, &office->actor, &wanted, password, &person->id, error);
}

gboolean office_add_first_people(
        Office *office, const char *admin_password, const char *staff_password, GError **error)
{
	static const Row admin = {"admin", "Anna Amann", "", "admin", "all", "", TRUE};
	static const Row staff = {"staff", "Stefan Stabel", "", "staff", "own", "", TRUE};

	if (!add(office, &admin, "anna@kontakt.example", admin_password, error))
		return FALSE;
	office->actor = (Actor){office_person(office, "admin")->id, "admin"};
	return add(office, &staff, "stefan@kontakt.example", staff_password, error);
}

gboolean office_add_people(Office *office, GError **error)
{
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *local = g_str_to_ascii(rows[i].login, "de");
		g_autofree char *contact = g_strconcat(local, "@kontakt.example", NULL);
		if (!office_pass(office, 600, error) ||
		        !add(office, &rows[i], contact, NULL, error))
			return FALSE;
	}
	return TRUE;
}

Person *office_person(const Office *office, const char *login)
{
	for (guint i = 0; i < office->people->len; i++) {
		Person *person = office->people->pdata[i];
		if (strcmp(person->login, login) == 0)
			return person;
	}
	g_error("the office has no user %s", login);
}
