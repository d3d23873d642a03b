-- Figures of registration cohorts, made anew as a whole by a view that refreshes itself (decision 0019), and year on year.

-- One row for each period, cell, interval and clock; `all` in a roll-up. Sums are of whole seconds, so that they come out
-- the same in whatever order they are added. Where n is 0, the sums and quantiles are 0 and the views say NULL.
CREATE TABLE IF NOT EXISTS release_monitor.cohort_figures
(
    period        LowCardinality(String) COMMENT 'month or year',
    period_start  Date32 COMMENT 'its first day, at the office',
    direction     LowCardinality(String),
    office        LowCardinality(String),
    channel       LowCardinality(String),
    interval_code LowCardinality(String),
    clock         LowCardinality(String),
    n             UInt64,
    population_n  UInt64,
    open_n        UInt64,
    cancelled_n   UInt64,
    sum_s         Int128,
    sum_squares   Int128,
    p50_s         Float64,
    p90_s         Float64,
    is_mature     Bool COMMENT 'the watermark was 30 days past the end of the period when the row was made',
    computed_at   DateTime64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY (period, interval_code, clock, office, direction, channel, period_start);

-- Lengths are gathered once for each smallest cell, then laid together for the roll-ups: bits 0 to 2 of `roll_up` say what
-- is taken as a whole, bit 3 that the period is a year. The setting lets a large store use the disk instead of memory.
CREATE MATERIALIZED VIEW IF NOT EXISTS release_monitor.cohort_refresh
REFRESH EVERY 60 MINUTE TO release_monitor.cohort_figures EMPTY AS
WITH
(SELECT watermark FROM release_monitor.watermark) AS followed_until,
spans AS
(
    SELECT makeDate32(toYear(local_day), toMonth(local_day), 1) AS month, leaf_direction, leaf_office, leaf_channel, code,
           is_withdrawn, elapsed_s, working_s,
           -- COND_FIN, STORE_FIN and REL_EXIT run on after the release, all others are over with it.
           ended_at IS NULL AND (released_at IS NULL OR code IN (12, 13, 14)) AS is_open
    FROM
    (
        SELECT assumeNotNull(registered_on) AS local_day, ifNull(toString(direction), 'none') AS leaf_direction,
               ifNull(toString(office), 'none') AS leaf_office, ifNull(toString(channel), 'none') AS leaf_channel,
               codes, ends, elapsed, working, is_withdrawn, released_at
        FROM release_monitor.declaration_intervals FINAL
        WHERE in_scope AND registered_on IS NOT NULL
    )
    ARRAY JOIN codes AS code, ends AS ended_at, elapsed AS elapsed_s, working AS working_s
),
cells AS
(
    SELECT month, leaf_direction, leaf_office, leaf_channel, code,
           countIf(NOT is_withdrawn) AS population, countIf(NOT is_withdrawn AND is_open) AS not_over,
           countIf(is_withdrawn) AS withdrawn,
           groupArrayIf(elapsed_s, NOT is_withdrawn) AS elapsed_lengths,
           groupArrayIf(working_s, NOT is_withdrawn) AS working_lengths,
           [length(elapsed_lengths), length(working_lengths)] AS counts,
           [sumIf(ifNull(elapsed_s, 0), NOT is_withdrawn), sumIf(ifNull(working_s, 0), NOT is_withdrawn)] AS sums,
           [sumIf(toInt128(ifNull(elapsed_s, 0)) * ifNull(elapsed_s, 0), NOT is_withdrawn),
            sumIf(toInt128(ifNull(working_s, 0)) * ifNull(working_s, 0), NOT is_withdrawn)] AS squares
    FROM spans
    GROUP BY month, leaf_direction, leaf_office, leaf_channel, code
),
figures AS
(
    SELECT if(bitTest(roll_up, 3), 'year', 'month') AS period,
           if(bitTest(roll_up, 3), makeDate32(toYear(month), 1, 1), month) AS period_start,
           if(bitTest(roll_up, 0), 'all', leaf_direction) AS direction,
           if(bitTest(roll_up, 1), 'all', leaf_office) AS office,
           if(bitTest(roll_up, 2), 'all', leaf_channel) AS channel, code,
           sum(population) AS population_n, sum(not_over) AS open_n, sum(withdrawn) AS cancelled_n,
           sumForEach(counts) AS ns, sumForEach(sums) AS all_sums, sumForEach(squares) AS all_squares,
           [quantilesExactInclusiveArray(0.5, 0.9)(elapsed_lengths),
            quantilesExactInclusiveArray(0.5, 0.9)(working_lengths)] AS quantiles
    FROM cells
    ARRAY JOIN range(16) AS roll_up
    GROUP BY roll_up, period, period_start, direction, office, channel, code
)
SELECT period, period_start, direction, office, channel,
       ['REG_REL', 'DOC_REL', 'REG_DOC', 'DOC_CHK', 'DOC_LIMIT', 'INSP_WAIT', 'INSP', 'AMEND', 'OGA', 'PAY', 'DECIDE',
        'COND_FIN', 'STORE_FIN', 'REL_EXIT', 'ARR_REL'][code] AS interval_code,
       clock, n, population_n, open_n, cancelled_n, sum_s, sum_squares,
       if(n = 0, 0, quantile[1]) AS p50_s, if(n = 0, 0, quantile[2]) AS p90_s,
       ifNull(followed_until >= toDateTime64(if(period = 'year', addYears(period_start, 1), addMonths(period_start, 1)),
                                             3, 'Asia/Ho_Chi_Minh') + INTERVAL 30 DAY, false) AS is_mature,
       now64(3, 'UTC') AS computed_at
FROM figures
ARRAY JOIN ['elapsed', 'working'] AS clock, ns AS n, all_sums AS sum_s, all_squares AS sum_squares,
           quantiles AS quantile
SETTINGS max_bytes_before_external_group_by = 500000000, max_memory_usage = 10000000000;

CREATE VIEW IF NOT EXISTS release_monitor.cohort_monthly AS
SELECT period_start AS cohort_month, direction, office, channel, interval_code, clock, n, population_n, open_n,
       if(population_n = 0, NULL, open_n / population_n) AS open_share, cancelled_n,
       if(population_n = open_n, NULL, n / (population_n - open_n)) AS coverage,
       if(n = 0, NULL, toFloat64(sum_s) / n) AS mean_s,
       if(n = 0, NULL, sqrt(toFloat64(n * sum_squares - sum_s * sum_s)) / n) AS sd_s,
       if(n = 0, NULL, p50_s) AS p50_s, if(n = 0, NULL, p90_s) AS p90_s, is_mature, computed_at
FROM release_monitor.cohort_figures
WHERE period = 'month';

CREATE VIEW IF NOT EXISTS release_monitor.cohort_yearly AS
SELECT toYear(period_start) AS cohort_year, direction, office, channel, interval_code, clock, n, population_n, open_n,
       if(population_n = 0, NULL, open_n / population_n) AS open_share, cancelled_n,
       if(population_n = open_n, NULL, n / (population_n - open_n)) AS coverage,
       if(n = 0, NULL, toFloat64(sum_s) / n) AS mean_s,
       if(n = 0, NULL, sqrt(toFloat64(n * sum_squares - sum_s * sum_s)) / n) AS sd_s,
       if(n = 0, NULL, p50_s) AS p50_s, if(n = 0, NULL, p90_s) AS p90_s, is_mature, computed_at
FROM release_monitor.cohort_figures
WHERE period = 'year';

-- Each figure is told twice, as that of its own year and as the one that the next year is compared with. What is weighed
-- is the mean of a smallest cell by last year's n, in whole millionths of a second: sums of integers, in any order the same.
CREATE VIEW IF NOT EXISTS release_monitor.year_on_year AS
WITH
periods AS
(
    SELECT DISTINCT period, toUInt16(toYear(period_start)) AS year, if(period = 'year', 0, toMonth(period_start)) AS month,
           is_mature, computed_at
    FROM release_monitor.cohort_figures
),
compared AS
(
    SELECT this.period AS period, this.year AS year, this.month AS month, this.is_mature AS is_mature,
           last.is_mature AS is_mature_last, this.computed_at AS computed_at
    FROM periods AS this
    INNER JOIN (SELECT period, toUInt16(year + 1) AS year, month, is_mature FROM periods) AS last
            ON last.period = this.period AND last.year = this.year AND last.month = this.month
),
cells AS
(
    SELECT period, toUInt16(toYear(period_start) + is_last) AS year,
           if(period = 'year', 0, toMonth(period_start)) AS month, direction, office, channel, interval_code, clock,
           sumIf(n, NOT is_last) AS this_n, sumIf(sum_s, NOT is_last) AS this_sum,
           sumIf(population_n - open_n, NOT is_last) AS this_over,
           sumIf(n, is_last) AS last_n, sumIf(sum_s, is_last) AS last_sum,
           sumIf(population_n - open_n, is_last) AS last_over,
           this_n > 0 AND last_n > 0 AS is_matched
    FROM release_monitor.cohort_figures
    ARRAY JOIN [false, true] AS is_last
    WHERE direction != 'all' AND office != 'all' AND channel != 'all'
    GROUP BY period, year, month, direction, office, channel, interval_code, clock
),
rolled_up AS
(
    SELECT period, year, month, if(bitTest(roll_up, 0), 'all', cells.direction) AS direction,
           if(bitTest(roll_up, 1), 'all', cells.office) AS office,
           if(bitTest(roll_up, 2), 'all', cells.channel) AS channel, interval_code, clock,
           sum(this_n) AS n, sum(last_n) AS n_last, sum(this_sum) AS sum_s, sum(last_sum) AS sum_last_s,
           sum(this_over) AS over_n, sum(last_over) AS over_last_n,
           sumIf(last_n, is_matched) AS matched_n, sumIf(last_sum, is_matched) AS matched_last_s,
           sumIf(intDiv(toInt128(last_n) * this_sum * 1000000, greatest(this_n, 1)), is_matched) AS weighed_us
    FROM cells
    ARRAY JOIN range(8) AS roll_up
    GROUP BY roll_up, period, year, month, direction, office, channel, interval_code, clock
)
SELECT period, year, month, direction, office, channel, interval_code, clock, n, n_last,
       if(over_n = 0, NULL, n / over_n) AS coverage, if(over_last_n = 0, NULL, n_last / over_last_n) AS coverage_last,
       if(n = 0, NULL, toFloat64(sum_s) / n) AS mean_s, if(n_last = 0, NULL, toFloat64(sum_last_s) / n_last) AS mean_last_s,
       mean_s - mean_last_s AS raw_change_s,
       if(matched_n = 0, NULL, toFloat64(weighed_us) / matched_n / 1000000) AS standardised_mean_s,
       if(matched_n = 0, NULL, toFloat64(weighed_us - matched_last_s * 1000000) / matched_n / 1000000) AS standardised_change_s,
       if(n_last = 0, NULL, matched_n / n_last) AS matched_share, is_mature, is_mature_last, computed_at
FROM rolled_up
INNER JOIN compared USING (period, year, month);
