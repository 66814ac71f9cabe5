/* import_run.c: checks the lines of an import, says what is wrong, and makes the mailboxes. */
#include "cli/import_run.h"

#include <stdio.h>

#include "lib/base/error.h"
#include "lib/base/step_pace.h"
#include "lib/mailbox/import_check.h"
#include "lib/mailbox/import_people.h"
#include "lib/mailbox/import_step.h"
#include "lib/mailbox/import_way.h"

static void print_one_fault(const ImportFault *fault)
{
	g_autofree char *text = import_fault_text(fault);

	printf("line %u%s%s: %s%s%s\n", fault->line, *fault->column != '\0' ? ", " : "",
	        fault->column, fault->value, *fault->value != '\0' ? " " : "", text);
}

void import_run_sums(const GPtrArray *lines)
{
	guint aliases = 0, users = 0, hashes = 0;

	for (guint i = 0; i < lines->len; i++) {
		const ImportLine *line = lines->pdata[i];
		aliases += line->aliases->len;
		users += line->users->len;
		hashes += line->password_hash != NULL;
	}
	printf("mailboxes: %u\nfurther addresses: %u\nassignments: %u\nnew users: %u\nwith a password of their own: %u\n",
	        lines->len, aliases, users, import_people_new(lines), hashes);
}

gboolean import_run_steps(Context *context, guint64 id, GError **error)
{
	g_autoptr(KeyRing) ring = keyring_load(context->config->key_file, error);

	while (ring != NULL) {
		if (!import_step(context->db, ring, id, STEP_US, error))
			return FALSE;
		g_autoptr(ImportRun) run = import_load(context->db, id, error);
		if (run == NULL)
			return FALSE;
		if (run->ended_at == 0) {
			fprintf(stderr, "%u / %u\n", run->done, run->lines);
			continue;
		}
		if (run->way == IMPORT_FORWARD) {
			printf("%u mailboxes were made.\n", run->lines);
			if (run->users > 0)
				puts("Those who are new get a first password by: poststelle user password-link LOGIN");
			return TRUE;
		}
		if (run->fault.line != 0)
			print_one_fault(&run->fault);
		g_autofree char *why = import_fault_text(&run->fault);
		g_set_error(error, PS_ERROR, PS_ERROR_CONFLICT,
		        "everything was taken back, no mailbox was made: %s", why);
		return FALSE;
	}
	return FALSE;
}

/* All that is wrong. FALSE and error if that is anything. */
static gboolean print_faults(const GPtrArray *faults, GError **error)
{
	for (guint i = 0; i < faults->len; i++)
		print_one_fault(faults->pdata[i]);
	if (faults->len == 0)
		return TRUE;
	g_set_error(error, PS_ERROR, PS_ERROR_INVALID,
	        "%u faults; no mailbox was made, since it is all or none", faults->len);
	return FALSE;
}

gboolean import_run_lines(Context *context, const GPtrArray *lines, const GPtrArray *ways,
        GPtrArray *faults, gboolean dry, GError **error)
{
	g_autofree char *token = NULL;
	guint64 id = 0;

	if (!import_check(context->db, lines, faults, error))
		return FALSE;
	import_run_sums(lines);
	if (!print_faults(faults, error) || dry)
		return dry && faults->len == 0;
	return import_prepare(context->db, &context->actor, lines, &id, &token, error) &&
	       (ways == NULL || import_way_keep(context->db, id, ways, error)) &&
	       import_begin(context->db, &context->actor, token, &id, faults, error) &&
	       print_faults(faults, error) && import_run_steps(context, id, error);
}
