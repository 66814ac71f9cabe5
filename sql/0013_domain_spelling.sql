-- 0013: the ways in which a domain's name is written: the A-label, and as people type it, composed
-- (NFC) and decomposed (NFD), in lower case. The mail servers find the domain by any of them.

CREATE TABLE IF NOT EXISTS domain_spelling (
	spelling VARCHAR(760) NOT NULL,
	domain_id INT UNSIGNED NOT NULL,
	PRIMARY KEY (spelling),
	KEY domain_spelling_domain (domain_id),
	CONSTRAINT domain_spelling_domain_fk FOREIGN KEY (domain_id) REFERENCES domain (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

INSERT IGNORE INTO domain_spelling (spelling, domain_id)
SELECT name, id FROM domain;

INSERT IGNORE INTO domain_spelling (spelling, domain_id)
SELECT display_name, id FROM domain;

-- A new domain's decomposed spelling is computed by the program, whatever its letters; here it is made
-- of those that German and French have.
INSERT IGNORE INTO domain_spelling (spelling, domain_id)
SELECT REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(display_name,
	'ä', CONCAT('a', _utf8mb4 X'CC88')), 'ö', CONCAT('o', _utf8mb4 X'CC88')), 'ü', CONCAT('u', _utf8mb4 X'CC88')),
	'é', CONCAT('e', _utf8mb4 X'CC81')), 'è', CONCAT('e', _utf8mb4 X'CC80')), 'ê', CONCAT('e', _utf8mb4 X'CC82')),
	'à', CONCAT('a', _utf8mb4 X'CC80')), 'â', CONCAT('a', _utf8mb4 X'CC82')), 'ô', CONCAT('o', _utf8mb4 X'CC82')),
	'ç', CONCAT('c', _utf8mb4 X'CCA7')), id
  FROM domain;
