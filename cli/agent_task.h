/* agent_task.h: how the agent does each kind of task. */
#ifndef POSTSTELLE_CLI_AGENT_TASK_H
#define POSTSTELLE_CLI_AGENT_TASK_H

#include <gio/gio.h>

#include "cli/command.h"
#include "lib/office/task.h"

typedef enum { AGENT_TRY_AGAIN, AGENT_GO_ON, AGENT_DONE } AgentOutcome;

typedef struct {
	const char *name;  /* Task.kind */
	guint64 longest_s; /* between two tries of one task */
	/* *result: why (free: g_free()); error: the database is away. Once stop is cancelled it
	 * returns soon. */
	AgentOutcome (*run)(const Context *context, const Task *task, GCancellable *stop,
	        char **result, GError **error);
} AgentKind;

#define AGENT_KINDS 7
extern const AgentKind agent_kinds[AGENT_KINDS];

#endif
