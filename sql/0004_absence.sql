-- 0004: absence notes (Abwesenheitsnotiz), and whom they answered.

-- A mailbox without a row has no note yet. starts_on and ends_on are the dates as typed, in the
-- office's time zone, both inclusive; starts_at and ends_at the same as instants, computed at save
-- (half-open; 0 = without limit). generation counts up when the memory of whom the note answered
-- begins anew. script is the ready Sieve script, script_id the hash of its whole text (Dovecot
-- keeps a compiled script under its id): both NULL unless the note is switched on.
CREATE TABLE IF NOT EXISTS absence (
	mailbox_id BIGINT UNSIGNED NOT NULL,
	version INT UNSIGNED NOT NULL DEFAULT 1,
	active TINYINT UNSIGNED NOT NULL DEFAULT 0,
	subject VARCHAR(255) NOT NULL DEFAULT '',
	body MEDIUMTEXT NOT NULL,
	starts_on DATE NULL,
	ends_on DATE NULL,
	starts_at BIGINT UNSIGNED NOT NULL DEFAULT 0,
	ends_at BIGINT UNSIGNED NOT NULL DEFAULT 0,
	generation INT UNSIGNED NOT NULL DEFAULT 1,
	script MEDIUMTEXT NULL,
	script_id CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
	PRIMARY KEY (mailbox_id),
	CONSTRAINT absence_mailbox_fk FOREIGN KEY (mailbox_id) REFERENCES mailbox (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Which address the note answered when, a row a reply; written by the milter's role journal.
CREATE TABLE IF NOT EXISTS absence_reply (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
	mailbox_id BIGINT UNSIGNED NOT NULL,
	generation INT UNSIGNED NOT NULL,
	address VARCHAR(320) NOT NULL,
	at BIGINT UNSIGNED NOT NULL,
	PRIMARY KEY (id),
	KEY absence_reply_mailbox (mailbox_id, at, id),
	CONSTRAINT absence_reply_mailbox_fk FOREIGN KEY (mailbox_id) REFERENCES mailbox (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
