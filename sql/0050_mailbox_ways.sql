-- 0050: what the page of a mailbox reads of other tables beside its users is looked for only where there may be
-- some: has_ways (a list names it, it has a forward), written by who makes it and never taken back
-- (lib/office/mailbox_mark.h). Who inserts a mailbox and says nothing of it leaves it open.

ALTER TABLE mailbox ADD COLUMN has_ways TINYINT UNSIGNED NOT NULL DEFAULT 1;

UPDATE mailbox m SET m.has_ways = 0
 WHERE NOT EXISTS (SELECT 1 FROM forward_to f WHERE f.mailbox_id = m.id)
   AND NOT EXISTS (SELECT 1 FROM address a JOIN mail_list_member x ON x.address_id = a.id WHERE a.mailbox_id = m.id);
