/* import_step.h: does what a run of import.h says, some lines at a time.
 *
 * A step is one transaction, and holds the run: of two that want to make the same one the second
 * makes the next. Whoever is cut off at any point leaves whole steps. The last one makes all
 * mailboxes seen (import_finish.h); what fails is taken back (import_back.h).
 */
#ifndef POSTSTELLE_LIB_MAILBOX_IMPORT_STEP_H
#define POSTSTELLE_LIB_MAILBOX_IMPORT_STEP_H

#include "lib/base/seal.h"
#include "lib/mailbox/import.h"

/* Lines; in between so many that a step takes about STEP_US (lib/base/step_pace.h). */
#define IMPORT_STEP_LEAST 50
#define IMPORT_STEP 500

/* Goes on for about budget microseconds, at least by one step. FALSE and error if nothing can be
 * done now. A run that hasn't begun or has ended stays as it is. */
gboolean import_step(Db *db, const KeyRing *ring, guint64 id, gint64 budget, GError **error);

#endif
