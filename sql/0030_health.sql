-- 0030_health.sql: what poststelle doctor --record found, a row a machine and a row a check; the page
-- Zustand shows it.

CREATE TABLE IF NOT EXISTS health_run (
	machine VARCHAR(255) NOT NULL,
	recorded_at BIGINT UNSIGNED NOT NULL,
	PRIMARY KEY (machine)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- position: the order of the checks; name: the check's key (T.health.check.NAME); state: lib/office/health.h
CREATE TABLE IF NOT EXISTS health_check (
	machine VARCHAR(255) NOT NULL,
	position INT UNSIGNED NOT NULL,
	name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	state INT UNSIGNED NOT NULL,
	found TEXT NOT NULL,
	advice TEXT NOT NULL,
	PRIMARY KEY (machine, position)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
