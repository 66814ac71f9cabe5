-- 0014: the address of the office's webmail, which the access data names; '' if there is none.

ALTER TABLE setting ADD COLUMN webmail_url VARCHAR(255) NOT NULL DEFAULT '';
