/* mailbox_query.h: what the list of mailboxes is asked for, as its address and its forms say it. */
#ifndef POSTSTELLE_CGI_MAILBOX_QUERY_H
#define POSTSTELLE_CGI_MAILBOX_QUERY_H

#include "cgi-bin/request.h"
#include "lib/mailbox/mailbox_list.h"

typedef struct {
	MailboxFilter filter;
	const char *sort;  /* as in the address; "" = by address */
	const char *state; /* likewise */
	char *user;        /* as people read and type it; "" = whoever */
	gboolean unclear;  /* user was looked for, and is nobody or several */
	gboolean unknown;  /* another part of a form isn't known */
} MailboxQuery;

/* From the address of a GET; words that are too long are an error of q, a user who isn't clear
 * one of user. Texts are borrowed from req, but for the user. FALSE and error: the database is
 * away. */
gboolean mailbox_query_read(Request *req, MailboxQuery *query, GError **error);
/* From the fields of a form (q, domain, state, user). A domain or state that isn't one is an error
 * of that field. */
gboolean mailbox_query_read_form(Request *req, MailboxQuery *query, GError **error);
void mailbox_query_clear(MailboxQuery *query);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(MailboxQuery, mailbox_query_clear)

/* The path below the prefix that asks for the same, in that order. Free: g_free(). */
char *mailbox_query_path(const char *path, const MailboxQuery *query, const char *sort);

/* Sets f.q, f.state, f.sort, f.domain, f.user (its text) and f.user_id (as typed where that isn't
 * clear: sent again it is refused again, and never everybody). */
void mailbox_query_fill(Request *req, const MailboxQuery *query);
/* Of a list that isn't shown: if its user isn't clear, a link to each who may be meant
 * (list_filter_choice()). */
gboolean mailbox_query_offer(Request *req, const MailboxQuery *query, GError **error);

/* Texts of the list's caption. */
const char *mailbox_query_state_caption(const MailboxQuery *query);
const char *mailbox_query_sort_caption(const MailboxQuery *query);

#endif
