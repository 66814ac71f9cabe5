/*
 * from.h: the From header (RFC 5322 3.6.2) as the role name reads and writes it.
 *
 * Read by address_list.h, members of groups are addresses. Written by header_word.h: ASCII, short
 * encoded words, one address a line where there are several.
 */
#ifndef POSTSTELLE_MILTER_FROM_H
#define POSTSTELLE_MILTER_FROM_H

#include <glib.h>

#define FROM_MAX 16384 /* octets of a value that is looked at; longer ones are refused */

typedef struct {
	char *name;    /* decoded, UTF-8; "" for none */
	char *address; /* as address_list.h has it */
	char *key; /* as the database has it: lower case, without +extension; NULL: can't be ours */
} FromMailbox;

typedef struct {
	GPtrArray *mailboxes; /* FromMailbox; empty: no address in it, or it can't be understood */
	/* One address and nothing that two programs could read in two ways (comments, groups, a
	 * second "@"): the value may stay as it is. */
	gboolean plain;
} From;

/* Reads a value as libmilter gives it. Free: from_free(). */
From *from_parse(const char *value);
void from_free(From *from);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(From, from_free)

/* The value with these names, folded by LF and a blank. Free: g_free(). */
char *from_write(const From *from);

#endif
