/* texts.h: subjects and texts for the mails of the office. */
#ifndef POSTSTELLE_STACK_OFFICE_TEXTS_H
#define POSTSTELLE_STACK_OFFICE_TEXTS_H

#include "stack/office/office.h"

/* About a house. Free both: g_free(). */
void texts_about(Office *office, char **subject, char **text);

#endif
