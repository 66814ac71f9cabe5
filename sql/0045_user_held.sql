-- 0045: whoever makes something that only an active user may have (an own password, a session, an
-- assignment) counts here, in the row that a deactivation and a new password write (lib/user/user_hold.h).

ALTER TABLE user ADD COLUMN held BIGINT UNSIGNED NOT NULL DEFAULT 0;
