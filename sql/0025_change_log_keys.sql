-- 0025: the change log is read by time, filtered by mailbox, user or kind: each a range of one key,
-- whatever the period. (A number of AUTO_INCREMENT is no order of time where several servers write.)
-- kind is stored: a node that recovers its position (mariadbd --wsrep-recover) can't compute a virtual column
-- when it purges old rows of its key, and tries for ever.

ALTER TABLE change_log ADD COLUMN kind VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin
	GENERATED ALWAYS AS (SUBSTRING_INDEX(action, '.', 1)) STORED;
ALTER TABLE change_log ADD KEY change_log_at (at);
ALTER TABLE change_log ADD KEY change_log_kind (kind, at);
ALTER TABLE change_log DROP KEY change_log_mailbox, ADD KEY change_log_mailbox (mailbox_id, at);
ALTER TABLE change_log DROP KEY change_log_user, ADD KEY change_log_user (user_id, at);
