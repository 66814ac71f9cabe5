-- 0048: the list without a word, a state or a user reads its mailboxes by a key of their own: a row that
-- is found by the key costs less than one that is joined with a row of mailbox_find.

ALTER TABLE mailbox ADD KEY mailbox_live (deleted, address);
ALTER TABLE mailbox ADD KEY mailbox_live_domain (deleted, domain_id, address);
