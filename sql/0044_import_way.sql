-- 0044: lists, forwards and catch-all addresses that an import brings with its mailboxes
-- (lib/mailbox/import_way.h): kept like its lines until its last step writes them.

CREATE TABLE IF NOT EXISTS import_way (
	run_id BIGINT UNSIGNED NOT NULL,
	place INT UNSIGNED NOT NULL,
	content MEDIUMTEXT NOT NULL,
	PRIMARY KEY (run_id, place)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
