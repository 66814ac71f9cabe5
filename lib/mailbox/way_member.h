/* way_member.h: the addresses that somebody typed as members of a list, or to forward to. */
#ifndef POSTSTELLE_LIB_MAILBOX_WAY_MEMBER_H
#define POSTSTELLE_LIB_MAILBOX_WAY_MEMBER_H

#include "lib/db/db.h"

typedef struct {
	char *address;
	guint64 address_id; /* 0: outside */
} WayMember;

/* One of them. outside: may it be outside the office. NULL and PS_ERROR_INVALID on field:
 * address.h's reasons, unknown (nobody of the office has it), outside. Free: way_member_free(). */
WayMember *way_member(
        Db *db, const char *typed, gboolean outside, const char *field, GError **error);
void way_member_free(gpointer member);

/* All of them, each once, in their order. NULL and the first error. Free: g_ptr_array_unref(). */
GPtrArray *way_members(
        Db *db, const GPtrArray *typed, gboolean outside, const char *field, GError **error);

/* Their addresses, a line each. Free: g_free(). */
char *way_member_lines(const GPtrArray *addresses);
/* Those of WayMember, sorted. */
char *way_member_sorted(const GPtrArray *members);

#endif
