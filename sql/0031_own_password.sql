-- 0031: own passwords: of a user, for a mailbox, a device each; and what a mailbox may be used for.

-- Sending (SMTP), and reading (IMAP, POP3). own_only: the shared password doesn't log in any more.
ALTER TABLE mailbox ADD COLUMN may_send TINYINT UNSIGNED NOT NULL DEFAULT 1;
ALTER TABLE mailbox ADD COLUMN may_log_in TINYINT UNSIGNED NOT NULL DEFAULT 1;
ALTER TABLE mailbox ADD COLUMN own_only TINYINT UNSIGNED NOT NULL DEFAULT 0;

-- Whether mailboxes that are made as VIP take own passwords alone.
ALTER TABLE setting ADD COLUMN own_only_vip TINYINT UNSIGNED NOT NULL DEFAULT 0;

-- secret: SHA-256 of the password, which is random and of 123 bits. ended_at 0: it holds. A row is
-- never used again: nothing that is restored makes an old password hold.
CREATE TABLE IF NOT EXISTS own_password (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
	mailbox_id BIGINT UNSIGNED NOT NULL,
	user_id BIGINT UNSIGNED NOT NULL,
	name VARCHAR(100) NOT NULL,
	secret BINARY(32) NOT NULL,
	made_at BIGINT UNSIGNED NOT NULL,
	ended_at BIGINT UNSIGNED NOT NULL DEFAULT 0,
	-- the last mail that was sent with it
	sent_at BIGINT UNSIGNED NOT NULL DEFAULT 0,
	PRIMARY KEY (id),
	UNIQUE KEY own_password_secret (mailbox_id, secret),
	KEY own_password_mailbox (mailbox_id, ended_at, user_id),
	KEY own_password_user (user_id, ended_at, mailbox_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The last log-in by IMAP and POP3 with each, in seconds since 1970, which Dovecot writes.
CREATE TABLE IF NOT EXISTS own_password_use (
	password_id BIGINT UNSIGNED NOT NULL,
	service VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	last_login BIGINT UNSIGNED NOT NULL DEFAULT 0,
	PRIMARY KEY (password_id, service)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- A one-time link behind which an own password is made, when it is opened: its name.
ALTER TABLE access_link ADD COLUMN own_name VARCHAR(100) NULL;

-- Whose own password a mail was sent with.
ALTER TABLE journal_entry ADD COLUMN writer_id BIGINT UNSIGNED NULL;
