/* fuzz.h: what the fuzzers have in common: inputs as texts, and what has to hold of every output.
 * What doesn't hold aborts. */
#ifndef POSTSTELLE_TESTS_FUZZ_FUZZ_H
#define POSTSTELLE_TESTS_FUZZ_FUZZ_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "cgi-bin/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
/* Called once, before the first input. */
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* The input, which is consumed piece by piece. */
typedef struct {
	const uint8_t *data;
	size_t left;
} FuzzInput;

/* What stands before the next NUL, or all of it. Free: g_free(). */
char *fuzz_text(FuzzInput *input);
/* The same, made UTF-8. Free: g_free(). */
char *fuzz_utf8(FuzzInput *input);

/* UTF-8, of at most max octets. text may be NULL. */
void fuzz_is_utf8(const char *text, gsize max);
/* The same without control characters. */
void fuzz_is_line(const char *text, gsize max);
/* A value for a header: ASCII without control characters but LF with a blank behind it. */
void fuzz_is_header(const char *value);

/* A request as a web server hands it over: name, value, name, value, ..., NULL; and the body. */
typedef struct {
	Transport transport; /* the first: a pointer to it is one to all of it */
	const char *const *params;
	FuzzInput body;
} FuzzTransport;
void fuzz_transport(FuzzTransport *made, const char *const *params, FuzzInput body);

#endif
