-- 0005: the journal: one entry per mail, and who may read it.
--
-- An entry's number is the instant of its mail (microseconds, + 1 while taken): order, cursor and
-- period in one column. The truth is journal_entry, journal_mailbox and the intervals of
-- assignment; journal_reader is an index of it, written with the mail and never changed after that
-- (lib/journal/journal_rows.h; `poststelle journal check` compares). No foreign keys: old numbers stay.

CREATE TABLE IF NOT EXISTS journal_entry (
	id BIGINT UNSIGNED NOT NULL,
	-- a mail's own key: a COMMIT whose answer was lost is asked again with the same
	mail_key VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	-- outside, submission, vacation, own, local
	service VARCHAR(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	sender_id BIGINT UNSIGNED NOT NULL DEFAULT 0, -- the sending mailbox; 0: none of the office's
	protected TINYINT UNSIGNED NOT NULL,          -- a mailbox of the entry protects it
	named INT UNSIGNED NOT NULL,                  -- addresses in To and Cc (never Bcc)
	envelope_from VARCHAR(320) NOT NULL,
	-- for the list: the first address of From with its name, the first two of To and Cc
	sender VARCHAR(640) NOT NULL,
	recipients VARCHAR(700) NOT NULL,
	subject VARCHAR(1000) NOT NULL,
	PRIMARY KEY (id),
	UNIQUE KEY journal_entry_mail (mail_key)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- folded: the words of names, addresses (not Bcc), subject, text and attachments' names, each with
-- a blank before it (lib/base/fold.h).
CREATE TABLE IF NOT EXISTS journal_text (
	entry_id BIGINT UNSIGNED NOT NULL,
	has_bcc TINYINT UNSIGNED NOT NULL,
	text MEDIUMTEXT NULL,
	folded MEDIUMBLOB NOT NULL,
	PRIMARY KEY (entry_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The office's mailboxes of an entry. role: 0 from, 1 to, 2 cc, 3 bcc; one row as sender and one as
-- receiver at most. reached 0: only a header names it, which gives its users no right. protects:
-- VIP at the time of the mail, and not exempt by the switch of that time.
CREATE TABLE IF NOT EXISTS journal_mailbox (
	entry_id BIGINT UNSIGNED NOT NULL,
	mailbox_id BIGINT UNSIGNED NOT NULL,
	role TINYINT UNSIGNED NOT NULL,
	reached TINYINT UNSIGNED NOT NULL,
	protects TINYINT UNSIGNED NOT NULL,
	PRIMARY KEY (entry_id, mailbox_id, role)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The addresses of an entry, as the headers name them in their order; 3: recipients that no header
-- names; 4: recipients whose mailbox a header names by another address. folded: words of a role 3.
CREATE TABLE IF NOT EXISTS journal_party (
	entry_id BIGINT UNSIGNED NOT NULL,
	role TINYINT UNSIGNED NOT NULL,
	place INT UNSIGNED NOT NULL,
	address_id BIGINT UNSIGNED NOT NULL,
	mailbox_id BIGINT UNSIGNED NOT NULL DEFAULT 0, -- whose address it is; 0: nobody's here
	address VARCHAR(320) NOT NULL,
	name VARCHAR(255) NOT NULL,
	folded VARBINARY(1024) NOT NULL DEFAULT '',
	PRIMARY KEY (entry_id, role, place)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS journal_attachment (
	entry_id BIGINT UNSIGNED NOT NULL,
	place INT UNSIGNED NOT NULL,
	name VARCHAR(255) NOT NULL,
	size BIGINT UNSIGNED NOT NULL,
	PRIMARY KEY (entry_id, place)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- A number for each address that entries name, for the filter by participant.
CREATE TABLE IF NOT EXISTS journal_address (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
	address VARCHAR(320) NOT NULL,
	PRIMARY KEY (id),
	UNIQUE KEY journal_address_address (address)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Who may read what: topic 0 every entry, a mailbox, or an address (lib/journal/journal_rows.h).
-- user_id: a reader; 0: everybody with the right Alle. No other index: a page is a range of this key.
CREATE TABLE IF NOT EXISTS journal_reader (
	topic BIGINT UNSIGNED NOT NULL,
	user_id BIGINT UNSIGNED NOT NULL,
	entry_id BIGINT UNSIGNED NOT NULL,
	PRIMARY KEY (topic, user_id, entry_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
