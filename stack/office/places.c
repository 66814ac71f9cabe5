/* places.c: who is assigned where from the start, and the emergency service, where somebody goes
 * and somebody comes each day. */
#include "stack/office/places.h"

#include "lib/mailbox/assignment.h"
#include "stack/office/boxes.h"
#include "stack/office/people.h"

gboolean places_assign(Office *office, const Box *box, const Person *person, GError **error)
{
	office->assignments++;
	return assignment_add(office->db, &office->actor, box->id, person->id, error);
}

/* Count different users; any step that has no factor in common with their number does. */
static gboolean assign_some(Office *office, const Box *box, guint count, GError **error)
{
	guint first = office_pick(office, 1000);

	for (guint i = 0; i < count; i++)
		if (!places_assign(office, box, people_regular(office, first + i * 7), error))
			return FALSE;
	return TRUE;
}

/* ---- emergency service ---- */

#define ROTA_AT_ONCE 12

gboolean rota_begin(Office *office, GError **error)
{
	for (guint i = 0; i < ROTA_AT_ONCE; i++)
		if (!places_assign(office, boxes_find(office, "notdienst", 0),
		            people_regular(office, i), error))
			return FALSE;
	return TRUE;
}

gboolean rota_change(Office *office, guint days, GError **error)
{
	const Box *box = boxes_find(office, "notdienst", 0);
	guint n = ROTA_DAYS - days;

	return assignment_end(office->db, days % 30 == 0 ? office->ring : NULL, &office->actor,
	               box->id, people_regular(office, n)->id, error) &&
	       places_assign(office, box, people_regular(office, n + ROTA_AT_ONCE), error);
}

/* ---- who is assigned from the start ---- */

static gboolean assign_to(
        Office *office, const char *login, const char *local, guint domain, GError **error)
{
	return places_assign(
	        office, boxes_find(office, local, domain), people_find(office, login), error);
}

static gboolean assign_houses(
        Office *office, const char *login, const guint *houses, gsize count, GError **error)
{
	for (gsize i = 0; i < count; i++)
		if (!places_assign(office, boxes_house(office, houses[i]),
		            people_find(office, login), error))
			return FALSE;
	return TRUE;
}

/* Those who leave, and one who will: twelve mailboxes in all domains. */
static gboolean assign_leavers(Office *office, GError **error)
{
	static const guint ruth[] = {3, 11, 43, 83, 100, 102, 119}, uwe[] = {12, 13, 14},
	                   vera[] = {20, 21, 22, 23}, werner[] = {30, 31},
	                   xenia[] = {40, 42, 44, 46}, yusuf[] = {60, 62};

	return assign_houses(office, "ruth.abendroth", ruth, G_N_ELEMENTS(ruth), error) &&
	       assign_to(office, "ruth.abendroth", "info", 1, error) &&
	       assign_to(office, "ruth.abendroth", "technik", 2, error) &&
	       assign_to(office, "ruth.abendroth", "personal", 0, error) &&
	       assign_houses(office, "uwe.keller", uwe, G_N_ELEMENTS(uwe), error) &&
	       assign_houses(office, "vera.guenther", vera, G_N_ELEMENTS(vera), error) &&
	       assign_houses(office, "werner.frank", werner, G_N_ELEMENTS(werner), error) &&
	       assign_houses(office, "xenia.berger", xenia, G_N_ELEMENTS(xenia), error) &&
	       assign_houses(office, "yusuf.demir", yusuf, G_N_ELEMENTS(yusuf), error);
}

/* The mailbox of each is behind the shared ones, in the order of the people. */
static Box *own_box(const Office *office, guint person)
{
	return office->boxes
	        ->pdata[office->boxes->len - BOXES_HOUSES - office->people->len + person];
}

gboolean places_assign_all(Office *office, GError **error)
{
	for (guint i = 2; i < office->people->len; i++)
		if (!places_assign(office, own_box(office, i), office->people->pdata[i], error))
			return FALSE;
	for (guint i = 0; i < office->people->len; i++)
		if (!places_assign(office, boxes_find(office, "rundschreiben", 0),
		            office->people->pdata[i], error))
			return FALSE;
	/* The first three belong to the contract with the tests: nobody is assigned. */
	for (guint i = 3; i < office->boxes->len - BOXES_HOUSES - (office->people->len - 2); i++) {
		const Box *box = office->boxes->pdata[i];
		if (box != boxes_find(office, "notdienst", 0) &&
		        box != boxes_find(office, "rundschreiben", 0) &&
		        !assign_some(office, box, 2 + i % 5, error))
			return FALSE;
	}
	for (guint n = 0; n < BOXES_HOUSES; n++)
		if (n % 6 != 5 && !assign_some(office, boxes_house(office, n), 1 + n % 3, error))
			return FALSE;
	return assign_leavers(office, error) &&
	       assign_to(office, "staff", "hausmeister", 0, error) &&
	       assign_to(office, "staff", "personal", 0, error) &&
	       assign_to(office, "staff", "exposes", 1, error) &&
	       assign_to(office, "staff", "notruf", 2, error) &&
	       assign_to(office, "admin", "geschaeftsfuehrung", 0, error);
}
