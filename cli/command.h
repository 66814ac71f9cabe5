/*
 * command.h: the subcommands of poststelle(1), one function each.
 *
 * A command gets the arguments behind its name, prints to stdout and returns TRUE, or FALSE with
 * error, which main() prints. It parses its options with GOption and returns PS_ERROR_INVALID
 * for wrong ones.
 */
#ifndef POSTSTELLE_CLI_COMMAND_H
#define POSTSTELLE_CLI_COMMAND_H

#include <glib.h>

#include "lib/config.h"
#include "lib/db.h"

typedef struct {
	const Config *config;
	Db *db;
} Context;

typedef gboolean (*Command)(Context *context, int argc, char **argv, GError **error);

gboolean command_migrate(Context *context, int argc, char **argv, GError **error);

#endif
