-- Events, declarations, first intervals, refusals and the ledger of positions.
-- Every table keeps the newest row of an immutable key by `version`, the number of events it was made from (decision
-- 0005); no table is partitioned, so a key never moves. Times are UTC, durations whole seconds, absent is NULL.

CREATE TABLE IF NOT EXISTS release_monitor.declaration_events
(
    event_id           String,
    source             LowCardinality(String),
    declaration_key    String,
    declaration_no     Nullable(String),
    event_type         LowCardinality(String),
    occurrence_no      UInt32,
    revision           UInt32,
    op                 LowCardinality(String),
    occurred_at        DateTime64(3, 'UTC'),
    occurred_precision LowCardinality(String),
    clock              LowCardinality(String),
    emitted_at         Nullable(DateTime64(3, 'UTC')),
    ingested_at        DateTime64(3, 'UTC'),
    is_backfill        Bool,
    actor              LowCardinality(Nullable(String)),
    message_code       LowCardinality(Nullable(String)),
    attrs              String ALIAS if(JSONType(canonical, 'attrs') = 'Object', JSONExtractRaw(canonical, 'attrs'), '{}'),
    kafka_topic        LowCardinality(String),
    kafka_partition    Int32,
    kafka_offset       Int64,
    generation         UInt32 COMMENT 'incarnation of the topic or file',
    state              LowCardinality(String) COMMENT 'effective, replaced, retracted or conflicting',
    digest             UInt64 COMMENT 'identity of the content: first 8 bytes of SHA-256 of the canonical JSON',
    canonical          String COMMENT 'the event as canonical JSON' CODEC(ZSTD(1)),
    version            UInt32
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (declaration_key, event_id, digest)
SETTINGS index_granularity = 1024, merge_selector_base = 20;

CREATE TABLE IF NOT EXISTS release_monitor.declarations
(
    declaration_key String,
    declaration_no  Nullable(String),
    direction       LowCardinality(Nullable(String)),
    office          LowCardinality(Nullable(String)),
    kind            LowCardinality(Nullable(String)),
    channel_initial Nullable(UInt8),
    channel_final   Nullable(UInt8),
    registered_at   Nullable(DateTime64(3, 'UTC')),
    released_at     Nullable(DateTime64(3, 'UTC')),
    cleared_at      Nullable(DateTime64(3, 'UTC')),
    exited_at       Nullable(DateTime64(3, 'UTC')),
    cancelled_at    Nullable(DateTime64(3, 'UTC')),
    status          LowCardinality(String),
    stage           LowCardinality(Nullable(String)),
    waiting_on      LowCardinality(Nullable(String)),
    tax_vnd         Nullable(Decimal(18, 2)),
    value_usd       Nullable(Decimal(18, 2)),
    replaces        Nullable(String),
    revision        UInt32,
    version         UInt32
)
ENGINE = ReplacingMergeTree(version)
ORDER BY declaration_key
SETTINGS merge_selector_base = 20;

CREATE TABLE IF NOT EXISTS release_monitor.declaration_intervals
(
    declaration_key String,
    interval_code   LowCardinality(String),
    seq             UInt32,
    direction       LowCardinality(Nullable(String)),
    office          LowCardinality(Nullable(String)),
    channel         Nullable(UInt8),
    kind            LowCardinality(Nullable(String)),
    registered_at   Nullable(DateTime64(3, 'UTC')),
    started_at      Nullable(DateTime64(3, 'UTC')),
    ended_at        Nullable(DateTime64(3, 'UTC')),
    elapsed_s       Nullable(Int64),
    working_s       Nullable(Int64),
    flags           Array(LowCardinality(String)),
    revision        UInt32,
    version         UInt32,
    is_deleted      UInt8
)
ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY (declaration_key, interval_code, seq)
SETTINGS merge_selector_base = 20;

CREATE TABLE IF NOT EXISTS release_monitor.rejected_event_log
(
    received_at     DateTime64(3, 'UTC'),
    kafka_topic     LowCardinality(String),
    kafka_partition Int32,
    kafka_offset    Int64,
    generation      UInt32,
    reason          LowCardinality(String),
    detail          String,
    payload         String CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree
ORDER BY (kafka_topic, generation, kafka_partition, kafka_offset);

CREATE TABLE IF NOT EXISTS release_monitor.generations
(
    feed       String COMMENT 'what is numbered: a topic with its id, or a file with its checksum',
    generation UInt32,
    created_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = MergeTree
ORDER BY (feed, generation);

CREATE TABLE IF NOT EXISTS release_monitor.event_positions
(
    kafka_topic     LowCardinality(String),
    generation      UInt32,
    kafka_partition Int32,
    kafka_offset    UInt64,
    outcome         LowCardinality(String) COMMENT 'stored, duplicate or rejected'
)
ENGINE = Null;

CREATE TABLE IF NOT EXISTS release_monitor.event_position_sets
(
    kafka_topic     LowCardinality(String),
    generation      UInt32,
    kafka_partition Int32,
    outcome         LowCardinality(String),
    positions       AggregateFunction(groupBitmap, UInt64)
)
ENGINE = AggregatingMergeTree
ORDER BY (kafka_topic, generation, kafka_partition, outcome);

CREATE MATERIALIZED VIEW IF NOT EXISTS release_monitor.event_positions_to_sets
TO release_monitor.event_position_sets AS
SELECT kafka_topic, generation, kafka_partition, outcome, groupBitmapState(kafka_offset) AS positions
FROM release_monitor.event_positions
GROUP BY kafka_topic, generation, kafka_partition, outcome;

CREATE VIEW IF NOT EXISTS release_monitor.events AS
SELECT event_id, source, declaration_key, declaration_no, event_type, occurrence_no, revision, op, occurred_at,
       occurred_precision, clock, emitted_at, ingested_at, is_backfill, actor, message_code, attrs, kafka_topic,
       kafka_partition, kafka_offset
FROM release_monitor.declaration_events FINAL
WHERE state = 'effective';

CREATE VIEW IF NOT EXISTS release_monitor.events_history AS
SELECT event_id, source, declaration_key, declaration_no, event_type, occurrence_no, revision, op, occurred_at,
       occurred_precision, clock, emitted_at, ingested_at, is_backfill, actor, message_code, attrs, kafka_topic,
       kafka_partition, kafka_offset, state
FROM release_monitor.declaration_events FINAL;

CREATE VIEW IF NOT EXISTS release_monitor.declarations_current AS
SELECT declaration_key, declaration_no, direction, office, kind, channel_initial, channel_final, registered_at,
       released_at, cleared_at, exited_at, cancelled_at, status, stage, waiting_on, tax_vnd, value_usd, replaces, revision
FROM release_monitor.declarations FINAL;

CREATE VIEW IF NOT EXISTS release_monitor.intervals AS
SELECT declaration_key, interval_code, seq, direction, office, channel, kind, registered_at, started_at, ended_at,
       elapsed_s, working_s, flags, revision
FROM release_monitor.declaration_intervals FINAL;

CREATE VIEW IF NOT EXISTS release_monitor.rejected_events AS
SELECT received_at, kafka_topic, kafka_partition, kafka_offset, reason, detail, payload
FROM release_monitor.rejected_event_log FINAL;

CREATE VIEW IF NOT EXISTS release_monitor.reconciliation AS
SELECT kafka_topic, generation, kafka_partition,
       groupBitmapMerge(positions) AS accounted,
       groupBitmapMergeIf(positions, outcome = 'stored') AS stored,
       groupBitmapMergeIf(positions, outcome = 'duplicate') AS duplicate,
       groupBitmapMergeIf(positions, outcome = 'rejected') AS rejected
FROM release_monitor.event_position_sets
GROUP BY kafka_topic, generation, kafka_partition;
