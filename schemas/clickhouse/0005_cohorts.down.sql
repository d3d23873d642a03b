-- Takes back 0005. All that goes is derived: the figures are made anew from the intervals.

DROP VIEW IF EXISTS release_monitor.year_on_year;

DROP VIEW IF EXISTS release_monitor.cohort_yearly;

DROP VIEW IF EXISTS release_monitor.cohort_monthly;

DROP VIEW IF EXISTS release_monitor.cohort_refresh;

DROP TABLE IF EXISTS release_monitor.cohort_figures;
