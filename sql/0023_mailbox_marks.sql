-- 0023: what the list of mailboxes finds by keys of its own: mailboxes that nobody is assigned to, whose
-- password is known to who shouldn't (lib/office/mailbox_mark.h), and that are nearly full; and when
-- somebody logged in last.
--
-- `poststelle migrate` then fills in what follows from other tables, and the search rows of further
-- addresses (mailbox_find_complete() in lib/mailbox/mailbox_find_check.h).

ALTER TABLE mailbox ADD COLUMN unassigned TINYINT UNSIGNED NOT NULL DEFAULT 1;
ALTER TABLE mailbox ADD COLUMN known TINYINT UNSIGNED NOT NULL DEFAULT 0;
ALTER TABLE mailbox ADD KEY mailbox_unassigned (deleted, unassigned, address);
ALTER TABLE mailbox ADD KEY mailbox_unassigned_domain (deleted, unassigned, domain_id, address);
ALTER TABLE mailbox ADD KEY mailbox_known (deleted, known, address);
ALTER TABLE mailbox ADD KEY mailbox_known_domain (deleted, known, domain_id, address);

-- Dovecot writes bytes, messages and last_login (seconds since 1970; 0 = never); quota_mb is the
-- mailbox's. nearly_full: 90 % of the limit or more.
ALTER TABLE mailbox_usage ADD COLUMN quota_mb INT UNSIGNED NOT NULL DEFAULT 0;
ALTER TABLE mailbox_usage ADD COLUMN last_login BIGINT UNSIGNED NOT NULL DEFAULT 0;
ALTER TABLE mailbox_usage ADD COLUMN nearly_full TINYINT UNSIGNED
	GENERATED ALWAYS AS (IF(quota_mb > 0 AND bytes * 10 >= quota_mb * 9437184, 1, 0)) STORED;
ALTER TABLE mailbox_usage ADD KEY mailbox_usage_full (nearly_full, username);
ALTER TABLE mailbox_usage ADD KEY mailbox_usage_full_domain (nearly_full, domain, username);

INSERT IGNORE INTO guard (name) VALUES ('mailbox_find');
