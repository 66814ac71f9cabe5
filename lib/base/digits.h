/* digits.h: numbers in decimal, without a format to be read each time. */
#ifndef POSTSTELLE_LIB_BASE_DIGITS_H
#define POSTSTELLE_LIB_BASE_DIGITS_H

#include <glib.h>

#define DIGITS_ROOM 21 /* octets, of any number with its NUL */

/* The number's text, within room. */
const char *digits(char room[DIGITS_ROOM], guint64 number);

/* Appends a number with at least width digits (zeros in front), or as many as it has. */
void digits_append(GString *out, guint64 number, guint width);

#endif
