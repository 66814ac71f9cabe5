/* json.h: writes JSON (RFC 8259) into a text, with the commas where they belong. name is NULL for
 * what stands in an array. Texts are UTF-8. */
#ifndef POSTSTELLE_CLI_JSON_H
#define POSTSTELLE_CLI_JSON_H

#include <glib.h>

/* bracket: '{' or '['; json_close() gets the same one. */
void json_open(GString *out, const char *name, char bracket);
void json_close(GString *out, char bracket);
/* NULL is null. */
void json_text(GString *out, const char *name, const char *value);
void json_number(GString *out, const char *name, guint64 value);
void json_flag(GString *out, const char *name, gboolean value);

/* Prints it with a line feed, and empties it. */
void json_print(GString *out);

#endif
