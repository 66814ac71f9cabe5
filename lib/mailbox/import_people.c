/* import_people.c: finds the users that lines name, checks those to be made, and makes them. */
#include "lib/mailbox/import_people.h"

#include <string.h>

#include "lib/base/address.h"
#include "lib/base/error.h"
#include "lib/base/text_check.h"
#include "lib/db/db_bulk.h"
#include "lib/user/user.h"

static const char SQL_USERS[] =
        "SELECT login, id, active FROM user WHERE login IN " DB_LIST_LONG_PLACES;
enum { U_LOGIN, U_ID, U_ACTIVE };
static const char *const SQL_KEEP[DB_BULK] = DB_BULK_INSERT(
        "INSERT INTO import_new_user (run_id, mailbox_id, login, name, contact_email) VALUES ",
        "(?, ?, ?, ?, ?)");
static const char SQL_KEPT[] =
        "SELECT n.login, MIN(n.name), MIN(n.contact_email) FROM import_new_user n"
        " WHERE n.run_id = ? AND NOT EXISTS (SELECT 1 FROM user u WHERE u.login = n.login)"
        " GROUP BY n.login ORDER BY n.login";
enum { K_LOGIN, K_NAME, K_EMAIL };
static const char SQL_ASSIGN[] =
        "INSERT INTO import_user (run_id, mailbox_id, user_id)"
        " SELECT n.run_id, n.mailbox_id, u.id FROM import_new_user n JOIN user u ON u.login = n.login"
        " WHERE n.run_id = ?";

/* ---- the cells of a line ---- */

/* As many parts as there are log-ins: behind semicolons or line breaks, else behind commas, which a
 * name may hold; "" if the cell is empty. NULL: their number is another. Free: g_strfreev(). */
static char **split_people(const char *cell, guint count)
{
	const char *marks = count == 1 ? "" : strpbrk(cell, ";\n") != NULL ? ";\n" : ",";
	g_auto(GStrv) parts = g_strsplit_set(cell, marks, -1);

	if (*cell == '\0') {
		char **none = g_new0(char *, count + 1);
		for (guint i = 0; i < count; i++)
			none[i] = g_strdup("");
		return none;
	}
	return g_strv_length(parts) == count ? g_steal_pointer(&parts) : NULL;
}

static void match_column(
        ImportLine *line, GPtrArray *list, const char *column, const char *cell, GPtrArray *faults)
{
	g_auto(GStrv) parts = split_people(cell, line->logins->len);

	g_ptr_array_set_size(list, 0);
	for (guint i = 0; i < line->logins->len; i++)
		g_ptr_array_add(list, g_strdup(parts != NULL ? text_strip(parts[i]) : ""));
	if (parts == NULL)
		import_fault_add(faults, line->number, column, "people", cell, 0);
}

/* Who stands twice in a cell stands there once. */
static void drop_repeated(ImportLine *line)
{
	for (guint i = line->logins->len; i-- > 0;) {
		guint first = 0;
		g_ptr_array_find_with_equal_func(
		        line->logins, line->logins->pdata[i], g_str_equal, &first);
		if (first == i)
			continue;
		g_ptr_array_remove_index(line->logins, i);
		g_ptr_array_remove_index(line->user_names, i);
		g_ptr_array_remove_index(line->user_emails, i);
	}
}

void import_people_match(ImportLine *line, const char *names, const char *emails, GPtrArray *faults)
{
	match_column(line, line->user_names, "user_names", names, faults);
	match_column(line, line->user_emails, "user_emails", emails, faults);
	drop_repeated(line);
}

/* ---- checked ---- */

typedef struct {
	guint line; /* that says name and address */
	const char *name, *email;
} Person;

typedef struct {
	GHashTable *known;  /* log-in -> guint64, 0 if inactive; none: unknown */
	GHashTable *people; /* log-in -> Person who is to be made */
	GPtrArray *faults;
} PeopleCheck;

static const char *told(const GPtrArray *list, guint i)
{
	return i < list->len ? list->pdata[i] : "";
}

static void put(GPtrArray *list, guint i, const char *text)
{
	while (list->len <= i)
		g_ptr_array_add(list, g_strdup(""));
	g_free(list->pdata[i]);
	list->pdata[i] = g_strdup(text);
}

static gboolean ask_known(Db *db, const GPtrArray *lines, GHashTable *known, GError **error)
{
	g_autoptr(GHashTable) logins = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GPtrArray) all = g_ptr_array_new();

	for (guint i = 0; i < lines->len; i++) {
		const ImportLine *line = lines->pdata[i];
		for (guint j = 0; j < line->logins->len; j++)
			if (g_hash_table_add(logins, line->logins->pdata[j]))
				g_ptr_array_add(all, line->logins->pdata[j]);
	}
	for (guint first = 0; first < all->len; first += DB_LIST_LONG) {
		g_autoptr(DbValues) values = db_values_new();
		for (guint i = 0; i < DB_LIST_LONG; i++)
			db_values_add_text(values, all->pdata[MIN(first + i, all->len - 1)]);
		g_autoptr(DbRows) rows = db_query_values(db, error, SQL_USERS, values);
		if (rows == NULL)
			return FALSE;
		while (db_rows_next(rows)) {
			guint64 id = db_rows_u64(rows, U_ACTIVE) != 0 ? db_rows_u64(rows, U_ID) : 0;
			g_hash_table_insert(known, g_strdup(db_rows_text(rows, U_LOGIN)),
			        g_memdup2(&id, sizeof(id)));
		}
	}
	return TRUE;
}

static void add_failure(const PeopleCheck *check, const ImportLine *line, const char *column,
        const char *value, GError *failure)
{
	g_autoptr(GError) owned = failure;

	import_fault_add(check->faults, line->number, column, ps_error_reason(owned), value, 0);
}

/* What user_create() would refuse. The address takes the form in which it is stored. */
static void check_person(const PeopleCheck *check, ImportLine *line, guint i)
{
	const char *login = line->logins->pdata[i], *name = told(line->user_names, i);
	const char *email = told(line->user_emails, i);
	g_autoptr(GError) failure = NULL;

	if (!text_check_line(login, "users", USER_TEXT_MAX, &failure))
		add_failure(check, line, "users", login, g_steal_pointer(&failure));
	else if (text_has_invisible(login))
		import_fault_add(check->faults, line->number, "users", "invisible", login, 0);
	if (!text_check_line(name, "user_names", USER_TEXT_MAX, &failure))
		add_failure(check, line, "user_names", name, g_steal_pointer(&failure));
	g_autofree char *stored = address_any(email, "user_emails", &failure);
	if (stored == NULL)
		add_failure(check, line, "user_emails", email, g_steal_pointer(&failure));
	else
		put(line->user_emails, i, stored);
}

static gboolean is_new(const PeopleCheck *check, const ImportLine *line, guint i)
{
	return !g_hash_table_contains(check->known, line->logins->pdata[i]);
}

/* Takes in who is to be made by what the line says of him. */
static void take_person(const PeopleCheck *check, ImportLine *line, guint i)
{
	const char *login = line->logins->pdata[i];
	const Person *before = g_hash_table_lookup(check->people, login);

	if (*told(line->user_names, i) == '\0' || *told(line->user_emails, i) == '\0')
		return;
	if (before == NULL) {
		check_person(check, line, i);
		const Person person = {
		        line->number, told(line->user_names, i), told(line->user_emails, i)};
		if (g_hash_table_size(check->people) == IMPORT_USERS_MAX)
			import_fault_add(
			        check->faults, line->number, "users", "too_many_users", login, 0);
		g_hash_table_insert(
		        check->people, line->logins->pdata[i], g_memdup2(&person, sizeof(person)));
		return;
	}
	g_autofree char *email = address_any(told(line->user_emails, i), "user_emails", NULL);
	if (strcmp(before->name, told(line->user_names, i)) != 0 ||
	        g_strcmp0(before->email, email) != 0)
		import_fault_add(
		        check->faults, line->number, "users", "two_people", login, before->line);
}

static void find_person(const PeopleCheck *check, ImportLine *line, guint i)
{
	const char *login = line->logins->pdata[i];
	const guint64 *id = g_hash_table_lookup(check->known, login);
	const Person *person = g_hash_table_lookup(check->people, login);
	guint64 none = 0;

	if (id != NULL && *id == 0)
		import_fault_add(check->faults, line->number, "users", "inactive_user", login, 0);
	else if (id == NULL && person == NULL)
		import_fault_add(check->faults, line->number, "users", "user", login, 0);
	if (id == NULL && person != NULL && person->line != line->number) {
		put(line->user_names, i, person->name);
		put(line->user_emails, i, person->email);
	}
	g_array_append_val(line->users, *(id != NULL ? id : &none));
}

gboolean import_people_check(Db *db, const GPtrArray *lines, GPtrArray *faults, GError **error)
{
	g_autoptr(GHashTable) known =
	        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_autoptr(GHashTable) people = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
	const PeopleCheck check = {known, people, faults};

	if (!ask_known(db, lines, known, error))
		return FALSE;
	for (guint i = 0; i < lines->len; i++) {
		ImportLine *line = lines->pdata[i];
		for (guint j = 0; j < line->logins->len; j++)
			if (is_new(&check, line, j))
				take_person(&check, line, j);
	}
	for (guint i = 0; i < lines->len; i++) {
		ImportLine *line = lines->pdata[i];
		g_array_set_size(line->users, 0);
		for (guint j = 0; j < line->logins->len; j++)
			find_person(&check, line, j);
	}
	return TRUE;
}

guint import_people_new(const GPtrArray *lines)
{
	g_autoptr(GHashTable) logins = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < lines->len; i++) {
		const ImportLine *line = lines->pdata[i];
		for (guint j = 0; j < line->users->len; j++)
			if (g_array_index(line->users, guint64, j) == 0)
				g_hash_table_add(logins, line->logins->pdata[j]);
	}
	return g_hash_table_size(logins);
}

/* ---- made ---- */

typedef struct {
	const ImportLine *line;
	guint i; /* of its log-ins */
	guint64 mailbox_id;
} KeptPerson;

typedef struct {
	guint64 run_id;
	GArray *kept;
} KeptPeople;

static void keep_person(DbValues *values, guint i, gpointer data)
{
	const KeptPeople *people = data;
	const KeptPerson *one = &g_array_index(people->kept, KeptPerson, i);

	db_values_add_u64(values, people->run_id);
	db_values_add_u64(values, one->mailbox_id);
	db_values_add_text(values, one->line->logins->pdata[one->i]);
	db_values_add_text(values, told(one->line->user_names, one->i));
	db_values_add_text(values, told(one->line->user_emails, one->i));
}

gboolean import_people_keep(
        Db *db, guint64 run_id, const GPtrArray *lines, const guint64 *mailboxes, GError **error)
{
	g_autoptr(GArray) kept = g_array_new(FALSE, FALSE, sizeof(KeptPerson));
	KeptPeople people = {run_id, kept};

	for (guint i = 0; i < lines->len; i++) {
		const ImportLine *line = lines->pdata[i];
		for (guint j = 0; j < line->users->len; j++) {
			const KeptPerson one = {line, j, mailboxes[i]};
			if (g_array_index(line->users, guint64, j) == 0)
				g_array_append_val(kept, one);
		}
	}
	return db_bulk_insert(db, SQL_KEEP, kept->len, keep_person, &people, error);
}

gboolean import_people_make(Db *db, const Actor *actor, guint64 run_id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_KEPT, "u", run_id);

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows)) {
		static char unsaid[] = "";
		g_autofree char *login = g_strdup(db_rows_text(rows, K_LOGIN));
		g_autofree char *name = g_strdup(db_rows_text(rows, K_NAME));
		g_autofree char *email = g_strdup(db_rows_text(rows, K_EMAIL));
		const User user = {.login = login,
		        .name = name,
		        .email_name = unsaid,
		        .contact_email = email,
		        .locale = unsaid,
		        .role = USER_STAFF,
		        .journal_right = USER_JOURNAL_OWN,
		        .active = TRUE};
		guint64 id;
		if (!user_make(db, actor, &user, &id, error))
			return FALSE;
	}
	return db_execute(db, error, SQL_ASSIGN, "u", run_id) >= 0;
}
