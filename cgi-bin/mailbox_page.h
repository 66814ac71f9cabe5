/* mailbox_page.h: the page of one mailbox, which several handlers show. */
#ifndef POSTSTELLE_CGI_MAILBOX_PAGE_H
#define POSTSTELLE_CGI_MAILBOX_PAGE_H

#include "cgi-bin/request.h"
#include "lib/mail/smtp_probe.h"
#include "lib/mailbox/mailbox.h"
#include "lib/office/setting.h"

/* The mailbox of {id}, if it isn't deleted; NULL and error (not found) otherwise. */
Mailbox *mailbox_page_load(Request *req, GError **error);

/* Title and place of a page about the mailbox: below the list for administrators, below Meine
 * Postfächer for others. title_key's {1} is the address. crumb: the page's own step, NULL for the
 * mailbox itself. */
void mailbox_page_begin(
        Request *req, const Mailbox *mailbox, const char *title_key, const char *crumb);

/* Shows Postfach bearbeiten. After a refused form, its values (f.NAME) have been set before. */
gboolean mailbox_page_show(Request *req, int status, const Mailbox *mailbox, GError **error);
/* The same of the mailbox that came with the session; takes its users. */
gboolean mailbox_page_show_opened(Request *req, MailboxOpened *opened, GError **error);

/* m.usage: how full it is, and its limit. */
void mailbox_page_usage(Request *req, const Mailbox *mailbox);
/* The same as a ready text. Free: g_free(). */
char *mailbox_page_usage_text(Request *req, const Mailbox *mailbox);
/* "a, b, c": the texts at that offset in each element's struct; NULL for an empty list. Free:
 * g_free(). */
char *mailbox_page_joined(const GPtrArray *list, gsize offset);

/* m.waits: the end of its open sessions is still to come, since the agent doesn't do it. */
gboolean mailbox_page_waits(Request *req, const Mailbox *mailbox, GError **error);

/* f.NAME from what is saved. */
void mailbox_page_fields(Request *req, const Mailbox *mailbox);
/* The same of a conflict: what was typed stands in the fields that were touched (conflict.h). */
void mailbox_page_conflict(Request *req, const Mailbox *saved);
/* m.sees: how recipients see the mailbox. */
gboolean mailbox_page_sender(Request *req, const Mailbox *mailbox, GError **error);

/* The office's servers as NODE.N.purpose, .name, .host, .port, .security and .text. */
void mailbox_page_servers(Request *req, const Setting *setting, const char *node);

/* The mail server's answer in words and verbatim (delivery_check.cst). NULL: it didn't answer. */
void mailbox_page_delivery(Request *req, const SmtpReply *reply);

#endif
