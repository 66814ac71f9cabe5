-- 0047: how many mailboxes the lists without a word hold, kept by who writes mailbox_find
-- (lib/mailbox/mailbox_count.h), so that no page counts them.

CREATE TABLE IF NOT EXISTS mailbox_count (
	domain_id INT UNSIGNED NOT NULL,
	state CHAR(1) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	part TINYINT UNSIGNED NOT NULL,
	mailboxes BIGINT NOT NULL,
	PRIMARY KEY (domain_id, state, part)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
