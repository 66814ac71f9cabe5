/* task_machine.h: the machines that have a Dovecot and an agent beside it, where there are several.
 *
 * A session is ended on the machine that holds it. So each agent of several has a name, by which
 * its machine is known from its first start on until it is forgotten, and a kick is a task for each
 * of them. Where no agent has a name there is one machine.
 */
#ifndef POSTSTELLE_LIB_OFFICE_TASK_MACHINE_H
#define POSTSTELLE_LIB_OFFICE_TASK_MACHINE_H

#include "lib/db/db.h"

/* Makes the machine known. "": there is only one; PS_ERROR_CONFLICT if others have names. */
gboolean task_machine_register(Db *db, const char *machine, GError **error);
/* It is no longer there, nor what it had to do. PS_ERROR_NOT_FOUND if it isn't known. */
gboolean task_machine_forget(Db *db, const char *machine, GError **error);

#endif
