/* header_token.h: the value of an address header (RFC 5322 3.2, 3.4) cut into what its signs set
 * apart, whatever is in it: what isn't closed is text. */
#ifndef POSTSTELLE_MILTER_HEADER_TOKEN_H
#define POSTSTELLE_MILTER_HEADER_TOKEN_H

#include <glib.h>

typedef enum {
	TOKEN_TEXT,    /* a run of other characters */
	TOKEN_WORD,    /* an encoded word (RFC 2047): nothing in it is special */
	TOKEN_QUOTED,  /* text without its quotes */
	TOKEN_COMMENT, /* text without its outer parentheses */
	TOKEN_ANGLE,   /* what stands between < and >, or behind a < that isn't closed; more > are
	                  skipped */
	TOKEN_SIGN,    /* a comma, semicolon or colon */
	TOKEN_KINDS
} TokenKind;

typedef struct {
	TokenKind kind;
	gboolean blank; /* before it */
	char *text;
} Token;

/* Of Token, in time by the length. Free: g_array_unref(). */
GArray *header_tokens(const char *value);

#endif
