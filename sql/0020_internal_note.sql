-- 0020: absence notes have a text of their own for senders of the office's domains. The task makes the
-- scripts of the notes that are there anew: they answer fewer programs, and more ways to write To.

ALTER TABLE absence ADD COLUMN internal TINYINT UNSIGNED NOT NULL DEFAULT 0;
ALTER TABLE absence ADD COLUMN internal_body MEDIUMTEXT NOT NULL DEFAULT ('');

INSERT INTO task (kind, mailbox_id, address, created_at, due_at)
VALUES ('scripts', 0, '', UNIX_TIMESTAMP() * 1000000, UNIX_TIMESTAMP() * 1000000);
