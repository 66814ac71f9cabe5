-- 0003: people: how users are found, one-time links for their passwords, who has seen a mailbox's
-- password, what the users of a VIP mailbox are told, and the mails that the agent sends.

-- The list of users in the order of their names, one range of one key for every search: a row for
-- each beginning (1 to 16 octets, and '') of each word of name and log-in (lib/user/user_list.h).
CREATE TABLE IF NOT EXISTS user_find (
	prefix VARBINARY(16) NOT NULL,
	sort VARBINARY(512) NOT NULL,
	user_id BIGINT UNSIGNED NOT NULL,
	PRIMARY KEY (prefix, sort, user_id),
	KEY user_find_user (user_id),
	CONSTRAINT user_find_user_fk FOREIGN KEY (user_id) REFERENCES user (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- At most one link a user; the row goes when it is used or void.
CREATE TABLE IF NOT EXISTS password_link (
	user_id BIGINT UNSIGNED NOT NULL,
	token_hash BINARY(32) NOT NULL,
	expires_at BIGINT UNSIGNED NOT NULL,
	PRIMARY KEY (user_id),
	UNIQUE KEY password_link_token (token_hash),
	CONSTRAINT password_link_user_fk FOREIGN KEY (user_id) REFERENCES user (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- When a user last saw the password of a mailbox.
CREATE TABLE IF NOT EXISTS password_seen (
	mailbox_id BIGINT UNSIGNED NOT NULL,
	user_id BIGINT UNSIGNED NOT NULL,
	seen_at BIGINT UNSIGNED NOT NULL,
	PRIMARY KEY (mailbox_id, user_id),
	CONSTRAINT password_seen_mailbox_fk FOREIGN KEY (mailbox_id) REFERENCES mailbox (id),
	CONSTRAINT password_seen_user_fk FOREIGN KEY (user_id) REFERENCES user (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What the users of a VIP mailbox are told. actor and person are name and log-in as they were;
-- actor '' is the command line.
CREATE TABLE IF NOT EXISTS notice (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
	at BIGINT UNSIGNED NOT NULL,
	mailbox_id BIGINT UNSIGNED NOT NULL,
	kind VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	actor VARCHAR(600) NOT NULL,
	person VARCHAR(600) NOT NULL DEFAULT '',
	PRIMARY KEY (id),
	CONSTRAINT notice_mailbox_fk FOREIGN KEY (mailbox_id) REFERENCES mailbox (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Who is told: the users assigned when it happened.
CREATE TABLE IF NOT EXISTS notice_reader (
	user_id BIGINT UNSIGNED NOT NULL,
	notice_id BIGINT UNSIGNED NOT NULL,
	PRIMARY KEY (user_id, notice_id),
	CONSTRAINT notice_reader_notice_fk FOREIGN KEY (notice_id) REFERENCES notice (id),
	CONSTRAINT notice_reader_user_fk FOREIGN KEY (user_id) REFERENCES user (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Mails that the agent hands over, a task (kind mail) each; the row goes when it is done. What the
-- mail says is in templates/mail, by kind.
CREATE TABLE IF NOT EXISTS mail_queue (
	task_id BIGINT UNSIGNED NOT NULL,
	recipient VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	languages VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	kind VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	at BIGINT UNSIGNED NOT NULL,
	mailbox VARCHAR(254) NOT NULL DEFAULT '',
	actor VARCHAR(600) NOT NULL DEFAULT '',
	person VARCHAR(600) NOT NULL DEFAULT '',
	PRIMARY KEY (task_id),
	CONSTRAINT mail_queue_task_fk FOREIGN KEY (task_id) REFERENCES task (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
