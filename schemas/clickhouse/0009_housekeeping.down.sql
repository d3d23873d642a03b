-- Takes back 0009.

DROP VIEW IF EXISTS release_monitor.windows_state;
