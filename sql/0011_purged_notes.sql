-- 0011: what the change log keeps of absence notes of mailboxes that are purged is emptied; who changed
-- one and when stays. From now on a purge does that.

UPDATE change_log SET old_value = NULL, new_value = NULL
 WHERE action = 'absence.changed' AND field IN ('subject', 'body')
   AND mailbox_id IN (SELECT id FROM mailbox WHERE deleted = 2);
