-- 0021: the storage that a new mailbox begins with (MB; 0 = without limit).

ALTER TABLE setting ADD COLUMN default_quota_mb INT UNSIGNED NOT NULL DEFAULT 0;
