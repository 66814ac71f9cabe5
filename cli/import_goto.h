/* import_goto.h: where an alias of another administration leads. */
#ifndef POSTSTELLE_CLI_IMPORT_GOTO_H
#define POSTSTELLE_CLI_IMPORT_GOTO_H

#include "cli/import_source.h"

/* The addresses, each once, in their stored form; what is none is said in left (texts). An absence
 * note of PostfixAdmin is an address, too (name#domain@autoreply.domain), and no target. Free:
 * g_ptr_array_unref(). */
GPtrArray *import_goto(const SourceAlias *alias, GPtrArray *left);

#endif
