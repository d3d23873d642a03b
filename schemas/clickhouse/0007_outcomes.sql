-- What enforcement came to, and what the reference data says of offices and of the targets of a year, as tables.

-- The key of a row is the whole content: a merge takes repetitions away and nothing else, and the view chooses what counts
-- (decision 0021).
CREATE TABLE IF NOT EXISTS release_monitor.enforcement_outcomes
(
    source          LowCardinality(String),
    outcome_id      String,
    revision        UInt32,
    op              LowCardinality(String),
    occurred_on     Date32 COMMENT 'day on the calendar of the office',
    office          LowCardinality(String),
    kind            LowCardinality(String) COMMENT 'violation, fine, post_clearance_check or seizure',
    count           UInt32 COMMENT 'cases that it stands for',
    amount_vnd      Nullable(Decimal(18, 2)),
    declaration_key Nullable(String),
    emitted_at      Nullable(DateTime64(6, 'UTC')),
    canonical       String COMMENT 'the content as JSON with every field' CODEC(ZSTD(1)),
    file            LowCardinality(String) COMMENT 'name of the file that it was read from',
    ingested_at     DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree
PRIMARY KEY (source, outcome_id)
ORDER BY (source, outcome_id, canonical);

CREATE VIEW IF NOT EXISTS release_monitor.outcomes_history AS
SELECT outcome_id, source, revision, op, occurred_on, office, kind, count, amount_vnd, declaration_key, emitted_at, file,
       ingested_at,
       multiIf(first_value(op) OVER contents = 'RETRACT', 'retracted', row_number() OVER contents = 1, 'effective',
               'replaced') AS state
FROM release_monitor.enforcement_outcomes FINAL
WINDOW contents AS (PARTITION BY source, outcome_id
                    ORDER BY revision DESC, emitted_at DESC NULLS LAST, canonical DESC);

CREATE VIEW IF NOT EXISTS release_monitor.outcomes AS
SELECT outcome_id, source, revision, occurred_on, office, kind, count, amount_vnd, declaration_key, emitted_at
FROM release_monitor.outcomes_history
WHERE state = 'effective';

CREATE VIEW IF NOT EXISTS release_monitor.outcomes_monthly AS
SELECT toStartOfMonth(occurred_on) AS month, office, kind, count() AS n, sum(outcomes.count) AS count,
       sum(outcomes.amount_vnd) AS amount_vnd
FROM release_monitor.outcomes
GROUP BY month, office, kind
ORDER BY month, office, kind;

-- Both tables have one row with all that the reference data says, so that it is replaced at once, and that nothing is
-- said can be told, too.
CREATE TABLE IF NOT EXISTS release_monitor.reference_offices
(
    id           UInt8 COMMENT 'always 1: there is one row',
    codes        Array(String),
    valid_from   Array(Nullable(Date32)),
    valid_to     Array(Nullable(Date32)),
    names_vi     Array(String),
    names_en     Array(String),
    provinces    Array(Nullable(String)),
    departments  Array(Nullable(String)),
    predecessors Array(Nullable(String)),
    zones        Array(String),
    version      UInt64,
    written_at   DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = ReplacingMergeTree(version)
ORDER BY id;

CREATE TABLE IF NOT EXISTS release_monitor.reference_yearly_targets
(
    id         UInt8 COMMENT 'always 1: there is one row',
    years      Array(UInt16),
    measures   Array(String),
    offices    Array(String),
    amounts    Array(Int64),
    version    UInt64,
    written_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = ReplacingMergeTree(version)
ORDER BY id;

CREATE VIEW IF NOT EXISTS release_monitor.offices AS
SELECT code, valid_from, valid_to, name_vi, name_en, province, department, predecessor, zone
FROM
(
    SELECT codes, valid_from AS begins, valid_to AS ends, names_vi, names_en, provinces, departments, predecessors, zones
    FROM release_monitor.reference_offices FINAL
)
ARRAY JOIN codes AS code, begins AS valid_from, ends AS valid_to, names_vi AS name_vi, names_en AS name_en,
           provinces AS province, departments AS department, predecessors AS predecessor, zones AS zone
ORDER BY code, valid_from NULLS FIRST;

CREATE VIEW IF NOT EXISTS release_monitor.yearly_targets AS
SELECT year, measure, office, value
FROM release_monitor.reference_yearly_targets FINAL
ARRAY JOIN years AS year, measures AS measure, offices AS office, amounts AS value
ORDER BY year, measure, office;

-- The last day is that of the latest registration that the watermark has passed: a time far ahead by mistake moves nothing.
-- What a day brought is told to its own year and to the next one, to which it is the year before. Only years that have
-- something of their own, if only a target, are shown.
CREATE VIEW IF NOT EXISTS release_monitor.yearly_progress AS
WITH
    (SELECT max(registered_on) FROM release_monitor.declarations FINAL
     WHERE in_scope AND status != 'cancelled'
       AND registered_at <= ifNull((SELECT watermark FROM release_monitor.watermark), registered_at)) AS last_day,
    days AS
    (
        SELECT assumeNotNull(registered_on) AS day, ifNull(declarations.office, 'none') AS at_office,
               ifNull(declarations.direction, 'none') AS towards, toDecimal128(count(), 2) AS declarations_n,
               ifNull(sum(value_usd), 0) AS value, ifNull(sum(tax_vnd), 0) AS tax
        FROM release_monitor.declarations FINAL
        WHERE registered_on IS NOT NULL AND in_scope AND status != 'cancelled'
        GROUP BY day, at_office, towards
    ),
    told AS
    (
        SELECT toUInt16(toYear(day) + later) AS year, if(office_is_all, 'all', at_office) AS office,
               if(direction_is_all, 'all', towards) AS direction,
               ['declarations', 'turnover_usd', 'revenue_vnd'][number] AS measure,
               [declarations_n, value, tax][number] AS amount,
               if(later, 0, amount) AS this_year, if(later, amount, 0) AS year_before,
               if(later AND addYears(day, 1) <= last_day, amount, 0) AS to_the_day,
               CAST(NULL, 'Nullable(Decimal(38, 2))') AS aim, NOT later AS is_own
        FROM days
        ARRAY JOIN [0, 1] AS later
        ARRAY JOIN [0, 1] AS office_is_all
        ARRAY JOIN [0, 1] AS direction_is_all
        ARRAY JOIN [1, 2, 3] AS number
        UNION ALL
        SELECT year, office, 'all', measure, 0, 0, 0, 0, toDecimal128(value, 2), true
        FROM release_monitor.yearly_targets
    ),
    summed AS
    (
        SELECT year, office, direction, measure, sum(this_year) AS actual, sum(year_before) AS last_year,
               sum(to_the_day) AS last_year_to_date, sum(aim) AS target, max(is_own) AS has_own
        FROM told
        GROUP BY year, office, direction, measure
    )
SELECT year, office, direction, measure, actual,
       if(toYear(last_day) >= year, least(last_day, makeDate32(year, 12, 31)), NULL) AS through, last_year,
       last_year_to_date, toFloat64(actual) / nullIf(toFloat64(last_year), 0) AS of_last_year,
       toFloat64(actual) / nullIf(toFloat64(last_year_to_date), 0) AS of_last_year_to_date,
       target, toFloat64(actual) / toFloat64(target) AS of_target
FROM (SELECT *, max(has_own) OVER (PARTITION BY year) AS year_has_own FROM summed)
WHERE year_has_own
ORDER BY year, office, direction, measure;
