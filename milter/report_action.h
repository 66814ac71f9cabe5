/* report_action.h: whether a delivery report says that a mail could not be delivered (RFC
 * 3464 2.3.3): one of a delay, or somebody's automatic answer, doesn't. */
#ifndef POSTSTELLE_MILTER_REPORT_ACTION_H
#define POSTSTELLE_MILTER_REPORT_ACTION_H

#include <glib.h>

typedef struct {
	char line[32]; /* the beginning of the present one */
	gsize length;
	gboolean failed;
} ReportAction;

/* The next octets of the body. */
void report_action_feed(ReportAction *action, const guint8 *octets, gsize length);

#endif
