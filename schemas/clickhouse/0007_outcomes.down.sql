-- Takes back 0007. The reference data is written again by the next command that reads it; outcomes come from files.
-- loses: enforcement_outcomes

DROP VIEW IF EXISTS release_monitor.yearly_progress;

DROP VIEW IF EXISTS release_monitor.yearly_targets;

DROP VIEW IF EXISTS release_monitor.offices;

DROP TABLE IF EXISTS release_monitor.reference_yearly_targets;

DROP TABLE IF EXISTS release_monitor.reference_offices;

DROP VIEW IF EXISTS release_monitor.outcomes_monthly;

DROP VIEW IF EXISTS release_monitor.outcomes;

DROP VIEW IF EXISTS release_monitor.outcomes_history;

DROP TABLE IF EXISTS release_monitor.enforcement_outcomes;
