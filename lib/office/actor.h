/* actor.h: who does something; stands in the change log. */
#ifndef POSTSTELLE_LIB_OFFICE_ACTOR_H
#define POSTSTELLE_LIB_OFFICE_ACTOR_H

#include <glib.h>

typedef struct {
	guint64 user_id;   /* 0: nobody who signs in (command line, agent) */
	const char *login; /* or ACTOR_COMMAND_LINE; borrowed */
} Actor;

#define ACTOR_COMMAND_LINE "command line" /* as no log-in is: it has a blank */

#endif
