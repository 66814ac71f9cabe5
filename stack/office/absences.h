/* absences.h: the absence notes of the office. */
#ifndef POSTSTELLE_STACK_OFFICE_ABSENCES_H
#define POSTSTELLE_STACK_OFFICE_ABSENCES_H

#include "stack/office/office.h"

gboolean absences_save(Office *office, GError **error);

#endif
