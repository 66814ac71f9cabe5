/* sender.h: whose address it is that somebody sends as, for the milter. */
#ifndef POSTSTELLE_LIB_MAILBOX_SENDER_H
#define POSTSTELLE_LIB_MAILBOX_SENDER_H

#include "lib/db/db.h"

typedef struct {
	guint64 mailbox_id;
	char *address;    /* that was asked for */
	char *email_name; /* the mailbox's own, "" for none */
	/* MailboxUser assigned now; who wrote alone, if that is known; empty if the mailbox has a
	 * name of its own */
	GPtrArray *users;
} Sender;

void sender_free(Sender *sender);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Sender, sender_free)

/* The mailbox that an address (stored form), its own or an alias, belongs to; *sender is NULL
 * if there is none or it is deleted. own_password: by which who writes logged in (own_password.h),
 * or 0. FALSE: error. Free: sender_free(). */
gboolean sender_find(
        Db *db, const char *address, guint64 own_password, Sender **sender, GError **error);

/* 1: the address (stored form) is the mailbox's or one of its aliases. 0: not. -1: error. */
int sender_owns(Db *db, const Sender *sender, const char *address, GError **error);

#endif
