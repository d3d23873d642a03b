-- Which declarations figures are about. Rows that are there already count as in scope until `release-monitor refold`
-- makes them anew.
ALTER TABLE release_monitor.declarations
    ADD COLUMN IF NOT EXISTS in_scope UInt8 DEFAULT 1 COMMENT 'figures are about it (rule 14)';
