-- 0043: users whom an import makes in its last step (lib/mailbox/import_people.h), and the mailboxes that they
-- are assigned to then. user_count: how many there were to be made.
CREATE TABLE IF NOT EXISTS import_new_user (
	run_id BIGINT UNSIGNED NOT NULL,
	mailbox_id BIGINT UNSIGNED NOT NULL,
	login VARCHAR(255) NOT NULL,
	name VARCHAR(255) NOT NULL,
	contact_email VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	PRIMARY KEY (run_id, mailbox_id, login)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
ALTER TABLE import_run ADD COLUMN user_count INT UNSIGNED NOT NULL DEFAULT 0;
