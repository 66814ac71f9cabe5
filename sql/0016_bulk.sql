-- 0016: many mailboxes changed at once (lib/mailbox/bulk.h): a run, whom it is about, and a row for
-- each mailbox. began_at 0: somebody has seen what would change, and not said yes.

CREATE TABLE IF NOT EXISTS bulk_run (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
	token_hash BINARY(32) NOT NULL,
	action VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	quota_mb BIGINT UNSIGNED NOT NULL DEFAULT 0,
	actor_id BIGINT UNSIGNED NOT NULL,
	actor VARCHAR(255) NOT NULL,
	made_at BIGINT UNSIGNED NOT NULL,
	began_at BIGINT UNSIGNED NOT NULL DEFAULT 0,
	ended_at BIGINT UNSIGNED NOT NULL DEFAULT 0,
	PRIMARY KEY (id),
	UNIQUE KEY bulk_run_token (token_hash),
	KEY bulk_run_open (ended_at, began_at),
	KEY bulk_run_made (made_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS bulk_user (
	run_id BIGINT UNSIGNED NOT NULL,
	user_id BIGINT UNSIGNED NOT NULL,
	PRIMARY KEY (run_id, user_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- version, note_version: of mailbox and absence note as they were seen. state: BulkState.
CREATE TABLE IF NOT EXISTS bulk_row (
	run_id BIGINT UNSIGNED NOT NULL,
	mailbox_id BIGINT UNSIGNED NOT NULL,
	version BIGINT UNSIGNED NOT NULL,
	note_version BIGINT UNSIGNED NOT NULL,
	state TINYINT UNSIGNED NOT NULL,
	reason VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
	PRIMARY KEY (run_id, mailbox_id),
	KEY bulk_row_state (run_id, state, mailbox_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
