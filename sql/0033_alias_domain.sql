-- 0033: alias domains: every address of one is that of another, alias_of. Its addresses are rows of
-- address like any other, each a further address of whoever has the same name in the other domain;
-- twin_of names that row.

ALTER TABLE domain ADD COLUMN alias_of INT UNSIGNED NULL;

ALTER TABLE domain ADD KEY domain_alias_of (alias_of);

ALTER TABLE address ADD COLUMN twin_of BIGINT UNSIGNED NULL;

ALTER TABLE address ADD KEY address_twin_of (twin_of);

-- What changes where mail goes from one address on (alias domains, lists, forwards) is one after the other.
INSERT IGNORE INTO guard (name) VALUES ('ways');
