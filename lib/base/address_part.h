/* address_part.h: what somebody types to mean addresses: a name, or a part of an address.
 *
 * Words are beginnings of the words of an address (its domain in the typed spelling) and the name
 * beside it, folded (fold.h). A text with "@" has to stand in the address as it is, in either
 * spelling of its domain.
 */
#ifndef POSTSTELLE_LIB_BASE_ADDRESS_PART_H
#define POSTSTELLE_LIB_BASE_ADDRESS_PART_H

#include <glib.h>

typedef struct {
	GPtrArray *words; /* folded; none: it means nothing */
	char *piece;      /* with "@", lower case; NULL: words alone */
} AddressPart;

/* Free: address_part_free(). */
AddressPart *address_part_new(const char *typed);
void address_part_free(AddressPart *part);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AddressPart, address_part_free)

gboolean address_part_matches(const AddressPart *part, const char *address, const char *name);

/* Whether it is a whole address, which means that one or none: name@domain.tld. */
gboolean address_part_is_whole(const char *typed);

#endif
