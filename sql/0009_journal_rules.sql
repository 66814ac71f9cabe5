-- 0009: delivery reports in the journal are entries without text and file names; mailboxes that protect
-- an entry and are nothing else in it (journal_mailbox.role 4); addresses that came to lead elsewhere.

-- 1: text and file names were left out, whatever the mail had (Poststelle's own, delivery reports and
-- receipts). NULL: written by a version that kept those of reports; `poststelle migrate` looks at
-- these (lib/journal/journal_reports.h).
ALTER TABLE journal_entry ADD COLUMN bare TINYINT UNSIGNED NULL;

-- Updates of many rows, which take longer than a statement should: the last number that is done.
CREATE TABLE IF NOT EXISTS update_step (
	name VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	done_to BIGINT UNSIGNED NOT NULL,
	PRIMARY KEY (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

INSERT IGNORE INTO update_step (name, done_to) VALUES ('journal_reports', 0);

-- Which address came to lead elsewhere (or nowhere), and whose it is or was. at: by when that was
-- over; a little in the future while it is being done (lib/mailbox/address_change.h).
CREATE TABLE IF NOT EXISTS address_change (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
	at BIGINT UNSIGNED NOT NULL,
	address VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	mailbox_id BIGINT UNSIGNED NOT NULL,
	PRIMARY KEY (id),
	KEY address_change_at (at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
