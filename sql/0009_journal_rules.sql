-- 0009: delivery reports in the journal are entries without text and file names; mailboxes that protect
-- an entry and are nothing else in it (journal_mailbox.role 4); addresses that came to lead elsewhere;
-- which entry of the journal says that an absence note answered.

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

-- The note's entry in the journal (0: unknown), and whether a mailbox protects that: who may know of it
-- (lib/journal/absence_reply.h).
ALTER TABLE absence_reply ADD COLUMN entry_id BIGINT UNSIGNED NOT NULL DEFAULT 0;
ALTER TABLE absence_reply ADD COLUMN protected TINYINT UNSIGNED NOT NULL DEFAULT 0;

-- Those written before: their entry was written in the same transaction, a moment earlier. Nothing
-- that is only read is locked meanwhile: mails come in.
SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED;

UPDATE absence_reply r SET r.entry_id = COALESCE((
	SELECT MAX(e.id) FROM journal_entry e
	 WHERE e.id BETWEEN r.at - 20000000 AND r.at + 1000000 AND e.service = 'vacation'
	   AND e.sender_id = r.mailbox_id AND EXISTS (
		SELECT 1 FROM journal_party p WHERE p.entry_id = e.id AND p.address = r.address)), 0)
 WHERE r.entry_id = 0;

-- An entry that is gone can't say whether it was protected: it may have been if the mailbox ever was VIP.
UPDATE absence_reply r
  LEFT JOIN journal_entry e ON e.id = r.entry_id
  JOIN mailbox m ON m.id = r.mailbox_id
   SET r.protected = COALESCE(e.protected, m.vip = 1 OR EXISTS (
	SELECT 1 FROM change_log c WHERE c.mailbox_id = r.mailbox_id AND c.field = 'vip'))
 WHERE r.protected = 0;

SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ;
