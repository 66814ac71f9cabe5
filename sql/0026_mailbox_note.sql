-- 0026: what a mailbox is for: one line, whose words the list finds (lib/mailbox/mailbox_find.h).

ALTER TABLE mailbox ADD COLUMN note VARCHAR(255) NOT NULL DEFAULT '';
