/* address_readable.h: addresses and domains as people write them, from their stored form. */
#ifndef POSTSTELLE_LIB_BASE_ADDRESS_READABLE_H
#define POSTSTELLE_LIB_BASE_ADDRESS_READABLE_H

/*
 * A text (an address, a domain, several of them with names) with each A-label in it as U-label
 * (IDNA 2008, RFC 5890 2.3.2.1): "a@xn--bro-hoa.de" -> "a@büro.de". What is no A-label stays, and
 * so does one whose letters are Latin and others mixed: they are made to be taken for something
 * else, and one whose letters typed again are no domain or another one. text is UTF-8. Free:
 * g_free().
 */
char *address_readable(const char *text);
/* The same with those of mixed letters: to be compared, never to be shown. Free: g_free(). */
char *address_unicode(const char *text);

#endif
