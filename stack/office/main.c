/* main.c: `office CONF whole|first` makes the demo's data in an empty database and mail store, and
 * prints what it made, in one line. The passwords of the administrator and of staff are the two
 * lines of its standard input.
 *
 * first: the administrator, staff, a domain and its three mailboxes alone, for what fills itself.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/local_time.h"
#include "stack/office/boxes.h"
#include "stack/office/history.h"
#include "stack/office/people.h"
#include "stack/office/places.h"
#include "stack/office/store.h"
#include "stack/office/week.h"

static gboolean make_first(Office *office, char **passwords, GError **error)
{
	return people_add_first(office, passwords[0], passwords[1], error) &&
	       boxes_add_domain(office, "buero.example", error) &&
	       boxes_add(office, "info", 0, "Hausverwaltung Beispiel", error) &&
	       boxes_add(office, "vermietung", 0, "Vermietung", error) &&
	       boxes_add(office, "stefan.stabel", 0, "", error);
}

/* Archives: a few that are nearly full, one that is, and some more. */
static gboolean fill_stores(Office *office, GError **error)
{
	for (guint n = 0; n < 6; n++) {
		Box *box = boxes_house(office, n);
		box->takes_mail = n != 0;
		if (!store_fill(office, box, n == 0 ? 2100000 : 1830000 + n * 20000, error))
			return FALSE;
	}
	for (guint n = 9; n < BOXES_HOUSES; n += 5)
		if (!store_fill(office, boxes_house(office, n), 20000 + office_pick(office, 700000),
		            error))
			return FALSE;
	return TRUE;
}

/* What somebody without an assignment does with a VIP mailbox; its users are told now. */
static gboolean happened_today(Office *office, GError **error)
{
	const Person *colleague = people_find(office, "maria.schneider");
	const Actor actor = {colleague->id, colleague->login};

	return office_at(office, office->now - 240 * (guint64)G_USEC_PER_SEC, error) &&
	       history_look_at_password(office, boxes_find(office, "personal", 0), &actor, error) &&
	       office_pass(office, 60, error) &&
	       places_assign(office, boxes_find(office, "geschaeftsfuehrung", 0),
	               people_find(office, "sean.oneill"), error);
}

static gboolean make_rest(Office *office, GError **error)
{
	for (guint i = 0; i < 3; i++)
		((Box *)office->boxes->pdata[i])->by_pop3 = TRUE;
	return boxes_add_domain(office, "größe-immobilien.example", error) &&
	       boxes_add_domain(office, "wohnen-am-stadtpark.example", error) &&
	       office_at(office, office_day(office, 500, 9, 0), error) &&
	       people_add(office, error) && boxes_add_all(office, error) &&
	       history_live(office, error) && fill_stores(office, error) &&
	       week_live(office, error) && happened_today(office, error) &&
	       store_note_usage(office, error);
}

static gboolean make(Office *office, gboolean whole, char **passwords, GError **error)
{
	if (!whole)
		return make_first(office, passwords, error);
	return office_at(office, office_day(office, 501, 9, 0), error) &&
	       make_first(office, passwords, error) && make_rest(office, error);
}

static void tell(const Office *office)
{
	printf("%u mailboxes in %d domains, %u further addresses, %u users, %u assignments (past ones"
	       " too), %u absence notes, %u mails of a week\n",
	        office->boxes->len - office->deleted, OFFICE_DOMAINS, office->aliases,
	        office->people->len, office->assignments, office->notes, office->letters);
}

int main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	char passwords[2][128], *lines[] = {passwords[0], passwords[1]};

	if (argc != 3)
		return 2;
	for (guint i = 0; i < 2; i++) {
		if (fgets(passwords[i], sizeof(passwords[i]), stdin) == NULL)
			return 2;
		passwords[i][strcspn(passwords[i], "\n")] = '\0';
	}
	g_autoptr(Config) config = config_load(argv[1], &error);
	g_autoptr(KeyRing) ring = config != NULL ? keyring_load(config->key_file, &error) : NULL;
	g_autoptr(Db) db = ring != NULL ? db_new(config) : NULL;
	g_autoptr(GTimeZone) zone = local_time_zone("Europe/Berlin");
	Office office = {.config = config,
	        .db = db,
	        .ring = ring,
	        .actor = {0, ACTOR_COMMAND_LINE},
	        .zone = zone,
	        .now = (guint64)g_get_real_time(),
	        .random = 20261124,
	        .people = g_ptr_array_new_with_free_func(g_free),
	        .regulars = g_ptr_array_new(),
	        .boxes = g_ptr_array_new_with_free_func(box_free),
	        .answered = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL)};
	gboolean whole = strcmp(argv[2], "whole") == 0;
	gboolean ok = db != NULL && make(&office, whole, lines, &error);

	if (!ok)
		fprintf(stderr, "office: %s\n", error->message);
	else if (whole)
		tell(&office);
	g_ptr_array_unref(office.people);
	g_ptr_array_unref(office.regulars);
	g_ptr_array_unref(office.boxes);
	g_hash_table_unref(office.answered);
	for (guint i = 0; i < OFFICE_DOMAINS; i++)
		g_free(office.domain_names[i]);
	return ok ? 0 : 1;
}
