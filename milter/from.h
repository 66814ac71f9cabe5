/* from.h: the headers that say whom a mail is from (From, Sender: RFC 5322 3.6.2), as the role name
 * reads and writes them.
 *
 * Read loosely, since mail programs write much around an address: a comma, semicolon or bracket in
 * a name without quotes, raw umlauts, comments, groups, a name behind the address. Whatever stands
 * where a reader of mail might see an address is one of the mailboxes. Written strictly, from what
 * was read: ASCII, names quoted or in short encoded words (header_word.h), one address a line where
 * there are several; no two programs understand that in two ways.
 */
#ifndef POSTSTELLE_MILTER_FROM_H
#define POSTSTELLE_MILTER_FROM_H

#include <glib.h>

#define FROM_MAX 16384 /* octets of a value that is looked at; longer ones are refused */

typedef struct {
	char *name; /* decoded, UTF-8; "" for none */
	char *key; /* as the database has it: lower case, without +extension; NULL: can't be ours */
	/* As it is written: with the client's letter case and extension, if no quotes are needed
	 * for it, else the key; its domain as A-labels. NULL without a key. */
	char *address;
} FromMailbox;

/* Reads a value as libmilter gives it: FromMailbox in their order; none if there is no address in
 * it, or it is too long. Free: g_ptr_array_unref(). */
GPtrArray *from_parse(const char *value);

/* The value of those that have a key, folded by LF and a blank. Free: g_free(). */
char *from_write(const GPtrArray *mailboxes);

#endif
