/* pages.h: the handlers of all pages, a file each (named after the first word). */
#ifndef POSTSTELLE_CGI_PAGES_H
#define POSTSTELLE_CGI_PAGES_H

#include "cgi-bin/request.h"

gboolean start_show(Request *req, GError **error);
gboolean extras_show(Request *req, GError **error);
gboolean settings_show(Request *req, GError **error);
gboolean healthz_show(Request *req, GError **error);
gboolean machine_status_show(Request *req, GError **error);

gboolean login_show(Request *req, GError **error);
gboolean login_save(Request *req, GError **error);
gboolean logout_save(Request *req, GError **error);

gboolean my_show(Request *req, GError **error);
gboolean own_passwords_show(Request *req, GError **error);
gboolean own_passwords_save(Request *req, GError **error);
gboolean own_password_revoke_save(Request *req, GError **error);

gboolean mailboxes_show(Request *req, GError **error);
gboolean mailboxes_csv_show(Request *req, GError **error);
gboolean import_show(Request *req, GError **error);
gboolean import_save(Request *req, GError **error);
gboolean bulk_save(Request *req, GError **error);
gboolean bulk_run_show(Request *req, GError **error);
gboolean mailbox_new_show(Request *req, GError **error);
gboolean mailbox_new_save(Request *req, GError **error);
gboolean mailbox_show(Request *req, GError **error);
gboolean mailbox_save(Request *req, GError **error);
gboolean mail_lists_show(Request *req, GError **error);
gboolean mail_lists_save(Request *req, GError **error);
gboolean mail_list_show(Request *req, GError **error);
gboolean mail_list_change(Request *req, GError **error);
gboolean mail_list_remove(Request *req, GError **error);
gboolean forward_show(Request *req, GError **error);
gboolean forward_change(Request *req, GError **error);
gboolean mailbox_address_show(Request *req, GError **error);
gboolean mailbox_address_save(Request *req, GError **error);
gboolean mailbox_delete_show(Request *req, GError **error);
gboolean mailbox_delete_save(Request *req, GError **error);
gboolean mailbox_restore_save(Request *req, GError **error);
gboolean alias_save(Request *req, GError **error);
gboolean alias_delete(Request *req, GError **error);
gboolean delivery_check_save(Request *req, GError **error);
gboolean access_show(Request *req, GError **error);
gboolean access_password(Request *req, GError **error);
gboolean new_password_show(Request *req, GError **error);
gboolean new_password_save(Request *req, GError **error);

gboolean access_send_show(Request *req, GError **error);
gboolean access_send_save(Request *req, GError **error);
gboolean access_sent_show(Request *req, GError **error);
gboolean access_link_show(Request *req, GError **error);
gboolean access_link_save(Request *req, GError **error);

gboolean autoconfig_show(Request *req, GError **error);
gboolean autodiscover_show(Request *req, GError **error);
gboolean autodiscover_save(Request *req, GError **error);
gboolean autodiscover_json_show(Request *req, GError **error);
gboolean profile_show(Request *req, GError **error);
gboolean profile_link_show(Request *req, GError **error);

gboolean absence_note_show(Request *req, GError **error);
gboolean absence_note_save(Request *req, GError **error);

gboolean assignments_show(Request *req, GError **error);
gboolean assignments_save(Request *req, GError **error);
gboolean assignment_end_save(Request *req, GError **error);

gboolean users_show(Request *req, GError **error);
gboolean user_new_show(Request *req, GError **error);
gboolean user_new_save(Request *req, GError **error);
gboolean user_show(Request *req, GError **error);
gboolean user_save(Request *req, GError **error);
gboolean user_assignments_save(Request *req, GError **error);
gboolean password_link_save(Request *req, GError **error);
gboolean leave_show(Request *req, GError **error);
gboolean leave_save(Request *req, GError **error);
gboolean leave_send(Request *req, GError **error);
gboolean welcome_show(Request *req, GError **error);
gboolean welcome_save(Request *req, GError **error);

gboolean domains_show(Request *req, GError **error);
gboolean domains_save(Request *req, GError **error);
gboolean domain_show(Request *req, GError **error);
gboolean domain_save(Request *req, GError **error);
gboolean settings_other_show(Request *req, GError **error);
gboolean settings_other_save(Request *req, GError **error);
gboolean journal_show(Request *req, GError **error);
gboolean journal_entry_show(Request *req, GError **error);
gboolean changes_show(Request *req, GError **error);
gboolean help_show(Request *req, GError **error);
gboolean account_show(Request *req, GError **error);
gboolean account_save(Request *req, GError **error);

#endif
