-- 0008: sending: when the addresses of purged mailboxes come free, and how much a mailbox may send.

-- Mailboxes that were purged before the task "free" was there: their addresses come free by it too.
INSERT INTO task (kind, mailbox_id, address, created_at, due_at)
SELECT 'free', m.id, m.address, UNIX_TIMESTAMP() * 1000000, m.deleted_at + 6 * 86400 * 1000000
  FROM mailbox m
 WHERE m.deleted = 2
   AND EXISTS (SELECT 1 FROM address a WHERE a.mailbox_id = m.id)
   AND NOT EXISTS (SELECT 1 FROM task t WHERE t.mailbox_id = m.id AND t.kind = 'free');

-- How many recipients the mails that a mailbox sends may have in an hour. 0: without limit; of a
-- mailbox NULL: the office's.
ALTER TABLE setting ADD COLUMN send_limit INT UNSIGNED NOT NULL DEFAULT 500;
ALTER TABLE mailbox ADD COLUMN send_limit INT UNSIGNED NULL;

-- How many there were in each minute (since 1970 UTC); rows older than an hour go with the next mail.
CREATE TABLE IF NOT EXISTS send_count (
	mailbox_id BIGINT UNSIGNED NOT NULL,
	minute INT UNSIGNED NOT NULL,
	recipients INT UNSIGNED NOT NULL,
	PRIMARY KEY (mailbox_id, minute)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Mailboxes whose mails were refused for it: how many and since when, until an hour passed without
-- one; when administrators were told last.
CREATE TABLE IF NOT EXISTS send_refusal (
	mailbox_id BIGINT UNSIGNED NOT NULL,
	first_at BIGINT UNSIGNED NOT NULL,
	last_at BIGINT UNSIGNED NOT NULL,
	mails INT UNSIGNED NOT NULL,
	told_at BIGINT UNSIGNED NOT NULL DEFAULT 0,
	PRIMARY KEY (mailbox_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
