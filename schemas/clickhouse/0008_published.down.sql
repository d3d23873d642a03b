-- Takes back 0008. What was published, and what differed from it, is written down nowhere else.
-- loses: publication_revisions, published_reports, published_declarations, published_positions, publication_log, publication_figure_log

DROP VIEW IF EXISTS release_monitor.publication_figure_differences;

DROP VIEW IF EXISTS release_monitor.publication_declarations;

DROP VIEW IF EXISTS release_monitor.publication_differences;

DROP VIEW IF EXISTS release_monitor.reported_declarations;

DROP VIEW IF EXISTS release_monitor.publications;

DROP TABLE IF EXISTS release_monitor.publication_figure_log;

DROP TABLE IF EXISTS release_monitor.publication_log;

DROP TABLE IF EXISTS release_monitor.published_positions;

DROP TABLE IF EXISTS release_monitor.published_declarations;

DROP TABLE IF EXISTS release_monitor.publication_revisions;

DROP TABLE IF EXISTS release_monitor.published_reports;
