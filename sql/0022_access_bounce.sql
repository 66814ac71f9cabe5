-- 0022: access data whose mail came back. bounce_token stands in the mail's envelope sender; bounced_at:
-- when a report said first that it could not be delivered (lib/mailbox/access_bounce.h).

ALTER TABLE access_link ADD COLUMN bounce_token CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL;
ALTER TABLE access_link ADD COLUMN bounced_at BIGINT UNSIGNED NOT NULL DEFAULT 0;
ALTER TABLE access_link ADD UNIQUE KEY access_link_bounce (bounce_token);
