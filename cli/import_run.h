/* import_run.h: what all ways to import mailboxes share on the command line. */
#ifndef POSTSTELLE_CLI_IMPORT_RUN_H
#define POSTSTELLE_CLI_IMPORT_RUN_H

#include "cli/command.h"

/* Checks the lines (ImportLine) with the office, prints all that is wrong with them (faults holds
 * what was found before), and, if that is nothing and dry is FALSE, makes the mailboxes. ways:
 * MovedWay that come with them, or NULL. FALSE and error: nothing was made. */
gboolean import_run_lines(Context *context, const GPtrArray *lines, const GPtrArray *ways,
        GPtrArray *faults, gboolean dry, GError **error);
/* Prints how much they are. */
void import_run_sums(const GPtrArray *lines);
/* Goes on with a run to its end. */
gboolean import_run_steps(Context *context, guint64 id, GError **error);

#endif
