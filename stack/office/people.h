/* people.h: the users of the office. */
#ifndef POSTSTELLE_STACK_OFFICE_PEOPLE_H
#define POSTSTELLE_STACK_OFFICE_PEOPLE_H

#include "stack/office/office.h"

/* The administrator, who does all that follows, and staff. */
gboolean people_add_first(
        Office *office, const char *admin_password, const char *staff_password, GError **error);
/* Forty more. */
gboolean people_add(Office *office, GError **error);
/* By log-in; there has to be one. */
Person *people_find(const Office *office, const char *login);
/* The nth of those without a story of their own. */
const Person *people_regular(const Office *office, guint n);

#endif
