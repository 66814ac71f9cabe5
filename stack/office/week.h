/* week.h: the last seven days, and the last hours. */
#ifndef POSTSTELLE_STACK_OFFICE_WEEK_H
#define POSTSTELLE_STACK_OFFICE_WEEK_H

#include "stack/office/office.h"

gboolean week_live(Office *office, GError **error);

#endif
