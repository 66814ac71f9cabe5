/* routes.c: every address of the program, with the right that it asks for. */
#include "cgi-bin/router.h"

#include "cgi-bin/pages.h"

const Route routes[] = {
        {"GET", "/", RIGHT_SIGNED_IN, start_show, 0},
        {"GET", "/healthz", RIGHT_PUBLIC, healthz_show, 0},
        {"GET", "/login", RIGHT_PUBLIC, login_show, 0},
        {"POST", "/login", RIGHT_PUBLIC, login_save, 0},
        {"POST", "/logout", RIGHT_SIGNED_IN, logout_save, 0},
        {"GET", "/extras", RIGHT_SIGNED_IN, extras_show, 0},
        {"GET", "/settings", RIGHT_SIGNED_IN, settings_show, 0},
        {"GET", "/my", RIGHT_SIGNED_IN, my_show, 0},
        {"GET", "/mailboxes", RIGHT_ADMIN, mailboxes_show, 0},
        {"POST", "/mailboxes", RIGHT_ADMIN, mailbox_new_save, 0},
        {"GET", "/mailboxes/new", RIGHT_ADMIN, mailbox_new_show, 0},
        {"GET", "/mailboxes/{id}", RIGHT_ADMIN, mailbox_show, 0},
        {"POST", "/mailboxes/{id}", RIGHT_ADMIN, mailbox_save, 0},
        {"GET", "/mailboxes/{id}/delete", RIGHT_ADMIN, mailbox_delete_show, 0},
        {"POST", "/mailboxes/{id}/delete", RIGHT_ADMIN, mailbox_delete_save, 0},
        {"POST", "/mailboxes/{id}/restore", RIGHT_ADMIN, mailbox_restore_save, 0},
        {"POST", "/mailboxes/{id}/aliases", RIGHT_ADMIN, alias_save, 0},
        {"POST", "/mailboxes/{id}/aliases/{id}/delete", RIGHT_ADMIN, alias_delete, 0},
        {"POST", "/mailboxes/{id}/delivery-check", RIGHT_MAILBOX, delivery_check_save, 0},
        {"GET", "/mailboxes/{id}/access", RIGHT_MAILBOX, access_show, 0},
        {"POST", "/mailboxes/{id}/access/password", RIGHT_MAILBOX, access_password, 0},
        {"GET", "/mailboxes/{id}/access/new-password", RIGHT_MAILBOX, new_password_show, 0},
        {"POST", "/mailboxes/{id}/access/new-password", RIGHT_MAILBOX, new_password_save, 0},
        {"GET", "/mailboxes/{id}/access/send", RIGHT_MAILBOX, access_send_show, 0},
        {"POST", "/mailboxes/{id}/access/send", RIGHT_MAILBOX, access_send_save, 0},
        {"GET", "/access/{token}", RIGHT_PUBLIC, access_link_show, 0},
        {"POST", "/access/{token}", RIGHT_PUBLIC, access_link_save, 0},
        {"GET", "/domains", RIGHT_ADMIN, domains_show, 0},
        {"POST", "/domains", RIGHT_ADMIN, domains_save, 0},
        {"GET", "/domains/{id}", RIGHT_ADMIN, domain_show, 0},
        {"POST", "/domains/{id}", RIGHT_ADMIN, domain_save, 0},
        {"GET", "/changes", RIGHT_ADMIN, changes_show, 0},
        {"GET", "/account", RIGHT_SIGNED_IN, account_show, 0},
        {"POST", "/account", RIGHT_SIGNED_IN, account_save, 0},
};
const gsize routes_count = G_N_ELEMENTS(routes);
