-- 0001: people, domains, mailboxes, addresses, what the list searches, and the change log.
--
-- Instants are BIGINT UNSIGNED microseconds since 1970-01-01 UTC. Addresses and domains are
-- ascii_bin and lower-cased (a case- or accent-blind collation finds müller@ for muller@).
-- Common SQL of MariaDB 10.6+ and MySQL 8. A migration is restartable: every statement stands
-- alone, and what is there already is not an error.

CREATE TABLE IF NOT EXISTS setting (
	id TINYINT UNSIGNED NOT NULL,
	version INT UNSIGNED NOT NULL DEFAULT 1,
	-- counts every change of a domain, so that a worker knows when its copy is old
	domain_stamp BIGINT UNSIGNED NOT NULL DEFAULT 1,
	office_name VARCHAR(255) NOT NULL DEFAULT '',
	contact VARCHAR(255) NOT NULL DEFAULT '',
	timezone VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'Europe/Berlin',
	vip_exempt_cc_bcc TINYINT UNSIGNED NOT NULL DEFAULT 0,
	allow_plain_password TINYINT UNSIGNED NOT NULL DEFAULT 0,
	journal_keep_days INT UNSIGNED NOT NULL DEFAULT 0,
	imap_host VARCHAR(253) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'localhost',
	imap_port SMALLINT UNSIGNED NOT NULL DEFAULT 993,
	imap_security VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'tls',
	pop3_host VARCHAR(253) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'localhost',
	pop3_port SMALLINT UNSIGNED NOT NULL DEFAULT 995,
	pop3_security VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'tls',
	smtp_host VARCHAR(253) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'localhost',
	smtp_port SMALLINT UNSIGNED NOT NULL DEFAULT 465,
	smtp_security VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'tls',
	PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

INSERT IGNORE INTO setting (id) VALUES (1);

-- Random values that the web program makes once (the signature of the cookie before sign-in).
CREATE TABLE IF NOT EXISTS server_secret (
	name VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	value VARBINARY(64) NOT NULL,
	PRIMARY KEY (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- First statement of a count-then-change transaction: UPDATE guard SET value = value + 1.
CREATE TABLE IF NOT EXISTS guard (
	name VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	value BIGINT UNSIGNED NOT NULL DEFAULT 0,
	PRIMARY KEY (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

INSERT IGNORE INTO guard (name) VALUES ('administrators');

-- One row a write transaction: a COMMIT whose answer was lost is asked again with the same key.
CREATE TABLE IF NOT EXISTS write_key (
	write_id BINARY(16) NOT NULL,
	at BIGINT UNSIGNED NOT NULL,
	PRIMARY KEY (write_id),
	KEY write_key_at (at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS user (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
	login VARCHAR(255) NOT NULL,
	name VARCHAR(255) NOT NULL,
	email_name VARCHAR(255) NOT NULL DEFAULT '',
	contact_email VARCHAR(254) NOT NULL DEFAULT '',
	role VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'staff',
	journal_right VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'own',
	active TINYINT UNSIGNED NOT NULL DEFAULT 1,
	locale VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
	password_hash VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NULL,
	signed_in_at BIGINT UNSIGNED NULL,
	version INT UNSIGNED NOT NULL DEFAULT 1,
	created_at BIGINT UNSIGNED NOT NULL,
	deactivated_at BIGINT UNSIGNED NULL,
	PRIMARY KEY (id),
	UNIQUE KEY user_login (login),
	KEY user_name (name, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS session (
	token_hash BINARY(32) NOT NULL,
	user_id BIGINT UNSIGNED NOT NULL,
	created_at BIGINT UNSIGNED NOT NULL,
	seen_at BIGINT UNSIGNED NOT NULL,
	PRIMARY KEY (token_hash),
	KEY session_user (user_id),
	KEY session_seen (seen_at),
	CONSTRAINT session_user_fk FOREIGN KEY (user_id) REFERENCES user (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Failed sign-ins, shared by all workers: a row for account and client address, one with client ''
-- for all unknown addresses of an account, one with login '' for an address over all accounts.
-- known: that address has signed in to that account before; it waits, but is never locked out.
CREATE TABLE IF NOT EXISTS sign_in_attempt (
	login VARCHAR(255) NOT NULL,
	client VARCHAR(45) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	failures INT UNSIGNED NOT NULL DEFAULT 0,
	known TINYINT UNSIGNED NOT NULL DEFAULT 0,
	last_at BIGINT UNSIGNED NOT NULL DEFAULT 0,
	PRIMARY KEY (login, client),
	KEY sign_in_attempt_last (last_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS domain (
	id INT UNSIGNED NOT NULL AUTO_INCREMENT,
	name VARCHAR(253) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	display_name VARCHAR(253) NOT NULL,
	active TINYINT UNSIGNED NOT NULL DEFAULT 1,
	version INT UNSIGNED NOT NULL DEFAULT 1,
	created_at BIGINT UNSIGNED NOT NULL,
	PRIMARY KEY (id),
	UNIQUE KEY domain_name (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- deleted: 0 live, 1 deleted and restorable, 2 purged (only number, old address and times are left).
CREATE TABLE IF NOT EXISTS mailbox (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
	domain_id INT UNSIGNED NOT NULL,
	address VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	email_name VARCHAR(255) NOT NULL DEFAULT '',
	name_sort VARBINARY(512) NOT NULL,
	active TINYINT UNSIGNED NOT NULL DEFAULT 1,
	vip TINYINT UNSIGNED NOT NULL DEFAULT 0,
	quota_mb INT UNSIGNED NOT NULL DEFAULT 0,
	password_hash VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NULL,
	password_sealed VARBINARY(255) NULL,
	password_key_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
	password_changed_at BIGINT UNSIGNED NOT NULL DEFAULT 0,
	version INT UNSIGNED NOT NULL DEFAULT 1,
	created_at BIGINT UNSIGNED NOT NULL,
	deleted TINYINT UNSIGNED NOT NULL DEFAULT 0,
	deleted_at BIGINT UNSIGNED NULL,
	PRIMARY KEY (id),
	KEY mailbox_address (address),
	KEY mailbox_name (deleted, name_sort),
	KEY mailbox_domain_name (deleted, domain_id, name_sort),
	KEY mailbox_deleted (deleted, deleted_at),
	CONSTRAINT mailbox_domain_fk FOREIGN KEY (domain_id) REFERENCES domain (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Every address that is taken: the mailbox's own (is_alias = 0) and its further ones. A deleted
-- mailbox keeps its rows until it is purged, which is what reserves the address.
CREATE TABLE IF NOT EXISTS address (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
	address VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	domain_id INT UNSIGNED NOT NULL,
	mailbox_id BIGINT UNSIGNED NOT NULL,
	is_alias TINYINT UNSIGNED NOT NULL DEFAULT 0,
	created_at BIGINT UNSIGNED NOT NULL,
	PRIMARY KEY (id),
	UNIQUE KEY address_address (address),
	KEY address_mailbox (mailbox_id, is_alias, address),
	CONSTRAINT address_mailbox_fk FOREIGN KEY (mailbox_id) REFERENCES mailbox (id),
	CONSTRAINT address_domain_fk FOREIGN KEY (domain_id) REFERENCES domain (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Written by Dovecot's quota_clone (keyed by address); the row is inserted with the mailbox.
-- domain is for the list by storage within one domain.
CREATE TABLE IF NOT EXISTS mailbox_usage (
	username VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	bytes BIGINT NOT NULL DEFAULT 0,
	messages BIGINT NOT NULL DEFAULT 0,
	domain VARCHAR(253) CHARACTER SET ascii COLLATE ascii_bin
		GENERATED ALWAYS AS (SUBSTRING_INDEX(username, '@', -1)) STORED,
	PRIMARY KEY (username),
	KEY mailbox_usage_bytes (bytes, username),
	KEY mailbox_usage_domain (domain, bytes, username)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Who was assigned when: half-open intervals, never deleted. removed_at 0 = still assigned.
CREATE TABLE IF NOT EXISTS assignment (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
	mailbox_id BIGINT UNSIGNED NOT NULL,
	user_id BIGINT UNSIGNED NOT NULL,
	assigned_at BIGINT UNSIGNED NOT NULL,
	removed_at BIGINT UNSIGNED NOT NULL DEFAULT 0,
	PRIMARY KEY (id),
	UNIQUE KEY assignment_once (mailbox_id, user_id, removed_at),
	KEY assignment_mailbox (mailbox_id, removed_at, user_id),
	KEY assignment_user (user_id, removed_at, mailbox_id),
	CONSTRAINT assignment_mailbox_fk FOREIGN KEY (mailbox_id) REFERENCES mailbox (id),
	CONSTRAINT assignment_user_fk FOREIGN KEY (user_id) REFERENCES user (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The list in address order, one range of one key for every filter: a row for each beginning
-- (1 to 16 octets, and '') of each word of address and name, for any domain (0) and its own, in
-- each state the mailbox is in. state: a active, i inactive, v VIP, n absence note on, d deleted;
-- a live mailbox is in a or i, and may be in v and n beside it.
CREATE TABLE IF NOT EXISTS mailbox_find (
	domain_id INT UNSIGNED NOT NULL,
	state CHAR(1) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	prefix VARBINARY(16) NOT NULL,
	address VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	mailbox_id BIGINT UNSIGNED NOT NULL,
	PRIMARY KEY (domain_id, state, prefix, address)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Two words: pairs of three-letter beginnings, candidates for a check against mailbox_find.
CREATE TABLE IF NOT EXISTS mailbox_pair (
	deleted TINYINT UNSIGNED NOT NULL,
	pair VARBINARY(6) NOT NULL,
	address VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	PRIMARY KEY (deleted, pair, address)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Who changed what. Never a password or token.
CREATE TABLE IF NOT EXISTS change_log (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
	at BIGINT UNSIGNED NOT NULL,
	user_id BIGINT UNSIGNED NULL,
	actor VARCHAR(255) NOT NULL,
	mailbox_id BIGINT UNSIGNED NULL,
	subject VARCHAR(255) NOT NULL,
	action VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	field VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
	old_value TEXT NULL,
	new_value TEXT NULL,
	PRIMARY KEY (id),
	KEY change_log_mailbox (mailbox_id, id),
	KEY change_log_user (user_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What the agent does for the web program, by kind (lib/office/task.h).
CREATE TABLE IF NOT EXISTS task (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
	kind VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	mailbox_id BIGINT UNSIGNED NULL,
	address VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
	created_at BIGINT UNSIGNED NOT NULL,
	due_at BIGINT UNSIGNED NOT NULL,
	done_at BIGINT UNSIGNED NOT NULL DEFAULT 0,
	attempts INT UNSIGNED NOT NULL DEFAULT 0,
	result VARCHAR(255) NOT NULL DEFAULT '',
	PRIMARY KEY (id),
	KEY task_open (done_at, due_at),
	KEY task_mailbox (mailbox_id, kind, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
