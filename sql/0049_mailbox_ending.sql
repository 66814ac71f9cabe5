-- 0049: the day (of UTC, counted from 1970) on which a mailbox was deleted, so that those that can soon not
-- be restored any more are a few ranges of a key in the order of addresses (lib/mailbox/mailbox_ending.h).
-- The keys hold what it is made of as well: see 0046.

ALTER TABLE mailbox
	ADD COLUMN deleted_day INT UNSIGNED GENERATED ALWAYS AS (deleted_at DIV 86400000000) STORED,
	ADD KEY mailbox_ending (deleted, deleted_day, address, deleted_at),
	ADD KEY mailbox_ending_domain (deleted, deleted_day, domain_id, address, deleted_at);
