/* history.h: everything that happened up to a week ago. */
#ifndef POSTSTELLE_STACK_OFFICE_HISTORY_H
#define POSTSTELLE_STACK_OFFICE_HISTORY_H

#include "stack/office/office.h"

gboolean history_live(Office *office, GError **error);
gboolean history_look_at_password(
        Office *office, const Box *box, const Actor *actor, GError **error);

#endif
