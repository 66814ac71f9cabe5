/* status.h: the words of a status line (RFC 9110 15). */
#ifndef POSTSTELLE_CGI_STATUS_H
#define POSTSTELLE_CGI_STATUS_H

/* The reason phrase of a status that the program answers; "" if there is none in the table. Some
 * programs take a status line without one for no HTTP at all. */
const char *status_reason(int status);

#endif
