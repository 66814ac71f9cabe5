/* boxes.h: the domains, mailboxes and aliases of the office. */
#ifndef POSTSTELLE_STACK_OFFICE_BOXES_H
#define POSTSTELLE_STACK_OFFICE_BOXES_H

#include "stack/office/office.h"

#define BOXES_HOUSES 228

void box_free(gpointer box);

gboolean boxes_add_domain(Office *office, const char *name, GError **error);
/* domain: which of the office's. */
gboolean boxes_add(
        Office *office, const char *local, guint domain, const char *name, GError **error);
/* All but the first three. */
gboolean boxes_add_all(Office *office, GError **error);
/* There has to be one. */
Box *boxes_find(const Office *office, const char *local, guint domain);
/* The nth house's. */
Box *boxes_house(const Office *office, guint n);

#endif
