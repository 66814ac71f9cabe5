-- 0034: ways of mail that lead to several: distribution lists (Verteiler), forwards (Weiterleitung), and
-- where these lead in the end.

-- A list's address is a row of address as well, so that no address is taken twice.
ALTER TABLE address MODIFY COLUMN mailbox_id BIGINT UNSIGNED NULL;

ALTER TABLE address ADD COLUMN list_id BIGINT UNSIGNED NULL;

ALTER TABLE address ADD KEY address_list (list_id, address);

-- Whether members of lists, and addresses that mail is forwarded to, may be outside the office.
ALTER TABLE setting ADD COLUMN outside_members TINYINT UNSIGNED NOT NULL DEFAULT 0;

ALTER TABLE setting ADD COLUMN outside_forward TINYINT UNSIGNED NOT NULL DEFAULT 0;

-- who may write to it: all, office, members.
CREATE TABLE IF NOT EXISTS mail_list (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
	domain_id INT UNSIGNED NOT NULL,
	address VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	who VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'all',
	active TINYINT UNSIGNED NOT NULL DEFAULT 1,
	version INT UNSIGNED NOT NULL DEFAULT 1,
	created_at BIGINT UNSIGNED NOT NULL,
	PRIMARY KEY (id),
	UNIQUE KEY mail_list_address (address),
	CONSTRAINT mail_list_domain_fk FOREIGN KEY (domain_id) REFERENCES domain (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- address_id: the row of an address of the office; NULL: outside. A number whose row is gone: the
-- address was somebody's, and who has it now is no member.
CREATE TABLE IF NOT EXISTS mail_list_member (
	list_id BIGINT UNSIGNED NOT NULL,
	address VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	address_id BIGINT UNSIGNED NULL,
	PRIMARY KEY (list_id, address),
	KEY mail_list_member_address (address_id, list_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- ends_on: the last day in the office's time zone; ends_at: the instant after it, 0 = none.
CREATE TABLE IF NOT EXISTS forward (
	mailbox_id BIGINT UNSIGNED NOT NULL,
	keep_copy TINYINT UNSIGNED NOT NULL DEFAULT 1,
	ends_on DATE NULL,
	ends_at BIGINT UNSIGNED NOT NULL DEFAULT 0,
	version INT UNSIGNED NOT NULL DEFAULT 1,
	PRIMARY KEY (mailbox_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS forward_to (
	mailbox_id BIGINT UNSIGNED NOT NULL,
	address VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	address_id BIGINT UNSIGNED NULL,
	PRIMARY KEY (mailbox_id, address),
	KEY forward_to_address (address_id, mailbox_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Where a list or a mailbox leads in the end, whatever is in between (lib/mailbox/way.h). destination: a
-- mailbox's main address or one outside. reached_id: the mailbox, 0 outside. delivers 0: mail only passes
-- it on its way. starts_at, ends_at: from when until before when, 0 = open.
CREATE TABLE IF NOT EXISTS way (
	list_id BIGINT UNSIGNED NOT NULL,
	mailbox_id BIGINT UNSIGNED NOT NULL,
	place INT UNSIGNED NOT NULL,
	destination VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	reached_id BIGINT UNSIGNED NOT NULL,
	delivers TINYINT UNSIGNED NOT NULL,
	starts_at BIGINT UNSIGNED NOT NULL,
	ends_at BIGINT UNSIGNED NOT NULL,
	PRIMARY KEY (list_id, mailbox_id, place)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The addresses on a way: each has to take mail, or nothing goes this way.
CREATE TABLE IF NOT EXISTS way_gate (
	list_id BIGINT UNSIGNED NOT NULL,
	mailbox_id BIGINT UNSIGNED NOT NULL,
	place INT UNSIGNED NOT NULL,
	address_id BIGINT UNSIGNED NOT NULL,
	PRIMARY KEY (list_id, mailbox_id, place, address_id),
	KEY way_gate_address (address_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
