-- 0039: what the list of mailboxes shows of other tables stands in the mailbox, written by who changes it
-- (lib/office/mailbox_mark.h). people: how many users are assigned, and the names of the first three, a line each
-- ('': nobody); absent: the absence note is switched on; has_own: somebody has made an own password.

ALTER TABLE mailbox ADD COLUMN people VARCHAR(800) NOT NULL DEFAULT '';
ALTER TABLE mailbox ADD COLUMN absent TINYINT UNSIGNED NOT NULL DEFAULT 0;
ALTER TABLE mailbox ADD COLUMN has_own TINYINT UNSIGNED NOT NULL DEFAULT 0;

UPDATE mailbox m SET m.absent = 1
 WHERE EXISTS (SELECT 1 FROM absence n WHERE n.mailbox_id = m.id AND n.active = 1);

UPDATE mailbox m SET m.has_own = 1 WHERE EXISTS (SELECT 1 FROM own_password o WHERE o.mailbox_id = m.id);

UPDATE mailbox m SET m.people = CONCAT_WS('\n',
	NULLIF((SELECT COUNT(*) FROM assignment a WHERE a.mailbox_id = m.id AND a.removed_at = 0), 0),
	(SELECT p.name FROM assignment a JOIN user p ON p.id = a.user_id
	  WHERE a.mailbox_id = m.id AND a.removed_at = 0 ORDER BY p.name, p.id LIMIT 0, 1),
	(SELECT p.name FROM assignment a JOIN user p ON p.id = a.user_id
	  WHERE a.mailbox_id = m.id AND a.removed_at = 0 ORDER BY p.name, p.id LIMIT 1, 1),
	(SELECT p.name FROM assignment a JOIN user p ON p.id = a.user_id
	  WHERE a.mailbox_id = m.id AND a.removed_at = 0 ORDER BY p.name, p.id LIMIT 2, 1))
 WHERE m.deleted < 2;
