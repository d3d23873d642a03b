-- Which declarations figures are about, and when each passes the marks of the open view. Rows that are there already
-- count as in scope and have no marks until `release-monitor refold` makes them anew.
ALTER TABLE release_monitor.declarations
    ADD COLUMN IF NOT EXISTS in_scope UInt8 DEFAULT 1 COMMENT 'figures are about it (rule 14)',
    ADD COLUMN IF NOT EXISTS due_2h_working Nullable(DateTime64(3, 'UTC')) COMMENT 'two working hours after M1',
    ADD COLUMN IF NOT EXISTS due_8h_working Nullable(DateTime64(3, 'UTC')) COMMENT 'eight working hours after M1',
    ADD COLUMN IF NOT EXISTS target_due Nullable(DateTime64(3, 'UTC')) COMMENT 'expiry of the target for REG_REL',
    ADD COLUMN IF NOT EXISTS target_s Nullable(Int64) COMMENT 'that target, in seconds of its own clock';

-- Ages run to the clock on the wall, and a clock may be behind the sender's: then the age is 0.
CREATE VIEW IF NOT EXISTS release_monitor.open_declarations AS
SELECT declaration_key, declaration_no, office, direction, channel_final AS channel, kind, stage, waiting_on,
       assumeNotNull(declarations.registered_at) AS registered_at,
       greatest(0, intDiv(dateDiff('millisecond', registered_at, now64(3)), 1000)) AS age_s,
       target_due < now64(3) AS past_target, target_due AS target_due_at,
       ifNull(due_2h_working < now64(3), 0) AS past_2h_working,
       ifNull(due_8h_working < now64(3), 0) AS past_8h_working,
       registered_at + INTERVAL 15 DAY < now64(3) AS past_15d,
       registered_at + INTERVAL 30 DAY < now64(3) AS past_30d,
       value_usd, tax_vnd
FROM release_monitor.declarations FINAL
WHERE status = 'open' AND in_scope
ORDER BY registered_at, declaration_key;

CREATE VIEW IF NOT EXISTS release_monitor.open_summary AS
SELECT office, direction, channel, stage, waiting_on, count() AS open_n,
       quantileExactInclusive(0.5)(age_s) AS age_p50_s, quantileExactInclusive(0.9)(age_s) AS age_p90_s,
       max(age_s) AS age_max_s, min(registered_at) AS oldest_registered_at,
       count(past_target) AS with_target_n, avg(past_target) AS past_target_share,
       avg(past_2h_working) AS past_2h_working_share, avg(past_8h_working) AS past_8h_working_share,
       avg(past_15d) AS past_15d_share, avg(past_30d) AS past_30d_share
FROM release_monitor.open_declarations
GROUP BY office, direction, channel, stage, waiting_on
ORDER BY oldest_registered_at;
