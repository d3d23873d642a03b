-- All intervals with both lengths, findings, duplicates, and what the views need to tell orphans and expired ones.
-- The rows of `declarations` and `declaration_intervals` that are there already were made by older rules: after this
-- migration run `release-monitor refold`, which makes them anew from the stored events.

ALTER TABLE release_monitor.declarations
    ADD COLUMN IF NOT EXISTS orphan_since Nullable(DateTime64(3, 'UTC')) COMMENT 'earliest event of an orphan',
    ADD COLUMN IF NOT EXISTS pre_registered_only Bool COMMENT 'an orphan of which nothing but a pre-registration is known',
    ADD COLUMN IF NOT EXISTS findings Array(LowCardinality(String)),
    ADD COLUMN IF NOT EXISTS finding_event_ids Array(String),
    ADD COLUMN IF NOT EXISTS finding_details Array(String),
    ADD COLUMN IF NOT EXISTS finding_times Array(DateTime64(3, 'UTC')),
    ADD COLUMN IF NOT EXISTS fold_id UInt64 COMMENT 'the rules and the reference data that the row was made by';

-- The engine tells contents apart by a hash of its own, and reads the sequence of the source out of the message.
CREATE TABLE IF NOT EXISTS release_monitor.declaration_events_next
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
    canonical          String COMMENT 'the event as canonical JSON' CODEC(ZSTD(1)),
    content_hash       UInt64 MATERIALIZED sipHash64(canonical) COMMENT 'tells contents of one event_id apart',
    source_partition   LowCardinality(String) MATERIALIZED JSONExtractString(canonical, 'source_partition'),
    source_seq         Nullable(Int64) MATERIALIZED JSONExtract(canonical, 'source_seq', 'Nullable(Int64)'),
    version            UInt32
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (declaration_key, event_id, content_hash)
SETTINGS index_granularity = 1024, merge_selector_base = 20;

TRUNCATE TABLE release_monitor.declaration_events_next;

INSERT INTO release_monitor.declaration_events_next
    (event_id, source, declaration_key, declaration_no, event_type, occurrence_no, revision, op, occurred_at,
     occurred_precision, clock, emitted_at, ingested_at, is_backfill, actor, message_code, kafka_topic, kafka_partition,
     kafka_offset, generation, state, canonical, version)
SELECT event_id, source, declaration_key, declaration_no, event_type, occurrence_no, revision, op, occurred_at,
       occurred_precision, clock, emitted_at, ingested_at, is_backfill, actor, message_code, kafka_topic, kafka_partition,
       kafka_offset, generation, state, canonical, version
FROM release_monitor.declaration_events FINAL;

EXCHANGE TABLES release_monitor.declaration_events_next AND release_monitor.declaration_events;

DROP TABLE release_monitor.declaration_events_next;

DROP VIEW IF EXISTS release_monitor.intervals;

DROP TABLE IF EXISTS release_monitor.declaration_intervals;

CREATE TABLE IF NOT EXISTS release_monitor.declaration_intervals
(
    declaration_key String,
    direction       LowCardinality(Nullable(String)),
    office          LowCardinality(Nullable(String)),
    channel         Nullable(UInt8),
    kind            LowCardinality(Nullable(String)),
    registered_at   Nullable(DateTime64(3, 'UTC')),
    codes           Array(UInt8) COMMENT 'place in the list of interval codes, from 1',
    starts          Array(Nullable(DateTime64(3, 'UTC'))),
    ends            Array(Nullable(DateTime64(3, 'UTC'))),
    elapsed         Array(Nullable(Int64)),
    working         Array(Nullable(Int64)),
    flag_bits       Array(UInt8) COMMENT '1 deemed, 2 pre_arrival, 4 prepaid, 8 clamped, 16 backfill',
    revision        UInt32,
    version         UInt32
)
ENGINE = ReplacingMergeTree(version)
ORDER BY declaration_key
SETTINGS merge_selector_base = 20;

CREATE TABLE IF NOT EXISTS release_monitor.duplicate_deliveries
(
    kafka_topic     LowCardinality(String),
    generation      UInt32,
    kafka_partition Int32,
    kafka_offset    Int64,
    declaration_key String,
    event_id        String,
    occurred_at     DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY (kafka_topic, generation, kafka_partition, kafka_offset, declaration_key, event_id);

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
           flag_bits AS bits;

CREATE VIEW IF NOT EXISTS release_monitor.watermark AS
SELECT max(occurred_at) - toIntervalMillisecond(60001) AS watermark
FROM release_monitor.declaration_events;

DROP VIEW IF EXISTS release_monitor.declarations_current;

CREATE VIEW IF NOT EXISTS release_monitor.declarations_current AS
SELECT declaration_key, declaration_no, direction, office, kind, channel_initial, channel_final, registered_at,
       released_at, cleared_at, exited_at, cancelled_at,
       if(pre_registered_only AND orphan_since + INTERVAL 7 DAY <= (SELECT watermark FROM release_monitor.watermark),
          'expired', status) AS status,
       stage, waiting_on, tax_vnd, value_usd, replaces, revision
FROM release_monitor.declarations FINAL;

CREATE VIEW IF NOT EXISTS release_monitor.sequence_findings AS
WITH told AS
(
    SELECT source, source_partition, assumeNotNull(source_seq) AS seq, min((event_id, declaration_key, occurred_at)) AS first,
           uniqExact(event_id) AS events
    FROM release_monitor.declaration_events FINAL
    WHERE source_seq IS NOT NULL
    GROUP BY source, source_partition, seq
),
refused AS
(
    SELECT source, source_partition, groupUniqArray(seq) AS seqs
    FROM
    (
        SELECT JSONExtractString(payload, 'source') AS source, JSONExtractString(payload, 'source_partition') AS source_partition,
               JSONExtract(payload, 'source_seq', 'Nullable(Int64)') AS maybe_seq, assumeNotNull(maybe_seq) AS seq
        FROM release_monitor.rejected_events
        WHERE maybe_seq IS NOT NULL
    )
    GROUP BY source, source_partition
),
followed AS
(
    SELECT source, source_partition, seq, first, events,
           lagInFrame(toNullable(seq)) OVER (PARTITION BY source, source_partition ORDER BY seq
                                             ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS before
    FROM told
),
gaps AS
(
    SELECT source, source_partition, first, assumeNotNull(before) + 1 AS first_seq, seq - 1 AS last_seq,
           last_seq - first_seq + 1 - arrayCount(one -> one BETWEEN first_seq AND last_seq, refused.seqs) AS missing
    FROM followed LEFT JOIN refused USING (source, source_partition)
    WHERE seq > before + 1
)
SELECT first.2 AS declaration_key, 'sequence_gap' AS finding, first.1 AS event_id,
       concat(source, ' ', source_partition, ': ', toString(missing), ' missing of ', toString(first_seq), ' to ',
              toString(last_seq)) AS detail,
       first.3 AS found_at, source, source_partition, first_seq, last_seq
FROM gaps
WHERE missing > 0
UNION ALL
SELECT first.2, 'sequence_repeat', first.1,
       concat(source, ' ', source_partition, ': ', toString(seq), ' told by ', toString(events), ' events'),
       first.3, source, source_partition, seq, seq
FROM followed
WHERE events > 1;

CREATE VIEW IF NOT EXISTS release_monitor.data_quality AS
SELECT declaration_key, finding, toNullable(event_id) AS event_id, detail, found_at
FROM
(
    SELECT declaration_key, toString(finding) AS finding, event_id, detail, found_at
    FROM release_monitor.declarations FINAL
    ARRAY JOIN findings AS finding, finding_event_ids AS event_id, finding_details AS detail, finding_times AS found_at
    UNION ALL
    SELECT declaration_key, finding, event_id, detail, found_at
    FROM release_monitor.sequence_findings
    UNION ALL
    SELECT declaration_key, 'duplicate', event_id, 'delivered again', occurred_at
    FROM release_monitor.duplicate_deliveries FINAL
    UNION ALL
    SELECT JSONExtractString(payload, 'declaration_key'), 'future', JSONExtractString(payload, 'event_id'), detail,
           coalesce(parseDateTime64BestEffortOrNull(JSONExtractString(payload, 'occurred_at'), 3, 'UTC'), received_at)
    FROM release_monitor.rejected_events
    WHERE reason = 'future'
)
UNION ALL
SELECT declaration_key, 'orphan', NULL, 'no registration within 72 hours of its first event',
       assumeNotNull(orphan_since) + INTERVAL 72 HOUR
FROM release_monitor.declarations FINAL
WHERE status = 'orphan' AND NOT pre_registered_only
  AND orphan_since + INTERVAL 72 HOUR <= (SELECT watermark FROM release_monitor.watermark);

CREATE VIEW IF NOT EXISTS release_monitor.check_start_coverage AS
SELECT office, direction, channel, count() AS checked, countIf(started_at IS NOT NULL) AS with_start,
       with_start / checked AS coverage
FROM release_monitor.intervals
WHERE interval_code = 'DOC_REL' AND ended_at IS NOT NULL
GROUP BY office, direction, channel;

CREATE VIEW IF NOT EXISTS release_monitor.source_clocks AS
SELECT source, toStartOfDay(occurred_at) AS day, count() AS events,
       countIf(clock = 'OFFICER') AS officer_typed,
       countIf(emitted_at IS NOT NULL AND NOT is_backfill AND occurred_precision != 'day') AS judged,
       quantileExactInclusiveIf(0.5)(lag_s, judged_row) AS lag_p50_s,
       quantileExactInclusiveIf(0.99)(lag_s, judged_row) AS lag_p99_s,
       minIf(lag_s, judged_row) AS lag_min_s, maxIf(lag_s, judged_row) AS lag_max_s,
       countIf(judged_row AND lag_s < 0) AS ahead_of_emission
FROM
(
    SELECT source, occurred_at, clock, emitted_at, is_backfill, occurred_precision,
           dateDiff('millisecond', occurred_at, emitted_at) / 1000 AS lag_s,
           emitted_at IS NOT NULL AND NOT is_backfill AND occurred_precision != 'day' AS judged_row
    FROM release_monitor.declaration_events FINAL
    WHERE state = 'effective'
)
GROUP BY source, day
