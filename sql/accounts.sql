-- The database and its six accounts, made once by the database's administrator; words between @
-- signs are filled in by mail/fill. The rights of all but the owner are in grants.sql, which is
-- run after every migration.

CREATE DATABASE IF NOT EXISTS `@DB_NAME@` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Migrations, and the command line run by root.
CREATE USER IF NOT EXISTS 'poststelle_owner'@'localhost' IDENTIFIED BY '@DB_PASSWORD_OWNER@';
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, REFERENCES, CREATE VIEW, SHOW VIEW
	ON `@DB_NAME@`.* TO 'poststelle_owner'@'localhost';

CREATE USER IF NOT EXISTS 'poststelle_web'@'localhost' IDENTIFIED BY '@DB_PASSWORD_WEB@';
CREATE USER IF NOT EXISTS 'poststelle_milter'@'localhost' IDENTIFIED BY '@DB_PASSWORD_MILTER@';
CREATE USER IF NOT EXISTS 'poststelle_agent'@'localhost' IDENTIFIED BY '@DB_PASSWORD_AGENT@';
CREATE USER IF NOT EXISTS 'poststelle_postfix'@'localhost' IDENTIFIED BY '@DB_PASSWORD_POSTFIX@';
CREATE USER IF NOT EXISTS 'poststelle_dovecot'@'localhost' IDENTIFIED BY '@DB_PASSWORD_DOVECOT@';
