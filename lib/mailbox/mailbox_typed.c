/* mailbox_typed.c: finds the mailbox that a field names. */
#include "lib/mailbox/mailbox_typed.h"

#include <string.h>

#include "lib/base/address.h"
#include "lib/base/error.h"
#include "lib/mailbox/mailbox.h"

/* NULL and PS_ERROR_NOT_FOUND, or an error of address.h. */
static Mailbox *mailbox_of(Db *db, const char *typed, const char *field, GError **error)
{
	if (strspn(typed, "0123456789") == strlen(typed))
		return mailbox_load(db, g_ascii_strtoull(typed, NULL, 10), error);
	g_autofree char *address = address_own(typed, field, error);
	return address != NULL ? mailbox_load_address(db, address, error) : NULL;
}

gboolean mailbox_typed(
        Db *db, const char *typed, const char *field, guint64 *mailbox_id, GError **error)
{
	g_autoptr(GError) failure = NULL;

	*mailbox_id = 0;
	if (*typed == '\0')
		return TRUE;
	g_autoptr(Mailbox) mailbox = mailbox_of(db, typed, field, &failure);
	if (mailbox == NULL && !g_error_matches(failure, PS_ERROR, PS_ERROR_NOT_FOUND) &&
	        ps_error_field(failure) == NULL) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	if (mailbox == NULL || mailbox->deleted) {
		ps_invalid(error, field, "unknown", "there is no such mailbox");
		return FALSE;
	}
	*mailbox_id = mailbox->id;
	return TRUE;
}
