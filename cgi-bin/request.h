/* request.h: one request and its answer, and what a worker keeps between requests.
 *
 * A handler gets a Request whose parameters, cookies and form have been read within limits,
 * whose user is known and whose right and CSRF token were checked (router.h). Everything a
 * Request hands out lives until the answer is sent.
 */
#ifndef POSTSTELLE_CGI_REQUEST_H
#define POSTSTELLE_CGI_REQUEST_H

#include <stdio.h>

#include <glib.h>

#include "cgi-bin/form.h"
#include "cgi-bin/lang.h"
#include "cgi-bin/template.h"
#include "lib/base/config.h"
#include "lib/base/local_time.h"
#include "lib/db/db.h"
#include "lib/mailbox/mailbox_opened.h"
#include "lib/office/actor.h"
#include "lib/office/setting.h"
#include "lib/user/session.h"

#include "util/neo_hdf.h"

#define REQUEST_MAX_PATH 1024
#define REQUEST_MAX_IDS 2
#define REQUEST_MAX_TOKEN 128
#define SESSION_COOKIE "poststelle_session"

/* How the web server talks to us: FastCGI or plain CGI (main.c). */
typedef struct Transport Transport;
struct Transport {
	const char *(*param)(Transport *transport, const char *name);   /* NULL: not set */
	gssize (*read)(Transport *transport, char *buffer, gsize size); /* 0: end */
	/* The whole answer, once: its head and its body. */
	void (*write)(Transport *transport, const char *head, gsize head_size, const char *body,
	        gsize body_size);
	/* The web server itself started this process; a socket's peer has to say the secret. */
	gboolean is_trusted;
};

/* How long a worker takes a number for true that may have changed without a line of the change log.
 */
#define APP_KEPT_US (5 * G_USEC_PER_SEC)

/* What a worker process keeps between requests. */
typedef struct {
	const Config *config;
	Db *db;
	Languages *languages;
	Templates *templates;
	GString *page;       /* room for a page, kept since making it anew is dear */
	GBytes *form_secret; /* signs the cookie before sign-in; NULL until first used */
	LocalZone *zone;     /* the office's; replaced when the setting changes */
	Setting *setting;    /* office_setting.h; NULL until first used */
	gpointer domains;    /* pages' own copy of the domain list (domain_options.c) */
	GHashTable *lists;   /* list_count.c */
	gpointer attention;  /* attention.c */
} App;

/* What is wrong with a field of the form, as the page says it. */
typedef struct {
	const char *field;
	char *text;
} FieldError;

typedef struct Request {
	App *app;
	Db *db;
	Transport *transport;
	char id[33]; /* in the log and on the error page */

	/* What came in */
	const char *method; /* "HEAD" runs the handler of GET */
	gboolean is_head;
	char *prefix;         /* "" or "/poststelle" */
	char *path;           /* below the prefix, begins with "/" */
	gboolean from_server; /* the web server says so, not another process that has its group */
	const char *client;   /* address of the browser, as nginx knows it; "": nobody knows */
	const char *host;     /* as the client wrote it: only to find one of the own domains */
	gboolean https;       /* as nginx says, else as base_url begins */
	GHashTable *cookies;
	Form *query;
	Form *form;   /* of a POST; empty otherwise */
	FILE *upload; /* the file of a form that has one (upload.h); NULL: none was chosen */
	guint64 ids[REQUEST_MAX_IDS];      /* the {id}s of the path in their order */
	char token[REQUEST_MAX_TOKEN + 1]; /* the {token} of the path */
	const char *pattern;               /* of the route; for the log */

	/* Who */
	Session *session;       /* NULL: nobody is signed in */
	gboolean opens_mailbox; /* the route wants mailbox ids[0] with the session ... */
	MailboxOpened *opened;  /* ... then this is it; NULL without a session */
	char *device;           /* the browser's id, NULL: it isn't known ... */
	GArray *device_users;   /* ... and its accounts; NULL until device_load() (device.h) */
	char *csrf;             /* the token that a POST must carry, and that the page gets */
	const char *language;   /* "de" or "en" */

	/* The answer */
	HDF *hdf;
	GString *headers;  /* extra header lines */
	GPtrArray *errors; /* of the form: FieldError */
	gboolean answered;
	int status;
	gsize sent;
} Request;

/* Reads what came in. FALSE: req->status says what is wrong with it (400, 413, 414). */
gboolean request_open(Request *req, App *app, Transport *transport);
/* The body as it came, at most limit octets, with a NUL behind it. NULL: req->status says what is
 * wrong. Free: g_free(). */
char *request_read_body(Request *req, gsize limit, gsize *size);
/* The form in the body of a POST, at most limit octets. FALSE: req->status says what is wrong. */
gboolean request_read_form(Request *req, gsize limit);
void request_close(Request *req);

/* The value of a cookie; NULL if there is none. Borrowed. */
const char *request_cookie(const Request *req, const char *name);
/* Sets a cookie below the prefix (HttpOnly, SameSite=Lax, Secure when https). max_age in
 * seconds, 0 = until the browser closes, -1 = delete. value must be a cookie-octet string. */
void request_set_cookie(Request *req, const char *name, const char *value, int max_age);

/* TRUE if the signed-in user is an administrator. */
gboolean request_is_admin(const Request *req);
/* The signed-in user, for the change log. Borrowed. */
Actor request_actor(const Request *req);

/* Logs one event: key=value words; values are quoted where needed. Never secrets. */
void request_log(const Request *req, const char *event, const char *detail);

#endif
