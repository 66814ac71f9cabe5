/* main.c: poststelle.fcgi, the web program.
 *
 * Started on a listening socket (its own by configuration, or file descriptor 0) it is a
 * supervisor that forks the workers; started by a web server as plain CGI it answers one
 * request. See poststelle.fcgi(8).
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include <glib.h>

#include "cgi-bin/supervisor.h"
#include "cgi-bin/worker.h"
#include "lib/base/config.h"

/* Whoever reaches the socket could say anything, so without the secret what is said of the browser
 * doesn't count; of who it is least of all. */
static gboolean can_tell_server(const Config *config)
{
	if (*config->web_proxy_secret != '\0')
		return TRUE;
	if (config->web_remote_user) {
		fprintf(stderr,
		        "poststelle.fcgi: [web] remote_user needs proxy_secret_file: without it "
		        "any process of the web server's group could sign in as anybody\n");
		return FALSE;
	}
	fputs("event=no_proxy_secret detail=\"[web] proxy_secret_file is not set: all browsers count "
	      "as one address when sign-ins are throttled\"\n",
	        stderr);
	return TRUE;
}

int main(int argc, char **argv)
{
	g_autofree char *path = NULL;
	gboolean version = FALSE;
	sigset_t signals;
	const GOptionEntry entries[] = {
	        {"config", 'c', 0, G_OPTION_ARG_FILENAME, &path, "Configuration file", "FILE"},
	        {"version", 0, 0, G_OPTION_ARG_NONE, &version, "Print the version", NULL},
	        {NULL, 0, 0, 0, NULL, NULL, NULL},
	};
	g_autoptr(GOptionContext) options = g_option_context_new("- the web program of Poststelle");
	g_autoptr(GError) error = NULL;

	supervisor_hold_signals(&signals);
	setlocale(LC_CTYPE, "C.UTF-8");
	g_option_context_add_main_entries(options, entries, NULL);
	if (!g_option_context_parse(options, &argc, &argv, &error)) {
		fprintf(stderr, "poststelle.fcgi: %s\n", error->message);
		return 2;
	}
	if (version) {
		puts("poststelle.fcgi " POSTSTELLE_VERSION);
		return 0;
	}
	if (path == NULL) {
		const char *from_environment = g_getenv("POSTSTELLE_CONF");
		path = g_strdup(from_environment != NULL ? from_environment : CONFIG_DEFAULT_PATH);
	}
	g_autoptr(Config) config = config_load(path, &error);
	g_autoptr(Languages) languages = NULL;
	if (config != NULL)
		languages = languages_load(config->template_dir, &error);
	if (languages == NULL) {
		fprintf(stderr, "poststelle.fcgi: %s\n", error->message);
		return 2;
	}
	if (*config->web_socket != '\0' || !worker_is_plain_cgi())
		return can_tell_server(config) ? supervisor_run(config, languages) : 2;
	sigprocmask(SIG_SETMASK, &signals, NULL);
	return worker_run_plain_cgi(config, languages);
}
