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
-- Begun anew after a crash: only what stands under the real name is whole then, whichever of the two forms it has.
DROP TABLE IF EXISTS release_monitor.declaration_events_next;

CREATE TABLE release_monitor.declaration_events_next
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

-- Each source's numbers are put in order in one array, 16 bytes a number, and only where it breaks the events are read.
-- What was refused has a place in the sequence too; raw customs messages name it otherwise, and say no source.
CREATE VIEW IF NOT EXISTS release_monitor.sequence_findings AS
WITH told AS
(
    SELECT source, source_partition,
           arraySort(groupArray((assumeNotNull(source_seq), sipHash64(event_id)))) AS seqs
    FROM release_monitor.declaration_events
    WHERE source_seq IS NOT NULL
    GROUP BY source, source_partition
),
breaks AS
(
    SELECT DISTINCT source, source_partition, pair.1 AS before, pair.2 AS seq
    FROM told
    ARRAY JOIN arrayFilter(pair -> pair.2 > pair.1 + 1 OR pair.3,
                           arrayMap((a, b) -> (a.1, b.1, a.1 = b.1 AND a.2 != b.2),
                                    arrayPopBack(seqs), arrayPopFront(seqs))) AS pair
),
placed AS
(
    SELECT breaks.source AS source, breaks.source_partition AS source_partition, breaks.before AS before,
           breaks.seq AS seq, min((told_by.event_id, told_by.declaration_key, told_by.occurred_at)) AS first,
           uniqExact(told_by.event_id) AS events
    FROM release_monitor.declaration_events AS told_by
    INNER JOIN breaks ON told_by.source = breaks.source AND told_by.source_partition = breaks.source_partition
                     AND told_by.source_seq = breaks.seq
    GROUP BY source, source_partition, before, seq
),
refused_sequences AS
(
    SELECT DISTINCT
           if(is_raw, if(JSONExtractString(payload, 'message_code') IN ('GATE_IN', 'GATE_OUT', 'HOLD_PLACED', 'HOLD_LIFTED'),
                         'VASSCM', 'VNACCS'),
              JSONExtractString(payload, 'source')) AS source,
           JSONExtractString(payload, if(is_raw, 'terminal', 'source_partition')) AS source_partition,
           JSONExtract(payload, if(is_raw, 'sequence', 'source_seq'), 'Nullable(Int64)') AS source_seq
    FROM (SELECT payload, NOT JSONHas(payload, 'source') AS is_raw FROM release_monitor.rejected_events)
    WHERE source_seq IS NOT NULL
),
refused AS
(
    SELECT breaks.source AS source, breaks.source_partition AS source_partition, breaks.before AS before,
           breaks.seq AS seq, count() AS refused_in_between
    FROM breaks
    INNER JOIN refused_sequences AS one
            ON one.source = breaks.source AND one.source_partition = breaks.source_partition
    WHERE one.source_seq > breaks.before AND one.source_seq < breaks.seq
    GROUP BY source, source_partition, before, seq
),
gaps AS
(
    SELECT source, source_partition, first, before + 1 AS first_seq, seq - 1 AS last_seq,
           seq - before - 1 - refused_in_between AS missing
    FROM placed LEFT JOIN refused USING (source, source_partition, before, seq)
    WHERE seq > before
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
FROM placed
WHERE seq = before;

CREATE VIEW IF NOT EXISTS release_monitor.data_quality AS
SELECT declaration_key, finding, nullIf(event_id, '') AS event_id, detail, found_at
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
    SELECT DISTINCT
           if(is_raw, substring(JSONExtractString(payload, 'declaration_no'), 1, 11),
              JSONExtractString(payload, 'declaration_key')),
           'future', JSONExtractString(payload, 'event_id'), detail,
           coalesce(if(is_raw,
                       toTimeZone(parseDateTime64BestEffortOrNull(concat(JSONExtractString(payload, 'sent_date'),
                                                                         JSONExtractString(payload, 'sent_time')),
                                                                  3, 'Asia/Ho_Chi_Minh'), 'UTC'),
                       parseDateTime64BestEffortOrNull(JSONExtractString(payload, 'occurred_at'), 3, 'UTC')),
                    received_at)
    FROM (SELECT *, NOT JSONHas(payload, 'declaration_key') AS is_raw FROM release_monitor.rejected_events)
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
SELECT source, toDate(occurred_at, 'Asia/Ho_Chi_Minh') AS day, count() AS events,
       countIf(clock = 'OFFICER') AS officer_typed, countIf(judged_row) AS judged,
       quantileExactInclusiveIf(0.5)(lag_s, judged_row) AS lag_p50_s,
       quantileExactInclusiveIf(0.99)(lag_s, judged_row) AS lag_p99_s,
       minIf(lag_s, judged_row) AS lag_min_s, maxIf(lag_s, judged_row) AS lag_max_s,
       countIf(judged_row AND lag_s < 0) AS ahead_of_emission
FROM
(
    SELECT source, occurred_at, clock, dateDiff('millisecond', occurred_at, emitted_at) / 1000 AS lag_s,
           emitted_at IS NOT NULL AND NOT is_backfill AND occurred_precision != 'day' AS judged_row
    FROM release_monitor.declaration_events FINAL
    WHERE state = 'effective'
)
GROUP BY source, day
