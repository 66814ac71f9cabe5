/* config.h: what the machine sets, from a GKeyFile (default /etc/poststelle/poststelle.conf).
 *
 * What the office sets stands in the database (setting.h). Every key is in poststelle.conf(5).
 * An unknown group or key, a missing required key or a bad value stops the program with the
 * line in the message. [poststelle] include names one further file (what the programs of a machine
 * have in common): what the first file sets goes before it.
 */
#ifndef POSTSTELLE_LIB_BASE_CONFIG_H
#define POSTSTELLE_LIB_BASE_CONFIG_H

#include <glib.h>

#define CONFIG_DEFAULT_PATH "/etc/poststelle/poststelle.conf"

typedef struct {
	/* [poststelle] */
	char *include;  /* a file with keys that this one doesn't set; "" = none */
	char *base_url; /* required: scheme, host and prefix without the last slash */
	char *key_file; /* seals the passwords that can be shown; default beside the file */
	char *template_dir;
	/* [database]; each host is a socket path or as host_port.h has it, tried in this order */
	char **database_hosts;
	char *database_name;
	char *database_user;
	char *database_password;        /* password, or the first line of password_file */
	char *database_tls_ca;          /* TCP: the server's certificate must be of it; "" = any */
	gboolean database_tls_required; /* TCP: never without TLS (implied by database_tls_ca) */
	guint database_io_timeout;      /* seconds that an answer is waited for; 2..60, default 5 */
	/* [web] */
	char *web_socket;  /* unix socket of the FastCGI workers; "" = file descriptor 0 */
	guint web_workers; /* 1..64, default 4 */
	gboolean
	        web_remote_user; /* trust REMOTE_USER of the server (single sign-on); default off */
	char *web_proxy_secret;  /* by which the web server is known, of proxy_secret_file; "": none
	                          */
	guint session_idle_minutes; /* 1..10080, default 60 */
	guint session_hours;        /* absolute limit, 1..720, default 12 */
	/* [mail] */
	char *check_host; /* the office's own SMTP server that Zustellung prüfen asks */
	guint check_port;
	char *submission_host; /* where Poststelle's own mails are handed over */
	guint submission_port;
	char *mail_from;      /* sender address of Poststelle's own mails */
	char *doveadm;        /* agent: program that ends sessions, default /usr/bin/doveadm */
	char *dovecot_config; /* agent: its configuration, default /etc/dovecot/dovecot.conf */
	char *mail_store;     /* agent: directory of the mail store, default /var/vmail */
	char *machine;        /* agent: its name among several, at most 64 characters; "" = alone */
	/* [milter] */
	char *milter_name_socket;    /* role name; e.g. unix:/path */
	char *milter_journal_socket; /* role journal */
	/* [profile] */
	char *sign_certificate; /* Apple profiles are signed when both are set; "" = unsigned */
	char *sign_key;
} Config;

/* NULL and PS_ERROR_INVALID when the file can't be read or isn't right. Free: config_free(). */
Config *config_load(const char *path, GError **error);
void config_free(Config *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Config, config_free)

#endif
