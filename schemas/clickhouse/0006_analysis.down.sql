-- Takes back 0006: views only, no row goes with them.

DROP VIEW IF EXISTS release_monitor.by_kind_transport;

DROP VIEW IF EXISTS release_monitor.interval_distribution;

DROP VIEW IF EXISTS release_monitor.trade_monthly;

DROP VIEW IF EXISTS release_monitor.release_shares;

DROP VIEW IF EXISTS release_monitor.arrival_pattern;

DROP VIEW IF EXISTS release_monitor.channel_migration;

DROP VIEW IF EXISTS release_monitor.stage_waterfall;
