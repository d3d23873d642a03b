-- How far the windows are, for readers: they may ask views only, and `window_progress` is a table.

CREATE VIEW IF NOT EXISTS release_monitor.windows_state AS
SELECT settled, watermark, updated_at
FROM release_monitor.window_progress FINAL;
