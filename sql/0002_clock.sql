-- 0002: the clock of a mailbox: the instant of the last mail, assignment change or VIP change that
-- concerns it. The lock on its row puts these in one order, on one server and on several
-- (lib/mailbox/mailbox_clock.h).

CREATE TABLE IF NOT EXISTS mailbox_clock (
	mailbox_id BIGINT UNSIGNED NOT NULL,
	at BIGINT UNSIGNED NOT NULL DEFAULT 0,
	PRIMARY KEY (mailbox_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

INSERT IGNORE INTO mailbox_clock (mailbox_id) SELECT id FROM mailbox;
