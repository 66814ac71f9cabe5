-- What each account may do, table by table; run in the database after every migration by its
-- administrator (mariadb poststelle < grants.sql). Rights are only added, so that running servers
-- never meet a moment without theirs; but the right to change whole rows, which 0.1 gave, is taken
-- away once. The owner's are in accounts.sql.

-- may_update(account, table, columns): columns that change; '' = none. Where the right to all of them
-- was given, it goes first, and the others with it. (INSERT ... ON DUPLICATE KEY UPDATE asks for the
-- right to all columns that it inserts: Dovecot's use of storage, and what a mailbox has sent.)
DROP PROCEDURE IF EXISTS may_update;
DELIMITER //
CREATE PROCEDURE may_update(IN account VARCHAR(64), IN in_table VARCHAR(64), IN in_columns TEXT)
BEGIN
	DECLARE who VARCHAR(200) DEFAULT CONCAT('\'', account, '\'@\'localhost\'');
	IF EXISTS (SELECT 1 FROM information_schema.TABLE_PRIVILEGES WHERE TABLE_SCHEMA = DATABASE()
			AND TABLE_NAME = in_table AND GRANTEE = who AND PRIVILEGE_TYPE = 'UPDATE') THEN
		SET @statement = CONCAT('REVOKE UPDATE ON `', in_table, '` FROM ', who);
		PREPARE narrow FROM @statement;
		EXECUTE narrow;
	END IF;
	IF in_columns <> '' THEN
		SET @statement = CONCAT('GRANT UPDATE (', in_columns, ') ON `', in_table, '` TO ', who);
		PREPARE narrow FROM @statement;
		EXECUTE narrow;
	END IF;
END //
DELIMITER ;

-- Web program: everything that its pages do. No row of a log, an assignment or a mailbox is ever
-- deleted by it.
GRANT SELECT ON setting TO 'poststelle_web'@'localhost';
CALL may_update('poststelle_web', 'setting', 'version, domain_stamp, office_name, contact, webmail_url, timezone,
	vip_exempt_cc_bcc, allow_plain_password, own_only_vip, journal_keep_days, send_limit, default_quota_mb,
	outside_members, outside_forward, imap_host, imap_port,
	imap_security, pop3_host, pop3_port, pop3_security, smtp_host, smtp_port, smtp_security');
GRANT SELECT, INSERT ON server_secret TO 'poststelle_web'@'localhost';
GRANT SELECT ON guard TO 'poststelle_web'@'localhost';
CALL may_update('poststelle_web', 'guard', 'value');
GRANT SELECT, INSERT, DELETE ON write_key TO 'poststelle_web'@'localhost';
GRANT SELECT, INSERT ON user TO 'poststelle_web'@'localhost';
CALL may_update('poststelle_web', 'user', 'login, name, email_name, contact_email, role, journal_right,
	active, locale, password_hash, signed_in_at, version, deactivated_at, held');
GRANT SELECT, INSERT ON user_inactive TO 'poststelle_web'@'localhost';
GRANT SELECT, INSERT, DELETE ON session TO 'poststelle_web'@'localhost';
CALL may_update('poststelle_web', 'session', 'seen_at');
GRANT SELECT, INSERT, DELETE ON sign_in_attempt TO 'poststelle_web'@'localhost';
CALL may_update('poststelle_web', 'sign_in_attempt', 'failures, last_at');
GRANT SELECT, INSERT ON domain TO 'poststelle_web'@'localhost';
CALL may_update('poststelle_web', 'domain', 'active, version, catch_all, alias_of');
GRANT SELECT, INSERT ON domain_spelling TO 'poststelle_web'@'localhost';
GRANT SELECT, INSERT ON mailbox TO 'poststelle_web'@'localhost';
CALL may_update('poststelle_web', 'mailbox', 'address, domain_id, email_name, note, name_sort, active, vip, quota_mb,
	send_limit, password_hash, password_sealed, password_key_id, password_changed_at, version, deleted, deleted_at,
	unassigned, known, people, absent, has_own, has_ways, may_send, may_log_in, own_only');
GRANT SELECT, INSERT, DELETE ON address TO 'poststelle_web'@'localhost';
CALL may_update('poststelle_web', 'address', 'is_alias');
GRANT SELECT (at, mailbox_id), INSERT, UPDATE (at) ON address_change TO 'poststelle_web'@'localhost';
GRANT SELECT, INSERT, DELETE ON mail_list TO 'poststelle_web'@'localhost';
CALL may_update('poststelle_web', 'mail_list', 'who, active, version');
GRANT SELECT, INSERT, DELETE ON mail_list_member TO 'poststelle_web'@'localhost';
CALL may_update('poststelle_web', 'mail_list_member', '');
GRANT SELECT, INSERT ON forward TO 'poststelle_web'@'localhost';
CALL may_update('poststelle_web', 'forward', 'keep_copy, ends_on, ends_at, version');
GRANT SELECT, INSERT, DELETE ON forward_to TO 'poststelle_web'@'localhost';
CALL may_update('poststelle_web', 'forward_to', '');
GRANT SELECT, INSERT, DELETE ON way TO 'poststelle_web'@'localhost';
CALL may_update('poststelle_web', 'way', '');
GRANT SELECT, INSERT, DELETE ON way_gate TO 'poststelle_web'@'localhost';
CALL may_update('poststelle_web', 'way_gate', '');
GRANT SELECT ON mail_way_open TO 'poststelle_web'@'localhost';
GRANT SELECT, INSERT, DELETE ON mailbox_usage TO 'poststelle_web'@'localhost';
CALL may_update('poststelle_web', 'mailbox_usage', 'username, bytes, messages, last_login, quota_mb');
GRANT SELECT, INSERT ON assignment TO 'poststelle_web'@'localhost';
CALL may_update('poststelle_web', 'assignment', 'removed_at');
GRANT SELECT, INSERT ON mailbox_clock TO 'poststelle_web'@'localhost';
CALL may_update('poststelle_web', 'mailbox_clock', 'at');
GRANT SELECT, INSERT, DELETE ON mailbox_find TO 'poststelle_web'@'localhost';
CALL may_update('poststelle_web', 'mailbox_find', '');
GRANT SELECT, INSERT ON mailbox_count TO 'poststelle_web'@'localhost';
CALL may_update('poststelle_web', 'mailbox_count', 'mailboxes');
GRANT SELECT, INSERT, DELETE ON mailbox_pair TO 'poststelle_web'@'localhost';
CALL may_update('poststelle_web', 'mailbox_pair', '');
GRANT SELECT, INSERT ON absence TO 'poststelle_web'@'localhost';
CALL may_update('poststelle_web', 'absence', 'version, active, subject, body, internal, internal_body,
	starts_on, ends_on, starts_at, ends_at, generation, script, script_id');
GRANT SELECT, INSERT ON own_password TO 'poststelle_web'@'localhost';
CALL may_update('poststelle_web', 'own_password', 'ended_at');
GRANT SELECT ON own_password_use TO 'poststelle_web'@'localhost';
GRANT SELECT ON absence_reply TO 'poststelle_web'@'localhost';
GRANT SELECT, INSERT ON access_link TO 'poststelle_web'@'localhost';
CALL may_update('poststelle_web', 'access_link', 'sent_at, opened_at, void_at, void_reason,
	bounce_token');
GRANT SELECT, INSERT ON change_log TO 'poststelle_web'@'localhost';
GRANT SELECT, INSERT ON task TO 'poststelle_web'@'localhost';
GRANT SELECT ON agent_machine TO 'poststelle_web'@'localhost';
GRANT SELECT, INSERT, DELETE ON user_find TO 'poststelle_web'@'localhost';
GRANT SELECT, INSERT, DELETE ON password_link TO 'poststelle_web'@'localhost';
CALL may_update('poststelle_web', 'password_link', '');
GRANT SELECT, INSERT ON password_seen TO 'poststelle_web'@'localhost';
CALL may_update('poststelle_web', 'password_seen', 'seen_at');
GRANT SELECT, INSERT ON notice TO 'poststelle_web'@'localhost';
GRANT SELECT, INSERT ON notice_reader TO 'poststelle_web'@'localhost';
GRANT INSERT ON mail_queue TO 'poststelle_web'@'localhost';
GRANT SELECT ON send_refusal TO 'poststelle_web'@'localhost';
GRANT SELECT, INSERT ON bulk_run TO 'poststelle_web'@'localhost';
CALL may_update('poststelle_web', 'bulk_run', 'began_at, ended_at');
GRANT SELECT, INSERT ON bulk_user TO 'poststelle_web'@'localhost';
GRANT SELECT, INSERT ON bulk_row TO 'poststelle_web'@'localhost';
CALL may_update('poststelle_web', 'bulk_row', 'state, reason');
GRANT SELECT ON health_run TO 'poststelle_web'@'localhost';
GRANT SELECT ON health_check TO 'poststelle_web'@'localhost';
GRANT SELECT, INSERT ON import_run TO 'poststelle_web'@'localhost';
CALL may_update('poststelle_web', 'import_run', 'done, done_line, step_lines, back, fault_line, fault_column, fault_reason, fault_value');
GRANT SELECT, INSERT, DELETE ON import_line TO 'poststelle_web'@'localhost';
CALL may_update('poststelle_web', 'import_line', '');
GRANT SELECT, INSERT, DELETE ON import_way TO 'poststelle_web'@'localhost';
GRANT SELECT, INSERT, DELETE ON import_user TO 'poststelle_web'@'localhost';
GRANT SELECT, INSERT, DELETE ON import_new_user TO 'poststelle_web'@'localhost';
GRANT SELECT, INSERT, DELETE ON mailbox_hidden TO 'poststelle_web'@'localhost';
GRANT SELECT, DELETE ON hidden_mailbox TO 'poststelle_web'@'localhost';
GRANT SELECT, DELETE ON hidden_clock TO 'poststelle_web'@'localhost';
GRANT SELECT, DELETE ON hidden_usage TO 'poststelle_web'@'localhost';
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
GRANT SELECT (mailbox_id) ON mailbox_hidden TO 'poststelle_milter'@'localhost';
GRANT SELECT (at, address, mailbox_id) ON address_change TO 'poststelle_milter'@'localhost';
GRANT SELECT (id, domain_id, address, email_name, active, vip, deleted, deleted_at, send_limit) ON mailbox
	TO 'poststelle_milter'@'localhost';
GRANT SELECT ON domain TO 'poststelle_milter'@'localhost';
GRANT SELECT (id, login, name, email_name, active) ON user TO 'poststelle_milter'@'localhost';
GRANT SELECT (mailbox_id, generation) ON absence TO 'poststelle_milter'@'localhost';
GRANT INSERT ON absence_reply TO 'poststelle_milter'@'localhost';
-- Where lists and forwards lead, and who may write to a list.
GRANT SELECT ON mail_list TO 'poststelle_milter'@'localhost';
GRANT SELECT ON way TO 'poststelle_milter'@'localhost';
GRANT SELECT ON mail_way_shut TO 'poststelle_milter'@'localhost';
-- How much a mailbox sends, and telling administrators when that is too much.
GRANT SELECT (id, send_limit) ON setting TO 'poststelle_milter'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON send_count TO 'poststelle_milter'@'localhost';
GRANT SELECT, INSERT ON send_refusal TO 'poststelle_milter'@'localhost';
CALL may_update('poststelle_milter', 'send_refusal', 'first_at, last_at, mails, told_at');
GRANT SELECT (role, contact_email, locale) ON user TO 'poststelle_milter'@'localhost';
GRANT INSERT ON notice TO 'poststelle_milter'@'localhost';
GRANT INSERT ON notice_reader TO 'poststelle_milter'@'localhost';
GRANT INSERT ON task TO 'poststelle_milter'@'localhost';
GRANT INSERT ON mail_queue TO 'poststelle_milter'@'localhost';
-- Whose own password it was.
GRANT SELECT (id, mailbox_id, user_id, ended_at, sent_at) ON own_password TO 'poststelle_milter'@'localhost';
CALL may_update('poststelle_milter', 'own_password', 'sent_at');
-- Access data that came back.
GRANT SELECT (bounce_token, bounced_at) ON access_link TO 'poststelle_milter'@'localhost';
CALL may_update('poststelle_milter', 'access_link', 'bounced_at');
-- The journal: it adds entries, and reads none.
GRANT SELECT, INSERT ON write_key TO 'poststelle_milter'@'localhost';
GRANT SELECT (id, vip_exempt_cc_bcc) ON setting TO 'poststelle_milter'@'localhost';
GRANT SELECT ON mailbox_clock TO 'poststelle_milter'@'localhost';
CALL may_update('poststelle_milter', 'mailbox_clock', 'at');
GRANT SELECT ON assignment TO 'poststelle_milter'@'localhost';
GRANT SELECT, INSERT ON journal_address TO 'poststelle_milter'@'localhost';
GRANT INSERT ON journal_entry TO 'poststelle_milter'@'localhost';
GRANT INSERT ON journal_text TO 'poststelle_milter'@'localhost';
GRANT INSERT ON journal_mailbox TO 'poststelle_milter'@'localhost';
GRANT INSERT ON journal_party TO 'poststelle_milter'@'localhost';
GRANT INSERT ON journal_attachment TO 'poststelle_milter'@'localhost';
GRANT INSERT ON journal_reader TO 'poststelle_milter'@'localhost';

-- Agent: its tasks, the rows of purged mailboxes, and what follows from the texts of absence notes.
GRANT SELECT, DELETE ON task TO 'poststelle_agent'@'localhost';
GRANT SELECT, INSERT ON agent_machine TO 'poststelle_agent'@'localhost';
CALL may_update('poststelle_agent', 'task', 'attempts, due_at, done_at, result');
GRANT SELECT, INSERT, DELETE ON write_key TO 'poststelle_agent'@'localhost';
GRANT SELECT, DELETE ON mail_queue TO 'poststelle_agent'@'localhost';
GRANT SELECT ON setting TO 'poststelle_agent'@'localhost';
GRANT SELECT ON guard TO 'poststelle_agent'@'localhost';
CALL may_update('poststelle_agent', 'guard', 'value');
GRANT SELECT, DELETE ON session TO 'poststelle_agent'@'localhost';
GRANT SELECT, DELETE ON sign_in_attempt TO 'poststelle_agent'@'localhost';
GRANT SELECT (made_at), DELETE ON access_link TO 'poststelle_agent'@'localhost';
GRANT SELECT (id, action, made_at, began_at, ended_at), DELETE ON bulk_run TO 'poststelle_agent'@'localhost';
GRANT SELECT (run_id), DELETE ON import_run TO 'poststelle_agent'@'localhost';
GRANT SELECT (run_id), DELETE ON import_line TO 'poststelle_agent'@'localhost';
GRANT SELECT (run_id), DELETE ON import_way TO 'poststelle_agent'@'localhost';
GRANT SELECT (run_id), DELETE ON import_user TO 'poststelle_agent'@'localhost';
GRANT SELECT (run_id), DELETE ON import_new_user TO 'poststelle_agent'@'localhost';
GRANT SELECT (run_id), DELETE ON bulk_user TO 'poststelle_agent'@'localhost';
GRANT SELECT (run_id), DELETE ON bulk_row TO 'poststelle_agent'@'localhost';
GRANT SELECT (id, address, deleted, deleted_at) ON mailbox TO 'poststelle_agent'@'localhost';
GRANT SELECT, DELETE ON address TO 'poststelle_agent'@'localhost';
GRANT SELECT (at), DELETE ON address_change TO 'poststelle_agent'@'localhost';
GRANT SELECT, DELETE ON mailbox_usage TO 'poststelle_agent'@'localhost';
GRANT SELECT, DELETE ON absence TO 'poststelle_agent'@'localhost';
CALL may_update('poststelle_agent', 'absence', 'starts_at, ends_at, script, script_id');
GRANT SELECT ON domain TO 'poststelle_agent'@'localhost';
GRANT SELECT ON mailbox_clock TO 'poststelle_agent'@'localhost';
CALL may_update('poststelle_agent', 'mailbox_clock', 'at');
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
GRANT SELECT ON mail_spelling TO 'poststelle_postfix'@'localhost';
GRANT SELECT ON mail_mailbox TO 'poststelle_postfix'@'localhost';
GRANT SELECT ON mail_alias TO 'poststelle_postfix'@'localhost';
GRANT SELECT ON mail_recipient_access TO 'poststelle_postfix'@'localhost';
GRANT SELECT ON mail_transport TO 'poststelle_postfix'@'localhost';
GRANT SELECT ON mail_sender TO 'poststelle_postfix'@'localhost';
GRANT SELECT ON mail_sender_own TO 'poststelle_postfix'@'localhost';
GRANT SELECT ON mail_session TO 'poststelle_postfix'@'localhost';
GRANT SELECT ON mail_session_own TO 'poststelle_postfix'@'localhost';
GRANT SELECT ON mail_known TO 'poststelle_postfix'@'localhost';
GRANT SELECT ON mail_way_shut TO 'poststelle_postfix'@'localhost';
GRANT SELECT ON mail_way_open TO 'poststelle_postfix'@'localhost';
GRANT SELECT ON mail_forward_way TO 'poststelle_postfix'@'localhost';
GRANT SELECT ON mail_list_way TO 'poststelle_postfix'@'localhost';
GRANT SELECT ON mail_list_access TO 'poststelle_postfix'@'localhost';
GRANT SELECT ON mail_list_transport TO 'poststelle_postfix'@'localhost';
GRANT SELECT ON mail_catch_all TO 'poststelle_postfix'@'localhost';

-- Dovecot: log-in, storage and absence note; it writes how full a mailbox is, and nothing else.
GRANT SELECT ON mail_login_domain TO 'poststelle_dovecot'@'localhost';
GRANT SELECT ON mail_login TO 'poststelle_dovecot'@'localhost';
GRANT SELECT ON mail_login_own TO 'poststelle_dovecot'@'localhost';
GRANT SELECT ON mail_storage TO 'poststelle_dovecot'@'localhost';
GRANT SELECT ON mail_absence TO 'poststelle_dovecot'@'localhost';
GRANT SELECT, INSERT, UPDATE ON mailbox_usage TO 'poststelle_dovecot'@'localhost';
GRANT SELECT, INSERT, UPDATE ON own_password_use TO 'poststelle_dovecot'@'localhost';

DROP PROCEDURE may_update;
