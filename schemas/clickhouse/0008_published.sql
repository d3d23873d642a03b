-- Published periods: what a report counted of each declaration is kept as it was, with a revision, and what differs now
-- is told with its cause (domain rule 12). Nothing here is ever changed; the tables that replace rows only drop a row
-- that was sent twice. What belongs to one publication carries its id, and is one only once it has a revision.

CREATE TABLE IF NOT EXISTS release_monitor.published_reports
(
    publication_id UUID,
    against        UInt16 COMMENT 'the year that it is compared with',
    begins_on      Date32 COMMENT 'first day of registration, as the offices count days',
    ends_before    Date32 COMMENT 'the day after the last',
    published_at   DateTime64(3, 'UTC'),
    watermark      Nullable(DateTime64(3, 'UTC')),
    is_provisional Bool,
    declarations   UInt64,
    open_n         UInt64,
    figures        String COMMENT 'the report as canonical JSON' CODEC(ZSTD(3)),
    sha256         String COMMENT 'of the figures'
)
ENGINE = ReplacingMergeTree
ORDER BY publication_id;

-- One row of these makes a publication: of two that claim one revision the engine keeps the first, by their equal token.
CREATE TABLE IF NOT EXISTS release_monitor.publication_revisions
(
    year           UInt16,
    month          UInt8 COMMENT '0: the whole year',
    office         LowCardinality(String) COMMENT 'all: every office',
    revision       UInt32,
    publication_id UUID
)
ENGINE = MergeTree
ORDER BY (year, month, office, revision)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE TABLE IF NOT EXISTS release_monitor.published_declarations
(
    publication_id     UUID,
    declaration_key    String,
    direction          LowCardinality(Nullable(String)),
    office             LowCardinality(Nullable(String)),
    channel            Nullable(UInt8),
    is_open            Bool,
    has_document_check Bool,
    reg_rel_elapsed_s  Nullable(Int64),
    reg_rel_working_s  Nullable(Int64),
    doc_rel_elapsed_s  Nullable(Int64),
    doc_rel_working_s  Nullable(Int64),
    value_usd          Nullable(Decimal(18, 2)),
    tax_vnd            Nullable(Decimal(18, 2))
)
ENGINE = ReplacingMergeTree
ORDER BY (publication_id, declaration_key);

-- Which input positions had an outcome then: an event that is in none of them came later, whatever the clocks say.
CREATE TABLE IF NOT EXISTS release_monitor.published_positions
(
    publication_id  UUID,
    kafka_topic     LowCardinality(String),
    generation      UInt32,
    kafka_partition Int32,
    positions       AggregateFunction(groupBitmap, UInt64),
    begun_at        SimpleAggregateFunction(max, DateTime('UTC')) COMMENT 'by it an attempt is told to be given up'
)
ENGINE = AggregatingMergeTree
ORDER BY (publication_id, kafka_topic, generation, kafka_partition);

CREATE TABLE IF NOT EXISTS release_monitor.publication_log
(
    publication_id  UUID COMMENT 'the publication that settled the difference',
    revision        UInt32 COMMENT 'the one before it, from which it differs',
    declaration_key String,
    measure         LowCardinality(String),
    old             Nullable(String),
    new             Nullable(String),
    cause           LowCardinality(String),
    event_id        Nullable(String),
    known_at        Nullable(DateTime64(3, 'UTC'))
)
ENGINE = ReplacingMergeTree
ORDER BY (publication_id, declaration_key, measure);

CREATE TABLE IF NOT EXISTS release_monitor.publication_figure_log
(
    publication_id UUID COMMENT 'the publication that settled the difference',
    revision       UInt32 COMMENT 'the one before it, from which it differs',
    figure         String COMMENT 'its path in the figures',
    old            Nullable(String),
    new            Nullable(String),
    causes         Array(LowCardinality(String)),
    declarations   UInt64 COMMENT 'that differ, where they are among the causes'
)
ENGINE = ReplacingMergeTree
ORDER BY (publication_id, figure);

CREATE VIEW IF NOT EXISTS release_monitor.publications AS
SELECT year, month, office, revision, against, begins_on, ends_before, published_at, watermark, is_provisional, declarations,
       open_n, figures, sha256, publication_id
FROM release_monitor.publication_revisions AS claimed
INNER JOIN release_monitor.published_reports AS report FINAL USING (publication_id);

-- What a report counts of each declaration: registered, in scope, not cancelled before its release.
CREATE VIEW IF NOT EXISTS release_monitor.reported_declarations AS
SELECT declaration_key, assumeNotNull(measured.registered_on) AS registered_on, direction, office, channel,
       released_at IS NULL AS is_open, has(codes, 2) AS has_document_check,
       elapsed[indexOf(codes, 1)] AS reg_rel_elapsed_s, working[indexOf(codes, 1)] AS reg_rel_working_s,
       elapsed[indexOf(codes, 2)] AS doc_rel_elapsed_s, working[indexOf(codes, 2)] AS doc_rel_working_s,
       value_usd, tax_vnd
FROM
(
    SELECT declaration_key, registered_on, direction, office, channel, released_at, codes, elapsed, working
    FROM release_monitor.declaration_intervals FINAL
    WHERE in_scope AND NOT is_withdrawn AND registered_on IS NOT NULL
) AS measured
INNER JOIN
(
    SELECT declaration_key, registered_on, value_usd, tax_vnd
    FROM release_monitor.declarations FINAL
    WHERE registered_on IS NOT NULL
) AS told USING (declaration_key, registered_on);

-- What differs now from the newest publication of each period (`moved`), each with the last new event in force that can
-- move it; below it the differences that later revisions settled, from the log. `told` has of each moved declaration all
-- events in the order in which they came: (1 when, 2 event_id, 3 is a retraction, 4 is in force, 5 was known when it was
-- published, 6 natural key, 7 measures that it can move). An event can also move what others under its natural key or
-- its event_id can: it stands in their place.
CREATE VIEW IF NOT EXISTS release_monitor.publication_differences AS
WITH last AS
(
    SELECT year, month, office AS period_office, revision, publication_id, begins_on, ends_before
    FROM release_monitor.publications
    ORDER BY revision DESC
    LIMIT 1 BY year, month, period_office
),
moved AS
(
    SELECT publication_id, declaration_key, frozen.counted AS counted_before, present.counted AS counted_after,
           frozen.measures AS before, present.measures AS after
    FROM
    (
        SELECT publication_id, declaration_key, true AS counted,
               (direction, office, channel, toNullable(is_open), toNullable(has_document_check), reg_rel_elapsed_s,
                reg_rel_working_s, doc_rel_elapsed_s, doc_rel_working_s, value_usd, tax_vnd) AS measures
        FROM release_monitor.published_declarations
        WHERE publication_id IN (SELECT publication_id FROM last)
    ) AS frozen
    FULL OUTER JOIN
    (
        SELECT publication_id, declaration_key, true AS counted,
               (direction, office, channel, toNullable(is_open), toNullable(has_document_check), reg_rel_elapsed_s,
                reg_rel_working_s, doc_rel_elapsed_s, doc_rel_working_s, value_usd, tax_vnd) AS measures
        FROM release_monitor.reported_declarations
        CROSS JOIN last
        WHERE registered_on >= begins_on AND registered_on < ends_before
          AND (period_office = 'all' OR office = period_office)
    ) AS present USING (publication_id, declaration_key)
    WHERE counted_before != counted_after OR sipHash64(before) != sipHash64(after)
),
known AS
(
    SELECT publication_id, kafka_topic, generation, kafka_partition, groupBitmapMergeState(positions) AS positions
    FROM release_monitor.published_positions
    GROUP BY publication_id, kafka_topic, generation, kafka_partition
),
told AS
(
    SELECT moved.publication_id AS publication_id, moved.declaration_key AS declaration_key, any(before) AS before,
           any(after) AS after, any(counted_before) AS counted_before, any(counted_after) AS counted_after,
           arraySort(said -> (said.1, said.2),
                     groupArray((ingested_at, event_id, op = 'RETRACT',
                                 state = 'effective' OR (op = 'RETRACT' AND state = 'retracted'),
                                 bitmapContains(positions, toUInt64(kafka_offset)), natural_key, moves))) AS events
    FROM moved
    INNER JOIN
    (
        SELECT declaration_key, ingested_at, event_id, op, state, kafka_topic, generation, kafka_partition, kafka_offset,
               sipHash64(source, event_type, occurrence_no) AS natural_key,
               event_type IN ('REGISTERED', 'RELEASED_CONDITIONAL', 'CLEARED', 'RELEASE_REVERTED', 'CANCELLED') AS decides,
               event_type IN ('CHANNEL_ASSIGNED', 'CHANNEL_CHANGED') AS assigns,
               JSONExtractKeys(canonical, 'attrs') AS says,
               arrayConcat(
                   if(decides, ['counted', 'is_open', 'reg_rel_elapsed_s', 'reg_rel_working_s'], []),
                   if(decides OR assigns, ['channel'], []),
                   if(assigns, ['has_document_check'], []),
                   if(decides OR assigns OR event_type = 'DOC_CHECK_STARTED',
                      ['doc_rel_elapsed_s', 'doc_rel_working_s'], []),
                   if(has(says, 'office'), ['office', 'counted', 'reg_rel_working_s', 'doc_rel_working_s'], []),
                   if(has(says, 'kind'), ['counted'], []),
                   arrayIntersect(says, ['direction', 'value_usd', 'tax_vnd'])) AS moves
        FROM release_monitor.declaration_events FINAL
        WHERE declaration_key IN (SELECT declaration_key FROM moved)
    ) AS event ON event.declaration_key = moved.declaration_key
    LEFT JOIN known ON known.publication_id = moved.publication_id AND known.kafka_topic = event.kafka_topic
                   AND known.generation = event.generation AND known.kafka_partition = event.kafka_partition
    GROUP BY publication_id, declaration_key
)
SELECT year, month, period_office AS office, revision, declaration_key, measure, old, new,
       if(by.1 = '', 'rules', by.3) AS cause, nullIf(by.1, '') AS event_id, if(by.1 = '', NULL, by.2) AS known_at,
       CAST(NULL, 'Nullable(UInt32)') AS settled_by_revision
FROM
(
    SELECT publication_id, declaration_key, changed.1 AS measure, changed.2 AS old, changed.3 AS new,
-- Of a declaration that came or went every measure has the cause of that.
           arrayLast(one -> has(one.4, if(counted_before != counted_after, 'counted', changed.1)), newcomers) AS by
    FROM
    (
        SELECT publication_id, declaration_key, counted_before, counted_after,
               arrayMap(side -> [CAST(side.1, 'Nullable(String)'), CAST(side.2.1, 'Nullable(String)'),
                                 CAST(side.2.2, 'Nullable(String)'), CAST(side.2.3, 'Nullable(String)'),
                                 CAST(side.2.4, 'Nullable(String)'), CAST(side.2.5, 'Nullable(String)'),
                                 CAST(side.2.6, 'Nullable(String)'), CAST(side.2.7, 'Nullable(String)'),
                                 CAST(side.2.8, 'Nullable(String)'), CAST(side.2.9, 'Nullable(String)'),
                                 CAST(side.2.10, 'Nullable(String)'), CAST(side.2.11, 'Nullable(String)')],
                        [(counted_before, before), (counted_after, after)]) AS sides,
               arrayFilter(one -> (one.2 IS NULL) != (one.3 IS NULL) OR ifNull(one.2 != one.3, false), arrayZip(
                   ['counted', 'direction', 'office', 'channel', 'is_open', 'has_document_check', 'reg_rel_elapsed_s',
                    'reg_rel_working_s', 'doc_rel_elapsed_s', 'doc_rel_working_s', 'value_usd', 'tax_vnd'],
                   sides[1], sides[2])) AS changes,
-- Each new event in force: (1 event_id, 2 when, 3 cause, 4 measures that it can move).
               arrayMap(one -> (one.2, one.1,
                                multiIf(one.3, 'retraction',
                                        arrayExists(other -> other.5 AND (other.6 = one.6 OR other.2 = one.2), events),
                                        'correction', 'late_event'),
                                arrayFlatten(arrayMap(other -> other.7,
                                    arrayFilter(other -> other.6 = one.6 OR other.2 = one.2, events)))),
                        arrayFilter(one -> one.4 AND NOT one.5, events)) AS newcomers
        FROM told
    )
    ARRAY JOIN changes AS changed
) AS difference
INNER JOIN last USING (publication_id)
UNION ALL
SELECT settled.year, settled.month, settled.office, log.revision, declaration_key, measure, old, new, cause, event_id,
       known_at, toNullable(settled.revision)
FROM release_monitor.publication_log AS log FINAL
INNER JOIN release_monitor.publication_revisions AS settled USING (publication_id);

-- Every declaration of a publication as it was counted then.
CREATE VIEW IF NOT EXISTS release_monitor.publication_declarations AS
SELECT claimed.year AS year, claimed.month AS month, claimed.office AS period_office, claimed.revision AS revision,
       declaration_key, direction, frozen.office AS office, channel, is_open, has_document_check, reg_rel_elapsed_s,
       reg_rel_working_s, doc_rel_elapsed_s, doc_rel_working_s, value_usd, tax_vnd
FROM release_monitor.published_declarations AS frozen FINAL
INNER JOIN release_monitor.publication_revisions AS claimed USING (publication_id);

-- In which figures each revision differs from the one before it. What differs now is computed by `report --differences`.
CREATE VIEW IF NOT EXISTS release_monitor.publication_figure_differences AS
SELECT settled.year AS year, settled.month AS month, settled.office AS office, log.revision AS revision, figure, old, new,
       causes, declarations, settled.revision AS settled_by_revision
FROM release_monitor.publication_figure_log AS log FINAL
INNER JOIN release_monitor.publication_revisions AS settled USING (publication_id);
