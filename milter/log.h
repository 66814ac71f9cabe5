/* log.h: one line an event on stderr, key=value; one write, so that threads' lines stay whole. */
#ifndef POSTSTELLE_MILTER_LOG_H
#define POSTSTELLE_MILTER_LOG_H

#include <glib.h>

/* Control characters become "?". Never a mail's text, subject or password. */
void log_event(const char *format, ...) G_GNUC_PRINTF(1, 2);

#endif
