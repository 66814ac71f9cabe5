/* people.c: the forty users of the office, beside its administrator and staff. */
#include "stack/office/people.h"

#include <string.h>

#include "lib/user/user.h"

typedef struct {
	const char *login, *name, *email_name;
	UserRole role;
	UserJournal right;
	const char *locale;
	gboolean has_story; /* in places.c and history.c; it gets no mailbox by chance */
} Row;

static const Row rows[] = {
        {"ruth.abendroth", "Ruth Abendroth", "Ruth Abendroth, Hausverwaltung", USER_STAFF,
                USER_JOURNAL_OWN, "de", TRUE},
        {"jörg.müller", "Jörg Müller", "", USER_STAFF, USER_JOURNAL_OWN, "", FALSE},
        {"zoe.angstroem", "Zoë Ångström-Łukasiewicz", "Zoë Ångström", USER_STAFF, USER_JOURNAL_OWN,
                "en", FALSE},
        {"karl-theodor.hohenlohe",
                "Dr. h.c. Karl-Theodor Freiherr von und zu Hohenlohe-Waldenburg, MRICS",
                "Dr. K.-T. Frhr. v. Hohenlohe-Waldenburg", USER_ADMIN, USER_JOURNAL_NONE, "",
                FALSE},
        {"sean.oneill", "Seán O'Neill", "Seán O'Neill", USER_STAFF, USER_JOURNAL_ALL, "en", FALSE},
        {"anna.schmidt", "Anna Schmidt", "", USER_STAFF, USER_JOURNAL_OWN, "", FALSE},
        {"anna.schmidt2", "Anna Schmidt", "Anna Schmidt (Technik)", USER_STAFF, USER_JOURNAL_OWN,
                "", FALSE},
        {"guenter.weiss", "Günter \"Gunni\" Weiß", "Günter \"Gunni\" Weiß", USER_STAFF,
                USER_JOURNAL_OWN, "", FALSE},
        {"minh.khai", "Nguyễn Thị Minh Khai", "", USER_STAFF, USER_JOURNAL_OWN, "", FALSE},
        {"sebnem.yildiz", "Şebnem Yıldız", "Şebnem Yıldız 🌻", USER_STAFF, USER_JOURNAL_OWN, "de",
                FALSE},
        {"maria.schneider", "Maria Schneider", "", USER_ADMIN, USER_JOURNAL_ALL, "", FALSE},
        {"peter.fischer", "Peter Fischer", "", USER_STAFF, USER_JOURNAL_OWN, "", FALSE},
        {"sabine.weber", "Sabine Weber", "Sabine Weber | Größe Immobilien", USER_STAFF,
                USER_JOURNAL_OWN, "", FALSE},
        {"klaus.meyer", "Klaus Meyer", "", USER_STAFF, USER_JOURNAL_ALL, "", FALSE},
        {"ute.wagner", "Ute Wagner", "", USER_STAFF, USER_JOURNAL_OWN, "", FALSE},
        {"juergen.becker", "Jürgen Becker", "", USER_STAFF, USER_JOURNAL_NONE, "", FALSE},
        {"sofia.papadopoulou", "Σοφία Παπαδοπούλου", "Sofia Papadopoulou", USER_STAFF,
                USER_JOURNAL_OWN, "en", FALSE},
        {"emil.hoffmann", "Emil Hoffmann", "", USER_STAFF, USER_JOURNAL_OWN, "", FALSE},
        {"lena.schaefer", "Lena Schäfer", "", USER_STAFF, USER_JOURNAL_OWN, "", FALSE},
        {"paul.koch", "Paul Koch", "", USER_STAFF, USER_JOURNAL_OWN, "", FALSE},
        {"clara.bauer", "Clara Bauer", "Clara Bauer <Empfang>", USER_STAFF, USER_JOURNAL_OWN, "",
                FALSE},
        {"felix.richter", "Felix Richter", "", USER_STAFF, USER_JOURNAL_OWN, "", FALSE},
        {"ida.klein", "Ida Klein", "", USER_STAFF, USER_JOURNAL_OWN, "", FALSE},
        {"otto.wolf", "Otto Wolf", "", USER_STAFF, USER_JOURNAL_OWN, "", FALSE},
        {"bernd.schroeder", "Bernd Schröder", "", USER_STAFF, USER_JOURNAL_OWN, "", FALSE},
        {"gisela.neumann", "Gisela Neumann", "", USER_STAFF, USER_JOURNAL_OWN, "", FALSE},
        {"hans.schwarz", "Hans Schwarz", "", USER_STAFF, USER_JOURNAL_OWN, "", FALSE},
        {"irina.zimmermann", "Irina Zimmermann-Schwarzenbeck", "", USER_STAFF, USER_JOURNAL_OWN, "",
                FALSE},
        {"kurt.braun", "Kurt Braun", "", USER_STAFF, USER_JOURNAL_OWN, "", FALSE},
        {"lotte.krueger", "Lotte Krüger", "", USER_STAFF, USER_JOURNAL_OWN, "", FALSE},
        {"nadja.hartmann", "Nadja Hartmann", "", USER_STAFF, USER_JOURNAL_OWN, "", FALSE},
        {"oskar.lange", "Oskar Lange", "", USER_STAFF, USER_JOURNAL_OWN, "", FALSE},
        {"petra.jung", "Petra Jung", "", USER_STAFF, USER_JOURNAL_OWN, "", FALSE},
        {"rolf.hahn", "Rolf Hahn", "", USER_STAFF, USER_JOURNAL_OWN, "", FALSE},
        {"tanja.vogel", "Tanja Vogel", "", USER_STAFF, USER_JOURNAL_OWN, "", FALSE},
        {"uwe.keller", "Uwe Keller", "", USER_ADMIN, USER_JOURNAL_OWN, "", TRUE},
        {"vera.guenther", "Vera Günther", "", USER_STAFF, USER_JOURNAL_OWN, "", TRUE},
        {"werner.frank", "Werner Frank", "", USER_STAFF, USER_JOURNAL_OWN, "", TRUE},
        {"xenia.berger", "Xenia Berger", "", USER_STAFF, USER_JOURNAL_OWN, "", TRUE},
        {"yusuf.demir", "Yusuf Demir", "", USER_STAFF, USER_JOURNAL_OWN, "", TRUE},
};
G_STATIC_ASSERT(G_N_ELEMENTS(rows) == 40);

static gboolean add(
        Office *office, const Row *row, const char *contact, const char *password, GError **error)
{
	Person *person = g_new0(Person, 1);
	g_autoptr(User) wanted = g_new0(User, 1);

	wanted->login = g_strdup(row->login);
	wanted->name = g_strdup(row->name);
	wanted->email_name = g_strdup(row->email_name);
	wanted->contact_email = g_strdup(contact);
	wanted->role = row->role;
	wanted->journal_right = row->right;
	wanted->locale = g_strdup(row->locale);
	wanted->active = TRUE;
	*person = (Person){.login = row->login, .name = row->name};
	g_ptr_array_add(office->people, person);
	if (!row->has_story)
		g_ptr_array_add(office->regulars, person);
	return user_create(office->db, &office->actor, wanted, password, &person->id, error);
}

gboolean people_add_first(
        Office *office, const char *admin_password, const char *staff_password, GError **error)
{
	static const Row admin = {
	        "admin", "Anna Amann", "", USER_ADMIN, USER_JOURNAL_ALL, "", TRUE};
	static const Row staff = {
	        "staff", "Stefan Stabel", "", USER_STAFF, USER_JOURNAL_OWN, "", TRUE};

	if (!add(office, &admin, "anna@kontakt.example", admin_password, error))
		return FALSE;
	office->actor = (Actor){people_find(office, "admin")->id, "admin"};
	return add(office, &staff, "stefan@kontakt.example", staff_password, error);
}

gboolean people_add(Office *office, GError **error)
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

Person *people_find(const Office *office, const char *login)
{
	for (guint i = 0; i < office->people->len; i++) {
		Person *person = office->people->pdata[i];
		if (strcmp(person->login, login) == 0)
			return person;
	}
	g_error("the office has no user %s", login);
}

const Person *people_regular(const Office *office, guint n)
{
	return office->regulars->pdata[n % office->regulars->len];
}
