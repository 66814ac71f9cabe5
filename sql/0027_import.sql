-- 0027: mailboxes taken in from a table (lib/mailbox/import.h): a run (bulk_run, action import), its lines,
-- and the mailboxes that are written and not to be seen before all are: mailbox.deleted is 3 for them.

-- back: 0 goes on, 1 what was written is taken back, 2 that is done. The line at fault, if one was.
CREATE TABLE IF NOT EXISTS import_run (
	run_id BIGINT UNSIGNED NOT NULL,
	line_count INT UNSIGNED NOT NULL,
	done INT UNSIGNED NOT NULL DEFAULT 0,
	done_line INT UNSIGNED NOT NULL DEFAULT 0,
	back TINYINT UNSIGNED NOT NULL DEFAULT 0,
	fault_line INT UNSIGNED NOT NULL DEFAULT 0,
	fault_column VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
	fault_reason VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
	fault_value VARCHAR(255) NOT NULL DEFAULT '',
	PRIMARY KEY (run_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- content: what the line says, as the program writes it. The rows go when the run has ended.
CREATE TABLE IF NOT EXISTS import_line (
	run_id BIGINT UNSIGNED NOT NULL,
	line INT UNSIGNED NOT NULL,
	content MEDIUMTEXT NOT NULL,
	PRIMARY KEY (run_id, line)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS import_user (
	run_id BIGINT UNSIGNED NOT NULL,
	mailbox_id BIGINT UNSIGNED NOT NULL,
	user_id BIGINT UNSIGNED NOT NULL,
	PRIMARY KEY (run_id, mailbox_id, user_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The mailboxes of deleted = 3 once more, for the list, whose keys don't know that.
CREATE TABLE IF NOT EXISTS mailbox_hidden (
	mailbox_id BIGINT UNSIGNED NOT NULL,
	run_id BIGINT UNSIGNED NOT NULL,
	line INT UNSIGNED NOT NULL,
	PRIMARY KEY (mailbox_id),
	KEY mailbox_hidden_run (run_id, line)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
