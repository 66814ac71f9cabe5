-- 0042: how many lines the next step of an import takes on: so many that it takes about as long on any
-- machine (lib/base/step_pace.h).
ALTER TABLE import_run ADD COLUMN step_lines SMALLINT UNSIGNED NOT NULL DEFAULT 100;
