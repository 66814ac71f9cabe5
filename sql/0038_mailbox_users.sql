-- 0038: the list finds all live mailboxes, and those of a user, in the order of their addresses by one range of
-- mailbox_find each (lib/mailbox/mailbox_find.h): states l (live; prefix ''), p (live) and q (deleted; prefix: the
-- number of the user assigned). A deleted mailbox has no limit in mailbox_usage, so it isn't nearly full.

INSERT IGNORE INTO mailbox_find (domain_id, state, prefix, address, mailbox_id)
SELECT 0, 'l', '', address, id FROM mailbox WHERE deleted IN (0, 3);

INSERT IGNORE INTO mailbox_find (domain_id, state, prefix, address, mailbox_id)
SELECT domain_id, 'l', '', address, id FROM mailbox WHERE deleted IN (0, 3);

INSERT IGNORE INTO mailbox_find (domain_id, state, prefix, address, mailbox_id)
SELECT 0, IF(m.deleted = 0, 'p', 'q'), a.user_id, m.address, m.id
  FROM assignment a JOIN mailbox m ON m.id = a.mailbox_id
 WHERE a.removed_at = 0 AND m.deleted < 2;

INSERT IGNORE INTO mailbox_find (domain_id, state, prefix, address, mailbox_id)
SELECT m.domain_id, IF(m.deleted = 0, 'p', 'q'), a.user_id, m.address, m.id
  FROM assignment a JOIN mailbox m ON m.id = a.mailbox_id
 WHERE a.removed_at = 0 AND m.deleted < 2;

UPDATE mailbox_usage u JOIN mailbox m ON m.address = u.username AND m.deleted = 1 SET u.quota_mb = 0;
