/* mail_store.h: removes the mail of one mailbox from the mail store, and nothing else. */
#ifndef POSTSTELLE_LIB_BASE_MAIL_STORE_H
#define POSTSTELLE_LIB_BASE_MAIL_STORE_H

#include <glib.h>

#define MAIL_STORE_STEP 2000 /* files and directories a step */

/*
 * Removes the directory of that number below the store, at most MAIL_STORE_STEP entries of it a
 * call; *found says whether something was there, *done whether nothing is left. It can be
 * interrupted at any point and called again. The path is made of the number alone; no symbolic link
 * is followed (one inside goes as a link, one in the directory's place is an error), and no other
 * file system is entered. A store that isn't there is an error, a mailbox's directory that isn't
 * there is not.
 */
gboolean mail_store_remove(
        const char *store, guint64 mailbox_id, gboolean *found, gboolean *done, GError **error);

#endif
