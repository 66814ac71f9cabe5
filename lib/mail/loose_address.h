/* loose_address.h: which addresses a header may be taken to name, by whatever reads it: for what is
 * only made safer by a false hit, never for what is shown or allowed.
 * Values are looked at in all forms of loose_reading.h.
 */
#ifndef POSTSTELLE_LIB_MAIL_LOOSE_ADDRESS_H
#define POSTSTELLE_LIB_MAIL_LOOSE_ADDRESS_H

#include <glib.h>

#define LOOSE_TEXT_MAX 2097152 /* octets of all readings; a text with more names everybody */

typedef struct LooseText LooseText;

/* Free: loose_text_free(). */
LooseText *loose_text_new(void);
void loose_text_free(LooseText *text);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LooseText, loose_text_free)

/* Adds a header's value as received: any octets. */
void loose_text_add(LooseText *text, const char *value);

/*
 * What may be an address: each run of letters (of any script), digits and ._+- around an @, its
 * edges trimmed, and what of it follows one of ._+-; lower case, domain as A-labels, without an
 * extension. Each once; those that can't be an office's own (not ASCII, too long) are left out.
 * Free: g_ptr_array_unref().
 */
GPtrArray *loose_text_runs(const LooseText *text);

/*
 * Whether a stored address (lower case, domain as A-labels) stands anywhere in the text, in either
 * spelling of its domain, with or without an extension, no letter or digit directly before or
 * after it. Quick for many addresses.
 */
gboolean loose_text_names(LooseText *text, const char *address);

#endif
