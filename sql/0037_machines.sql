-- 0037: what several machines need.

-- Whoever computes the instants of an absence note writes one of these, whoever changes the office's
-- time zone all (lib/office/absence_period.c).
INSERT IGNORE INTO guard (name) VALUES ('zone0'), ('zone1'), ('zone2'), ('zone3'), ('zone4'), ('zone5'), ('zone6'),
	('zone7');

-- The machines that have a Dovecot and an agent beside it, where there are several (key machine of
-- agent.conf). A task names the machine that has to do it; '' = any (lib/office/task_machine.h).
CREATE TABLE IF NOT EXISTS agent_machine (
	name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	PRIMARY KEY (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
ALTER TABLE task ADD COLUMN machine VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '';
