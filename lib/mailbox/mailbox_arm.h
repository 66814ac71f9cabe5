/* mailbox_arm.h: a range of a key (MailboxArm), as parts of statements. */
#ifndef POSTSTELLE_LIB_MAILBOX_MAILBOX_ARM_H
#define POSTSTELLE_LIB_MAILBOX_MAILBOX_ARM_H

#include "lib/mailbox/mailbox_plan.h"

/* A key that is read: its columns, named "address" and "mailbox_id", the same without a number (0)
 * where that would need a join, the tables, what they are joined with for the number and for
 * MAILBOX_ROW_COLUMNS, and the range, whose parameters mailbox_arm_values() has. */
typedef struct {
	const char *columns, *unnumbered, *address, *joined, *whole;
	char *tables, *range; /* free: g_free() */
} MailboxArmText;

/* Whether it is a range of mailbox_find. Marks have keys of their own, and so have all mailboxes
 * that aren't deleted: a row that is found by its key costs less than one that is joined. */
gboolean mailbox_arm_is_find(const MailboxArm *arm, const char *prefix);

/* guarded: without mailboxes that aren't to be seen yet (whose keys of their own say so). Free:
 * mailbox_arm_clear(). */
MailboxArmText mailbox_arm_text(const MailboxArm *arm, const char *prefix, gboolean guarded);
void mailbox_arm_clear(MailboxArmText *arm);
/* The range's parameters. prefix is borrowed. */
void mailbox_arm_values(DbValues *values, const MailboxArm *arm, const char *prefix);

/* A condition on the number in a key of mailbox_find: that the mailbox is one to be seen
 * (import.h). Mostly there are none to be hidden, and the server finds that out once. */
#define MAILBOX_ARM_SEEN(number)                                                                   \
	" AND (NOT EXISTS (SELECT 1 FROM mailbox_hidden)"                                          \
	" OR NOT EXISTS (SELECT 1 FROM mailbox_hidden h WHERE h.mailbox_id = " number "))"

#endif
