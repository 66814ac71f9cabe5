/* import_csv.h: reads mailboxes from a table (RFC 4180) as mailbox_csv.h writes it, or as a
 * spreadsheet program saved it: UTF-8 with or without a byte order mark, semicolons, commas or
 * tabs.
 *
 * The first line names the columns, in any order: address, and name, state, vip, quota_mb, aliases,
 * users, user_names, user_emails, password_hash, note, all of which may be left out or empty;
 * last_login isn't read. Several addresses or log-ins of one cell stand behind commas; names and
 * e-mail addresses of the users, in the order of their log-ins, behind semicolons (commas do if no
 * name has one). An apostrophe before what begins like a formula is taken away.
 */
#ifndef POSTSTELLE_LIB_MAILBOX_IMPORT_CSV_H
#define POSTSTELLE_LIB_MAILBOX_IMPORT_CSV_H

#include <stdio.h>

#include "lib/mailbox/import_line.h"

/* The names of the columns, and NULL. */
extern const char *const import_columns[];

/* Reads to the end of the file, a piece at a time, and adds ImportLine and ImportFault. What stands
 * in a line alone is checked; the rest is the matter of import_check.h. FALSE and error: it can't
 * be read.
 */
gboolean import_csv_read(FILE *file, GPtrArray *lines, GPtrArray *faults, GError **error);

#endif
