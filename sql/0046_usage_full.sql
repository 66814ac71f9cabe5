-- 0046: the keys of nearly_full hold what it is made of as well: a range of a key that begins with a
-- generated column is otherwise mostly not read from the key alone (MariaDB 10.11), a row each.

ALTER TABLE mailbox_usage
	DROP KEY mailbox_usage_full,
	DROP KEY mailbox_usage_full_domain,
	ADD KEY mailbox_usage_full (nearly_full, username, bytes, quota_mb),
	ADD KEY mailbox_usage_full_domain (nearly_full, domain, username, bytes, quota_mb);
