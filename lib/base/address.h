/* address.h: which names a mailbox, a domain and a mail address may have.
 *
 * A mailbox's local part is narrower than RFC 5321 allows (a-z 0-9 . _ -, first and last
 * alphanumeric, no two dots in a row), so that every mail program, log-in and mail store takes
 * it. "+" is the recipient delimiter: it is no part of a name.
 */
#ifndef POSTSTELLE_LIB_BASE_ADDRESS_H
#define POSTSTELLE_LIB_BASE_ADDRESS_H

#include <glib.h>

#define ADDRESS_MAX 254   /* octets of a whole address */
#define LOCAL_PART_MAX 64 /* octets, RFC 5321 4.5.3.1.1 */
#define DOMAIN_MAX 253    /* octets of a domain in its A-label form */

/*
 * The lower-cased local part, or NULL and PS_ERROR_INVALID on field with reason empty, too_long,
 * invisible, plus (holds a "+"), umlaut (not ASCII), characters, edge or dots. Free: g_free().
 */
char *address_local_part(const char *typed, const char *field, GError **error);

/*
 * The domain as A-labels (IDNA 2008, libidn2) in lower case, a final dot removed; at least two
 * labels. NULL and PS_ERROR_INVALID on field with reason empty, too_long or domain. *display, if
 * wanted: the same as U-labels, for people. Free both: g_free().
 */
char *address_domain(const char *typed, const char *field, char **display, GError **error);

/*
 * An address somewhere in the world (a contact address, where access data is sent to): a
 * dot-string local part and a domain; the domain comes back as A-labels. NULL and
 * PS_ERROR_INVALID on field with reason empty, invisible, too_long, umlaut (before the "@", RFC
 * 6531) or address. Free: g_free().
 */
char *address_any(const char *typed, const char *field, GError **error);

/*
 * An own mailbox's or alias's address as typed, in its one stored form (local part rules above).
 * A missing "@" is reason address. Free: g_free().
 */
char *address_own(const char *typed, const char *field, GError **error);

/* Removes "+extension" from a stored-form address: "a+b@c" -> "a@c". Free: g_free(). */
char *address_without_extension(const char *address);

/* The stored form that an address has if it is one of the office's, however it is written: lower
 * case, the domain as A-labels, without the extension. NULL: no mailbox can have it. Free:
 * g_free(). */
char *address_key(const char *address);

#endif
