/* import_line.h: a mailbox as a line of a table says it, and what is wrong with one. */
#ifndef POSTSTELLE_LIB_MAILBOX_IMPORT_LINE_H
#define POSTSTELLE_LIB_MAILBOX_IMPORT_LINE_H

#include <glib.h>

#define IMPORT_MAX 10000         /* lines */
#define IMPORT_CELL_MAX 16384    /* octets */
#define IMPORT_QUOTA_UNSAID (-1) /* then it is the office's */

typedef struct {
	guint number;  /* of the table's first line: 1 */
	char *address; /* in its stored form, as all addresses; "" if it was none */
	char *email_name, *note;
	gboolean active, vip, may_send, may_log_in;
	gint64 quota_mb;
	char *password_hash;                 /* NULL: a password is generated */
	GPtrArray *aliases;                  /* addresses */
	GPtrArray *logins;                   /* of the users who are assigned, ... */
	GPtrArray *user_names, *user_emails; /* ... and what they are called, "": unsaid */
	/* Found by import_check(). */
	guint64 domain_id;
	GArray *alias_domains; /* guint64, one for each alias */
	GArray *users;         /* guint64, one for each log-in; 0: to be made (import_people.h) */
} ImportLine;

ImportLine *import_line_new(guint number);
void import_line_free(gpointer line);

/* What the table import_line keeps of it, and back. NULL: it is no such text. Free: g_free(),
 * import_line_free(). */
char *import_line_write(const ImportLine *line);
ImportLine *import_line_read(guint number, const char *text);

/* column: a word of the table's head, "" for the whole line. reason: a word such as "taken"; texts:
 * T.import.fault.REASON and import_fault_text(). */
typedef struct {
	guint line;
	const char *column, *reason; /* static */
	char *value;                 /* what stands there */
	guint other;                 /* reason "twice": the line that has it, too */
} ImportFault;

GPtrArray *import_faults_new(void);
/* column and reason are static or interned; value is valid UTF-8. */
void import_fault_add(GPtrArray *faults, guint line, const char *column, const char *reason,
        const char *value, guint other);
/* In the order of the lines. */
void import_faults_sort(GPtrArray *faults);
/* What is wrong, and what would be taken: an English sentence. Free: g_free(). */
char *import_fault_text(const ImportFault *fault);

#endif
