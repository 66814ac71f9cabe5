/* domain.c: poststelle domain add NAME */
#include "cli/command.h"

#include <stdio.h>

#include "lib/office/domain.h"

gboolean command_domain_add(Context *context, int argc, char **argv, GError **error)
{
	guint64 id = 0;

	if (!command_parse(NULL, "NAME", 1, &argc, &argv, error) ||
	        !domain_create(context->db, &context->actor, argv[1], &id, error))
		return FALSE;
	printf("Domain %s has number %" G_GUINT64_FORMAT ".\n", argv[1], id);
	return TRUE;
}
