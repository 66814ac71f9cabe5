/* format.h: times and sizes as people read them. */
#ifndef POSTSTELLE_CGI_FORMAT_H
#define POSTSTELLE_CGI_FORMAT_H

#include "cgi-bin/request.h"

/* Times and sizes as the page's language writes them, in the office's zone. Free: g_free(). */
char *format_date(Request *req, guint64 instant_us);
char *format_date_time(Request *req, guint64 instant_us);
/* A day that stands as YYYY-MM-DD, as format_date() writes one; anything else as it is. */
char *format_day(Request *req, const char *day);
char *format_bytes(Request *req, guint64 bytes);
/* How much of a limit is used, in percent: 0 to 100, 1 for the least. Free: g_free(). */
char *format_percent(guint64 bytes, guint64 limit_mb);
/* "1.000" or "1,000". */
char *format_count(Request *req, guint count);

#endif
