-- 0032: the Auffang-Postfach of a domain: the mailbox that gets what goes to addresses of it that nobody
-- has. NULL: none.

ALTER TABLE domain ADD COLUMN catch_all BIGINT UNSIGNED NULL;

ALTER TABLE domain ADD KEY domain_catch_all (catch_all);
