-- 0008: sending: when the addresses of purged mailboxes come free.

-- Mailboxes that were purged before the task "free" was there: their addresses come free by it too.
INSERT INTO task (kind, mailbox_id, address, created_at, due_at)
SELECT 'free', m.id, m.address, UNIX_TIMESTAMP() * 1000000, m.deleted_at + 6 * 86400 * 1000000
  FROM mailbox m
 WHERE m.deleted = 2
   AND EXISTS (SELECT 1 FROM address a WHERE a.mailbox_id = m.id)
   AND NOT EXISTS (SELECT 1 FROM task t WHERE t.mailbox_id = m.id AND t.kind = 'free');
