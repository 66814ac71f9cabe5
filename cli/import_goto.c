/* import_goto.c: reads the targets of an alias. */
#include "cli/import_goto.h"

#include <string.h>

#include "lib/base/address.h"

static gboolean is_absence_note(const char *address, const char *target)
{
	g_autofree char *note = g_strdelimit(g_strdup(address), "@", '#');
	gsize length = strlen(note);

	return g_ascii_strncasecmp(target, note, length) == 0 && target[length] == '@';
}

/* As it would be stored here if it is one of the office's. Free: g_free(). */
static char *stored_form(const char *target)
{
	char *own = address_own(target, "goto", NULL);

	return own != NULL ? own : address_any(target, "goto", NULL);
}

static void take_target(
        GPtrArray *to, const SourceAlias *alias, const char *target, GPtrArray *left)
{
	if (is_absence_note(alias->address, target)) {
		g_ptr_array_add(left, g_strdup_printf("%s: its absence note", alias->address));
		return;
	}
	char *address = stored_form(target);
	if (address == NULL)
		g_ptr_array_add(left, g_strdup_printf("%s: leads to %s, which is no address",
		                              alias->address, target));
	else if (!g_ptr_array_find_with_equal_func(to, address, g_str_equal, NULL))
		g_ptr_array_add(to, g_steal_pointer(&address));
	g_free(address);
}

GPtrArray *import_goto(const SourceAlias *alias, GPtrArray *left)
{
	g_auto(GStrv) parts = g_strsplit_set(alias->target, ", \r\n", -1);
	GPtrArray *to = g_ptr_array_new_with_free_func(g_free);

	for (char **part = parts; *part != NULL; part++)
		if (**part != '\0')
			take_target(to, alias, *part, left);
	return to;
}
