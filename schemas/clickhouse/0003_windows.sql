-- Rolling windows, the watermark that they close by, and what of a declaration they are made from. The rows that are
-- there already were made by older rules: they are folded anew by `refold`, or by `local` and `backfill` themselves.

ALTER TABLE release_monitor.declarations
    ADD COLUMN IF NOT EXISTS in_scope Bool DEFAULT true COMMENT 'figures are about it (domain rule 14)',
    ADD COLUMN IF NOT EXISTS due_2h_working Nullable(DateTime64(3, 'UTC')) COMMENT 'two working hours after M1',
    ADD COLUMN IF NOT EXISTS due_8h_working Nullable(DateTime64(3, 'UTC')) COMMENT 'eight working hours after M1',
    ADD COLUMN IF NOT EXISTS target_due Nullable(DateTime64(3, 'UTC')) COMMENT 'expiry of the target for REG_REL',
    ADD COLUMN IF NOT EXISTS target_s Nullable(Int64) COMMENT 'that target, in seconds of its own clock';

ALTER TABLE release_monitor.declaration_intervals
    ADD COLUMN IF NOT EXISTS released_at Nullable(DateTime64(3, 'UTC')),
    ADD COLUMN IF NOT EXISTS cancelled_at Nullable(DateTime64(3, 'UTC')),
    ADD COLUMN IF NOT EXISTS is_withdrawn Bool COMMENT 'cancelled before its release: no intervals, but what windows before the cancellation saw',
    ADD COLUMN IF NOT EXISTS in_scope Bool DEFAULT true COMMENT 'figures are about it (domain rule 14)';

DROP VIEW IF EXISTS release_monitor.intervals;

CREATE VIEW IF NOT EXISTS release_monitor.intervals AS
SELECT declaration_key,
       ['REG_REL', 'DOC_REL', 'REG_DOC', 'DOC_CHK', 'DOC_LIMIT', 'INSP_WAIT', 'INSP', 'AMEND', 'OGA', 'PAY', 'DECIDE',
        'COND_FIN', 'STORE_FIN', 'REL_EXIT', 'ARR_REL'][code] AS interval_code,
       toUInt32(1) AS seq, direction, office, channel, kind, registered_at, started_at, ended_at, elapsed_s, working_s,
       arrayFilter(flag -> bitTest(bits, indexOf(['deemed', 'pre_arrival', 'prepaid', 'clamped', 'backfill'], flag) - 1),
                   ['deemed', 'pre_arrival', 'prepaid', 'clamped', 'backfill']) AS flags,
       revision
FROM release_monitor.declaration_intervals FINAL
ARRAY JOIN codes AS code, starts AS started_at, ends AS ended_at, elapsed AS elapsed_s, working AS working_s,
           flag_bits AS bits
WHERE NOT is_withdrawn;

-- Lengths are seconds; here -1 and nan stand for no value, the view says NULL. `content` is a hash of the values, by which
-- a window computed anew is compared with what is stored. A version is (number of the owner, number of its write).
CREATE TABLE IF NOT EXISTS release_monitor.release_time_windows
(
    window_size   LowCardinality(String),
    window_end    DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    direction     LowCardinality(String),
    office        LowCardinality(String),
    channel       LowCardinality(String),
    interval_code LowCardinality(String),
    clock         LowCardinality(String),
    n             UInt32,
    population_n  UInt32 COMMENT 'members of the population that ended in the window, with a length or without',
    mean_s        Float64,
    sd_s          Float64,
    min_s         Int64,
    max_s         Int64,
    p50_s         Float64,
    p90_s         Float64,
    p95_s         Float64,
    live_n        UInt32 COMMENT 'those registered in the window that have begun the interval',
    live_p50_s    Int64,
    live_p90_s    Int64,
    open_n        UInt32,
    content       UInt64,
    revision      UInt32,
    version       UInt64,
    is_deleted    UInt8
)
ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY (window_size, window_end, interval_code, clock, office, direction, channel)
SETTINGS index_granularity = 2048;

CREATE TABLE IF NOT EXISTS release_monitor.window_owners
(
    epoch      UInt32,
    owner      UUID,
    started_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = MergeTree
ORDER BY (epoch, owner);

CREATE TABLE IF NOT EXISTS release_monitor.window_progress
(
    id           UInt8 COMMENT 'always 1: there is one row',
    watermark    Nullable(DateTime64(3, 'UTC')) COMMENT 'merged over the partitions',
    marks        Map(String, Int64) COMMENT 'latest occurred_at seen of each partition, in milliseconds',
    grace_ms     UInt32,
    kept_ms      Map(String, UInt64) COMMENT 'for how long before the watermark windows are kept, by size',
    spans_offset Int64 COMMENT 'the first message of the spans topic that is not in the windows yet',
    settled      Bool COMMENT 'every window is made from all that was known',
    version      UInt64,
    updated_at   DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = ReplacingMergeTree(version)
ORDER BY id;

CREATE TABLE IF NOT EXISTS release_monitor.late_event_log
(
    declaration_key String,
    event_id        String,
    event_type      LowCardinality(String),
    occurred_at     DateTime64(3, 'UTC'),
    kafka_topic     LowCardinality(String),
    generation      UInt32,
    kafka_partition Int32,
    kafka_offset    Int64,
    late_s          Float64 COMMENT 'how far behind the latest event it came',
    closed_windows  Array(LowCardinality(String)) COMMENT 'sizes of which a window that holds it was final already',
    noticed_at      DateTime64(3, 'UTC'),
    version         Int64 MATERIALIZED -toUnixTimestamp64Milli(noticed_at)
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (declaration_key, event_id, kafka_topic, generation, kafka_partition, kafka_offset);

CREATE VIEW IF NOT EXISTS release_monitor.late_events AS
SELECT declaration_key, event_id, event_type, occurred_at, kafka_topic, kafka_partition, kafka_offset, late_s,
       closed_windows, noticed_at
FROM release_monitor.late_event_log FINAL;

DROP VIEW IF EXISTS release_monitor.watermark;

CREATE VIEW IF NOT EXISTS release_monitor.watermark AS
SELECT max(watermark) AS watermark
FROM release_monitor.window_progress FINAL;

CREATE VIEW IF NOT EXISTS release_monitor.windows AS
WITH (SELECT (toUnixTimestamp64Milli(max(watermark)), max(grace_ms), any(kept_ms))
      FROM release_monitor.window_progress FINAL) AS progress
SELECT window_size, window_end, direction, office, channel, interval_code, clock, n, population_n,
       if(population_n = 0, NULL, n / population_n) AS coverage,
       if(n = 0, NULL, mean_s) AS mean_s, if(n = 0, NULL, sd_s) AS sd_s,
       if(n = 0, NULL, min_s) AS min_s, if(n = 0, NULL, max_s) AS max_s,
       if(n = 0, NULL, p50_s) AS p50_s, if(n = 0, NULL, p90_s) AS p90_s, if(n = 0, NULL, p95_s) AS p95_s,
       live_n, nullIf(live_p50_s, -1) AS live_p50_s, nullIf(live_p90_s, -1) AS live_p90_s, open_n,
       toUnixTimestamp64Milli(window_end) + progress.2 - 1 <= progress.1 AS is_final,
       revision
FROM release_monitor.release_time_windows FINAL
WHERE toUnixTimestamp64Milli(window_end) > progress.1 - progress.3[window_size];

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

-- An outlook is written as a whole, and only the one of the greatest version is shown.
CREATE TABLE IF NOT EXISTS release_monitor.release_outlook
(
    office            LowCardinality(String),
    direction         LowCardinality(String),
    interval_code     LowCardinality(String),
    horizon_h         UInt16 COMMENT '0: without end',
    as_of             DateTime64(3, 'UTC'),
    open_n            UInt32 COMMENT 'open, and with a target',
    past_target_n     UInt32,
    due_n             UInt32 COMMENT 'not past its target, which expires within the horizon',
    judged_n          UInt32 COMMENT 'of these, those that a live curve can tell of',
    expected_breaches Float64,
    version           UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (office, direction, interval_code, horizon_h);

CREATE VIEW IF NOT EXISTS release_monitor.outlook AS
SELECT office, direction, interval_code, nullIf(horizon_h, 0) AS horizon_h, as_of, open_n, past_target_n, due_n, judged_n,
       expected_breaches
FROM release_monitor.release_outlook FINAL
WHERE version = (SELECT max(version) FROM release_monitor.release_outlook);
