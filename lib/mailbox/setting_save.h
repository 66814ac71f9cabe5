/* setting_save.h: saves the office's settings, with what follows from them for mailboxes. */
#ifndef POSTSTELLE_LIB_MAILBOX_SETTING_SAVE_H
#define POSTSTELLE_LIB_MAILBOX_SETTING_SAVE_H

#include "lib/office/setting.h"

/* setting_update(); with another time zone the last days of forwards end when they end there, in
 * the same transaction. */
gboolean setting_save(Db *db, const Actor *actor, const Setting *wanted, GError **error);

#endif
