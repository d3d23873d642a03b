-- Since when an open declaration is in its stage and when the limit of that stage expires; and the clock by which ages
-- are told. The rows that are there already were made by older rules: they are folded anew by `refold`, or by `local` and
-- `backfill` themselves.

ALTER TABLE release_monitor.declarations
    ADD COLUMN IF NOT EXISTS stage_since Nullable(DateTime64(3, 'UTC')) COMMENT 'since when what is open is in its stage, waiting for the same party',
    ADD COLUMN IF NOT EXISTS stage_due   Nullable(DateTime64(3, 'UTC')) COMMENT 'expiry of the limit of that stage';

CREATE TABLE IF NOT EXISTS release_monitor.clock_kind
(
    id      UInt8 COMMENT 'always 1: there is one row',
    kind    LowCardinality(String) COMMENT 'wall, or feed: the latest event time is taken for now',
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY id;

-- The latest event time is the greatest instant that any watermark was made of: an event that is not believed moves none.
CREATE VIEW IF NOT EXISTS release_monitor.clock AS
WITH assumeNotNull((SELECT max(kind) FROM release_monitor.clock_kind FINAL)) AS said,
     assumeNotNull((SELECT max(arrayMax(mapValues(marks))) FROM release_monitor.window_progress FINAL
                    WHERE notEmpty(marks))) AS latest_ms
SELECT if(said = 'feed' AND latest_ms > 0, fromUnixTimestamp64Milli(latest_ms, 'UTC'), now64(3, 'UTC')) AS now,
       if(said = 'feed', 'feed', 'wall') AS kind;

DROP VIEW IF EXISTS release_monitor.declarations_current;

CREATE VIEW IF NOT EXISTS release_monitor.declarations_current AS
SELECT declaration_key, declaration_no, direction, office, kind, channel_initial, channel_final, registered_at,
       released_at, cleared_at, exited_at, cancelled_at,
       if(pre_registered_only AND orphan_since + INTERVAL 7 DAY <= (SELECT watermark FROM release_monitor.watermark),
          'expired', status) AS status,
       stage, waiting_on, tax_vnd, value_usd, replaces, revision, transport, registered_on, released_on, in_scope,
       stage_since, stage_due AS stage_due_at
FROM release_monitor.declarations FINAL;

DROP VIEW IF EXISTS release_monitor.open_declarations;

-- A clock may be behind the sender's: then the age is 0.
CREATE VIEW IF NOT EXISTS release_monitor.open_declarations AS
WITH assumeNotNull((SELECT now FROM release_monitor.clock)) AS clock_now
SELECT declaration_key, declaration_no, office, direction, channel_final AS channel, kind, stage, waiting_on,
       assumeNotNull(declarations.registered_at) AS registered_at,
       greatest(0, intDiv(dateDiff('millisecond', registered_at, clock_now), 1000)) AS age_s,
       target_due < clock_now AS past_target, target_due AS target_due_at,
       ifNull(due_2h_working < clock_now, 0) AS past_2h_working,
       ifNull(due_8h_working < clock_now, 0) AS past_8h_working,
       registered_at + INTERVAL 15 DAY < clock_now AS past_15d,
       registered_at + INTERVAL 30 DAY < clock_now AS past_30d,
       value_usd, tax_vnd, stage_since, stage_due < clock_now AS past_stage_limit, stage_due AS stage_due_at
FROM release_monitor.declarations FINAL
WHERE status = 'open' AND in_scope
ORDER BY registered_at, declaration_key;
