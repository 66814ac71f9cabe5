/* places.h: assignments: who works in which mailbox. */
#ifndef POSTSTELLE_STACK_OFFICE_PLACES_H
#define POSTSTELLE_STACK_OFFICE_PLACES_H

#include "stack/office/office.h"

#define ROTA_DAYS 388 /* so long goes the rota; with those who begin it 400 assignments */

gboolean places_assign(Office *office, const Box *box, const Person *person, GError **error);
gboolean places_assign_all(Office *office, GError **error);

/* Emergency service: twelve begin; after that one goes and one comes, each day. */
gboolean rota_begin(Office *office, GError **error);
gboolean rota_change(Office *office, guint days, GError **error);

#endif
