-- 0009: delivery reports in the journal are entries without text and file names; mailboxes that protect
-- an entry and are nothing else in it (journal_mailbox.role 4).

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
