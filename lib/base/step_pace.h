/* step_pace.h: how much a step of long work takes on, so that it takes about as long on any
 * machine, whatever else that does.
 */
#ifndef POSTSTELLE_LIB_BASE_STEP_PACE_H
#define POSTSTELLE_LIB_BASE_STEP_PACE_H

#include <glib.h>

/* What a step should take, in microseconds: a page that makes one is still quick, nobody waits long
 * for what it holds, and being told to stop is seen in time. */
#define STEP_US (300 * 1000)

/* The next step's size after one of that size took so many microseconds: a quarter of it to twice
 * as much, within least (above 0) and most. */
guint step_pace(guint size, gint64 took, guint least, guint most);

#endif
