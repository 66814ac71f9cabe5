-- 0006: access data that was sent, and its one-time links (lib/mailbox/access_link.h).

-- A row each time that somebody sends access data. token_hash NULL: the password went in clear
-- text. user_id: whose contact address the recipient is. sent_at 0: the mail server did not take
-- it. opened_at: when the link showed the password, once. void_at: since when it is void, and why
-- (password, deleted, assignment, failed).
CREATE TABLE IF NOT EXISTS access_link (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
	mailbox_id BIGINT UNSIGNED NOT NULL,
	token_hash BINARY(32) NULL,
	recipient VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	user_id BIGINT UNSIGNED NULL,
	made_by BIGINT UNSIGNED NULL,
	actor VARCHAR(255) NOT NULL,
	made_at BIGINT UNSIGNED NOT NULL,
	expires_at BIGINT UNSIGNED NOT NULL,
	sent_at BIGINT UNSIGNED NOT NULL DEFAULT 0,
	opened_at BIGINT UNSIGNED NOT NULL DEFAULT 0,
	void_at BIGINT UNSIGNED NOT NULL DEFAULT 0,
	void_reason VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
	PRIMARY KEY (id),
	UNIQUE KEY access_link_token (token_hash),
	KEY access_link_mailbox (mailbox_id, id),
	KEY access_link_made (made_at),
	CONSTRAINT access_link_mailbox_fk FOREIGN KEY (mailbox_id) REFERENCES mailbox (id),
	CONSTRAINT access_link_user_fk FOREIGN KEY (user_id) REFERENCES user (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
