/* ask.c: questions on the terminal. */
#include "cli/ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "lib/base/error.h"
#include "lib/base/password.h"
#include "lib/base/user_password.h"

char *ask_line(const char *question)
{
	char *line = NULL;
	size_t size = 0;

	fprintf(stderr, "%s: ", question);
	ssize_t length = getline(&line, &size, stdin);
	char *answer = length >= 0 ? g_strdup(g_strstrip(line)) : NULL;
	free(line);
	return answer;
}

/* The first line of stdin; on a terminal after a prompt and without echo. Free: password_free(). */
static char *read_password(const char *prompt)
{
	gboolean terminal = isatty(STDIN_FILENO);
	struct termios old, quiet;
	char *line = NULL;
	size_t size = 0;

	if (terminal) {
		fprintf(stderr, "%s: ", prompt);
		tcgetattr(STDIN_FILENO, &old);
		quiet = old;
		quiet.c_lflag &= ~(tcflag_t)ECHO;
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
	}
	ssize_t length = getline(&line, &size, stdin);
	if (terminal) {
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &old);
		fputc('\n', stderr);
	}
	char *password = g_strndup(line != NULL ? line : "", length > 0 ? (gsize)length : 0);
	password[strcspn(password, "\r\n")] = '\0';
	if (line != NULL)
		explicit_bzero(line, size);
	free(line);
	return password;
}

char *ask_new_password(gboolean from_stdin, GError **error)
{
	gboolean asked = !from_stdin && isatty(STDIN_FILENO);

	if (asked)
		fprintf(stderr,
		        "A password of at least %d characters, of any kind; it isn't shown.\n",
		        USER_PASSWORD_MIN);
	char *password = read_password("Password");
	if (!asked)
		return password;
	char *again = read_password("Password again");
	if (strcmp(password, again) != 0) {
		g_clear_pointer(&password, password_free);
		ps_invalid(error, "password", "differs", "the two passwords differ");
	}
	password_free(again);
	return password;
}
