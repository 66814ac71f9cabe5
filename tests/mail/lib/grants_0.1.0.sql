-- What each account may do, table by table; run in the database after every migration by its
-- administrator (mariadb poststelle < grants.sql). Rights are only added, so that running servers
-- never meet a moment without theirs. The owner's are in accounts.sql.

-- Web program: everything that its pages do. No row of a log, an assignment or a mailbox is ever
-- deleted by it.
GRANT SELECT, UPDATE ON setting TO 'poststelle_web'@'localhost';
GRANT SELECT, INSERT ON server_secret TO 'poststelle_web'@'localhost';
GRANT SELECT, UPDATE ON guard TO 'poststelle_web'@'localhost';
GRANT SELECT, INSERT, DELETE ON write_key TO 'poststelle_web'@'localhost';
GRANT SELECT, INSERT, UPDATE ON user TO 'poststelle_web'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON session TO 'poststelle_web'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON sign_in_attempt TO 'poststelle_web'@'localhost';
GRANT SELECT, INSERT, UPDATE ON domain TO 'poststelle_web'@'localhost';
GRANT SELECT, INSERT, UPDATE ON mailbox TO 'poststelle_web'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON address TO 'poststelle_web'@'localhost';
GRANT SELECT, INSERT, UPDATE ON mailbox_usage TO 'poststelle_web'@'localhost';
GRANT SELECT, INSERT, UPDATE ON assignment TO 'poststelle_web'@'localhost';
GRANT SELECT, INSERT, UPDATE ON mailbox_clock TO 'poststelle_web'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON mailbox_find TO 'poststelle_web'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON mailbox_pair TO 'poststelle_web'@'localhost';
GRANT SELECT, INSERT, UPDATE ON absence TO 'poststelle_web'@'localhost';
GRANT SELECT ON absence_reply TO 'poststelle_web'@'localhost';
GRANT SELECT, INSERT, UPDATE ON access_link TO 'poststelle_web'@'localhost';
GRANT SELECT, INSERT ON change_log TO 'poststelle_web'@'localhost';
GRANT SELECT, INSERT ON task TO 'poststelle_web'@'localhost';
GRANT SELECT, INSERT, DELETE ON user_find TO 'poststelle_web'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON password_link TO 'poststelle_web'@'localhost';
GRANT SELECT, INSERT, UPDATE ON password_seen TO 'poststelle_web'@'localhost';
GRANT SELECT, INSERT ON notice TO 'poststelle_web'@'localhost';
GRANT SELECT, INSERT ON notice_reader TO 'poststelle_web'@'localhost';
GRANT INSERT ON mail_queue TO 'poststelle_web'@'localhost';
-- The journal: it reads what journal_reader says, and writes nothing.
GRANT SELECT ON journal_entry TO 'poststelle_web'@'localhost';
GRANT SELECT ON journal_text TO 'poststelle_web'@'localhost';
GRANT SELECT ON journal_mailbox TO 'poststelle_web'@'localhost';
GRANT SELECT ON journal_party TO 'poststelle_web'@'localhost';
GRANT SELECT ON journal_attachment TO 'poststelle_web'@'localhost';
GRANT SELECT ON journal_address TO 'poststelle_web'@'localhost';
GRANT SELECT ON journal_reader TO 'poststelle_web'@'localhost';

-- Milter: whose address it is, and whom an absence note answered.
GRANT SELECT ON address TO 'poststelle_milter'@'localhost';
GRANT SELECT (id, domain_id, address, email_name, active, vip, deleted, deleted_at) ON mailbox
	TO 'poststelle_milter'@'localhost';
GRANT SELECT ON domain TO 'poststelle_milter'@'localhost';
GRANT SELECT (id, login, name, email_name, active) ON user TO 'poststelle_milter'@'localhost';
GRANT SELECT (mailbox_id, generation) ON absence TO 'poststelle_milter'@'localhost';
GRANT INSERT ON absence_reply TO 'poststelle_milter'@'localhost';
-- The journal: it adds entries, and reads none.
GRANT SELECT, INSERT ON write_key TO 'poststelle_milter'@'localhost';
GRANT SELECT (id, vip_exempt_cc_bcc) ON setting TO 'poststelle_milter'@'localhost';
GRANT SELECT, UPDATE ON mailbox_clock TO 'poststelle_milter'@'localhost';
GRANT SELECT ON assignment TO 'poststelle_milter'@'localhost';
GRANT SELECT, INSERT ON journal_address TO 'poststelle_milter'@'localhost';
GRANT INSERT ON journal_entry TO 'poststelle_milter'@'localhost';
GRANT INSERT ON journal_text TO 'poststelle_milter'@'localhost';
GRANT INSERT ON journal_mailbox TO 'poststelle_milter'@'localhost';
GRANT INSERT ON journal_party TO 'poststelle_milter'@'localhost';
GRANT INSERT ON journal_attachment TO 'poststelle_milter'@'localhost';
GRANT INSERT ON journal_reader TO 'poststelle_milter'@'localhost';

-- Agent: its tasks, and the rows of purged mailboxes.
GRANT SELECT, UPDATE ON task TO 'poststelle_agent'@'localhost';
GRANT SELECT, INSERT, DELETE ON write_key TO 'poststelle_agent'@'localhost';
GRANT SELECT, DELETE ON mail_queue TO 'poststelle_agent'@'localhost';
GRANT SELECT ON setting TO 'poststelle_agent'@'localhost';
GRANT SELECT, DELETE ON session TO 'poststelle_agent'@'localhost';
GRANT SELECT, DELETE ON sign_in_attempt TO 'poststelle_agent'@'localhost';
GRANT SELECT (made_at), DELETE ON access_link TO 'poststelle_agent'@'localhost';
GRANT SELECT (id, address, deleted, deleted_at) ON mailbox TO 'poststelle_agent'@'localhost';
GRANT SELECT, DELETE ON address TO 'poststelle_agent'@'localhost';
GRANT SELECT, DELETE ON mailbox_usage TO 'poststelle_agent'@'localhost';
GRANT SELECT (mailbox_id), DELETE ON absence TO 'poststelle_agent'@'localhost';
GRANT SELECT (mailbox_id), DELETE ON absence_reply TO 'poststelle_agent'@'localhost';
-- The journal's retention.
GRANT SELECT (id, journal_keep_days) ON setting TO 'poststelle_agent'@'localhost';
GRANT SELECT ON assignment TO 'poststelle_agent'@'localhost';
GRANT SELECT (id, sender_id, protected), DELETE ON journal_entry TO 'poststelle_agent'@'localhost';
GRANT SELECT (entry_id), DELETE ON journal_text TO 'poststelle_agent'@'localhost';
GRANT SELECT, DELETE ON journal_mailbox TO 'poststelle_agent'@'localhost';
GRANT SELECT (entry_id, role, address_id, mailbox_id), DELETE ON journal_party TO 'poststelle_agent'@'localhost';
GRANT SELECT (entry_id), DELETE ON journal_attachment TO 'poststelle_agent'@'localhost';
GRANT SELECT (id), DELETE ON journal_address TO 'poststelle_agent'@'localhost';
GRANT SELECT, DELETE ON journal_reader TO 'poststelle_agent'@'localhost';

-- Postfix: addresses and states; no hash.
GRANT SELECT ON mail_domain TO 'poststelle_postfix'@'localhost';
GRANT SELECT ON mail_mailbox TO 'poststelle_postfix'@'localhost';
GRANT SELECT ON mail_alias TO 'poststelle_postfix'@'localhost';
GRANT SELECT ON mail_recipient_access TO 'poststelle_postfix'@'localhost';
GRANT SELECT ON mail_transport TO 'poststelle_postfix'@'localhost';
GRANT SELECT ON mail_sender TO 'poststelle_postfix'@'localhost';

-- Dovecot: log-in, storage and absence note; it writes how full a mailbox is, and nothing else.
GRANT SELECT ON mail_login TO 'poststelle_dovecot'@'localhost';
GRANT SELECT ON mail_storage TO 'poststelle_dovecot'@'localhost';
GRANT SELECT ON mail_absence TO 'poststelle_dovecot'@'localhost';
GRANT SELECT, INSERT, UPDATE ON mailbox_usage TO 'poststelle_dovecot'@'localhost';
