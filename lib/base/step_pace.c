/* step_pace.c: lets the size of a step follow the time that it took. */
#include "lib/base/step_pace.h"

guint step_pace(guint size, gint64 took, guint least, guint most)
{
	gint64 wanted = (gint64)size * STEP_US / MAX(took, 1);

	return (guint)CLAMP(CLAMP(wanted, size / 4, 2 * (gint64)size), least, most);
}
