/* ask.h: what a command asks on the terminal. */
#ifndef POSTSTELLE_CLI_ASK_H
#define POSTSTELLE_CLI_ASK_H

#include <glib.h>

/* Shows a question on standard error and reads a line of standard input, without blanks around it.
 * "" where nothing was typed, NULL at the end of the input. Free: g_free(). */
char *ask_line(const char *question);

/*
 * A password for somebody who signs in: on a terminal asked for twice, without echo, after the
 * rules for it were shown; otherwise, or with from_stdin, the first line of standard input. NULL
 * and PS_ERROR_INVALID on field "password" if the two differ; its form is checked by
 * user_password.h. Free: password_free().
 */
char *ask_new_password(gboolean from_stdin, GError **error);

#endif
