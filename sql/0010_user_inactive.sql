-- 0010: when users were inactive, so that nobody is said to know a password that was made and
-- given up meanwhile (lib/mailbox/mailbox_secret.h).

-- A row for each time that is over; the present one is user.deactivated_at. Half-open.
CREATE TABLE IF NOT EXISTS user_inactive (
	user_id BIGINT UNSIGNED NOT NULL,
	began_at BIGINT UNSIGNED NOT NULL,
	ended_at BIGINT UNSIGNED NOT NULL,
	PRIMARY KEY (user_id, began_at),
	CONSTRAINT user_inactive_user_fk FOREIGN KEY (user_id) REFERENCES user (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
