-- What analysts ask of registration cohorts beside the official figure: where the time goes, when declarations come, how
-- lengths are distributed, how much is released the same day, and how much trade there was. All are about what is in
-- scope, belong to the local month (or year) of M1, and read the tables as they are, so that they are never stale.
-- The number of an interval is its place in INTERVAL_CODES.

-- The time from M1 to M8, cut at the milestones in between. Each cut is the greatest so far and none is after M8, so the
-- steps of one declaration are never negative and add up to its REG_REL to the second. A deemed M2 is nobody's word: it ends
-- where the check began. A clearance presupposes the payment, so one that was told to be later is taken to end with it; a
-- conditional release did not wait for it.
CREATE VIEW IF NOT EXISTS release_monitor.stage_waterfall AS
SELECT month, direction, office, channel, step, toUInt8(step_no) AS step_no, waiting_on, n, missing_n,
       if(n = 0, NULL, total_s) AS total_s,
       if(n = 0, NULL, total_s / n) AS mean_s,
       if(arraySum(totals) = 0, NULL, total_s / arraySum(totals)) AS share,
       if(n = 0, NULL, amend_s) AS of_which_amend_s,
       if(n = 0, NULL, oga_s) AS of_which_oga_s
FROM (
    SELECT assumeNotNull(makeDate32(toYear(registered_on), toMonth(registered_on), 1)) AS month, ifNull(direction, 'none') AS direction,
           ifNull(office, 'none') AS office, ifNull(toString(channel), 'none') AS channel,
           countIf(is_whole) AS n, countIf(NOT is_whole) AS missing_n,
           arrayResize(sumForEachIf(steps, is_whole), 7, 0) AS totals,
           sumIf(ifNull(elapsed[indexOf(codes, 8)], 0), is_whole) AS amend_s,
           sumIf(ifNull(elapsed[indexOf(codes, 9)], 0), is_whole) AS oga_s
    FROM (
        WITH ifNull(elapsed[indexOf(codes, 1)], 0) AS whole_s,
             at -> least(whole_s, ifNull(intDiv(toUnixTimestamp64Milli(at) - toUnixTimestamp64Milli(registered_at), 1000), 0))
                 AS seconds_to,
             starts[indexOf(codes, 2)] AS check_started_at,
             ends[indexOf(codes, 4)] AS check_completed_at,
             starts[indexOf(codes, 5)] AS dossier_at,
             bitTest(flag_bits[indexOf(codes, 5)], 0) AND check_started_at < dossier_at AS is_overtaken,
             greatest(0, seconds_to(if(is_overtaken, check_started_at, dossier_at))) AS cut_2,
             greatest(cut_2, seconds_to(check_started_at)) AS cut_3,
             greatest(cut_3, seconds_to(check_completed_at)) AS cut_4,
             greatest(cut_4, seconds_to(ends[indexOf(codes, 6)])) AS cut_5,
             greatest(cut_5, seconds_to(ends[indexOf(codes, 7)])) AS cut_6,
             ends[indexOf(codes, 10)] AS paid_at,
             greatest(cut_6, seconds_to(if(has(codes, 12) AND paid_at > released_at, NULL, paid_at))) AS cut_7
        SELECT direction, office, channel, registered_on, codes, elapsed,
               elapsed[indexOf(codes, 1)] IS NOT NULL
                   AND (NOT has(codes, 2) OR ifNull(check_started_at <= released_at, false) AND check_completed_at IS NOT NULL)
                   AS is_whole,
               [cut_2, cut_3 - cut_2, cut_4 - cut_3, cut_5 - cut_4, cut_6 - cut_5, cut_7 - cut_6, whole_s - cut_7] AS steps
        FROM release_monitor.declaration_intervals FINAL
        WHERE in_scope AND NOT is_withdrawn AND registered_on IS NOT NULL AND released_at IS NOT NULL
    )
    GROUP BY month, direction, office, channel
)
ARRAY JOIN
    totals AS total_s, arrayEnumerate(totals) AS step_no,
    ['dossier', 'check_wait', 'document_check', 'presentation', 'inspection', 'payment', 'decision'] AS step,
    ['declarant', 'customs', 'customs', 'declarant', 'customs', 'declarant', 'customs'] AS waiting_on;

CREATE VIEW IF NOT EXISTS release_monitor.channel_migration AS
SELECT month, direction, office, channel_initial, channel_final, n,
       n / sum(n) OVER (PARTITION BY month, direction, office, channel_initial) AS share,
       measured_n, mean_s, p50_s
FROM (
    SELECT assumeNotNull(makeDate32(toYear(registered_on), toMonth(registered_on), 1)) AS month, ifNull(direction, 'none') AS direction,
           ifNull(office, 'none') AS office, ifNull(toString(channel_initial), 'none') AS channel_initial,
           ifNull(toString(channel), 'none') AS channel_final, count() AS n,
           count(elapsed[indexOf(codes, 1)]) AS measured_n,
           if(measured_n = 0, NULL, sum(elapsed[indexOf(codes, 1)]) / measured_n) AS mean_s,
           quantileExactInclusive(0.5)(elapsed[indexOf(codes, 1)]) AS p50_s
    FROM release_monitor.declaration_intervals FINAL
    WHERE in_scope AND NOT is_withdrawn AND registered_on IS NOT NULL
    GROUP BY month, direction, office, channel_initial, channel_final
);

-- Days are those on which anything was registered in the row's direction and office, whatever the hour: what n is divided by.
CREATE VIEW IF NOT EXISTS release_monitor.arrival_pattern AS
SELECT direction, office, weekday, hour, n,
       uniqExactMerge(days_seen) OVER (PARTITION BY direction, office, weekday) AS days,
       measured_n, mean_s, p50_s, p90_s
FROM (
    SELECT if(grouping(direction_said) = 1, 'all', direction_said) AS direction,
           if(grouping(office_said) = 1, 'all', office_said) AS office,
           weekday, hour, count() AS n, uniqExactState(registered_on) AS days_seen,
           count(length_s) AS measured_n,
           if(measured_n = 0, NULL, sum(length_s) / measured_n) AS mean_s,
           quantileExactInclusive(0.5)(length_s) AS p50_s, quantileExactInclusive(0.9)(length_s) AS p90_s
    FROM (
        SELECT ifNull(direction, 'none') AS direction_said, ifNull(office, 'none') AS office_said,
               assumeNotNull(registered_on) AS registered_on, toDayOfWeek(registered_on) AS weekday,
               assumeNotNull(registered_hour) AS hour,
               if(is_withdrawn, NULL, elapsed[indexOf(codes, 1)]) AS length_s
        FROM release_monitor.declaration_intervals FINAL
        WHERE in_scope AND registered_on IS NOT NULL
    )
    GROUP BY GROUPING SETS ((weekday, hour, direction_said, office_said), (weekday, hour, direction_said),
                            (weekday, hour, office_said), (weekday, hour))
);

-- Days of 24 hours from M1. Whether it took 5 or more, and whether more than 30, is known of what was released after as long,
-- and of what was registered so long before the watermark; only those are divided by.
CREATE VIEW IF NOT EXISTS release_monitor.release_shares AS
WITH (SELECT watermark FROM release_monitor.watermark) AS known_until
SELECT assumeNotNull(makeDate32(toYear(registered_on), toMonth(registered_on), 1)) AS month, ifNull(direction, 'none') AS direction,
       ifNull(office, 'none') AS office, ifNull(toString(channel), 'none') AS channel, ifNull(kind, 'none') AS kind,
       ifNull(toString(transport), 'none') AS transport,
       count() AS n, countIf(released_at IS NULL) AS open_n,
       countIf(released_on = registered_on) AS same_day_n, same_day_n / n AS same_day_share,
       countIf(ifNull(released_at, known_until) >= registered_at + INTERVAL 5 DAY) AS five_days_n,
       countIf(known_until >= registered_at + INTERVAL 5 DAY OR released_at >= registered_at + INTERVAL 5 DAY) AS five_days_known_n,
       if(five_days_known_n = 0, NULL, five_days_n / five_days_known_n) AS five_days_share,
       countIf(known_until >= registered_at + INTERVAL 30 DAY
               AND (released_at IS NULL OR released_at > registered_at + INTERVAL 30 DAY)) AS not_in_month_n,
       countIf(known_until >= registered_at + INTERVAL 30 DAY) AS followed_n,
       if(followed_n = 0, NULL, not_in_month_n / followed_n) AS not_in_month_share
FROM release_monitor.declaration_intervals FINAL
WHERE in_scope AND NOT is_withdrawn AND registered_on IS NOT NULL
GROUP BY month, direction, office, channel, kind, transport;

CREATE VIEW IF NOT EXISTS release_monitor.trade_monthly AS
SELECT assumeNotNull(makeDate32(toYear(registered_on), toMonth(registered_on), 1)) AS month, ifNull(direction, 'none') AS direction,
       ifNull(office, 'none') AS office, ifNull(kind, 'none') AS kind, ifNull(toString(transport), 'none') AS transport,
       countIf(status != 'cancelled') AS declarations,
       sumIf(declarations.value_usd, status != 'cancelled') AS value_usd,
       countIf(declarations.value_usd IS NOT NULL AND status != 'cancelled') AS value_n,
       sumIf(declarations.tax_vnd, status != 'cancelled') AS tax_vnd,
       countIf(declarations.tax_vnd IS NOT NULL AND status != 'cancelled') AS tax_n,
       countIf(status = 'cancelled') AS cancelled_n, cancelled_n / count() AS cancellation_rate
FROM release_monitor.declarations FINAL
WHERE in_scope AND registered_on IS NOT NULL
GROUP BY month, direction, office, kind, transport;

-- Lengths of a group side by side in order. `seen` numbers equal minutes, so the first of the greatest number is the most
-- frequent minute, of several the least. An outlier is above Q3 + 3 IQR (Tukey's far out); trimmed is without them.
CREATE VIEW IF NOT EXISTS release_monitor.interval_distribution AS
WITH arrayMap(length -> intDiv(length, 60), lengths) AS minutes,
     arrayEnumerateUniq(minutes) AS seen,
     arraySum(lengths) AS sum_s,
     arrayReduce('sum', arrayMap(length -> toInt128(length) * length, lengths)) AS sum_squares,
     arrayFilter(length -> length <= q3_s + 3 * iqr_s, lengths) AS trimmed,
     arraySum(trimmed) AS trimmed_sum_s,
     arrayReduce('sum', arrayMap(length -> toInt128(length) * length, trimmed)) AS trimmed_squares,
     length(trimmed) AS trimmed_n
SELECT year, direction, office, channel,
       ['REG_REL', 'DOC_REL', 'REG_DOC', 'DOC_CHK', 'DOC_LIMIT', 'INSP_WAIT', 'INSP', 'AMEND', 'OGA', 'PAY', 'DECIDE',
        'COND_FIN', 'STORE_FIN', 'REL_EXIT', 'ARR_REL'][code] AS interval_code,
       clock, length(lengths) AS n,
       sum_s / n AS mean_s,
       arrayReduce('quantileExactInclusive(0.5)', lengths) AS median_s,
       60 * minutes[indexOf(seen, arrayMax(seen))] AS mode_s,
       lengths[1] AS min_s, lengths[-1] AS max_s, max_s - min_s AS range_s,
       sqrt(toFloat64(toInt128(n) * sum_squares - toInt128(sum_s) * sum_s)) / n AS sd_s,
       arrayReduce('quantileExactInclusive(0.25)', lengths) AS q1_s,
       arrayReduce('quantileExactInclusive(0.75)', lengths) AS q3_s,
       q3_s - q1_s AS iqr_s,
       toUInt64(n - trimmed_n) AS outlier_n,
       trimmed_sum_s / trimmed_n AS trimmed_mean_s,
       arrayReduce('quantileExactInclusive(0.5)', trimmed) AS trimmed_median_s,
       sqrt(toFloat64(toInt128(trimmed_n) * trimmed_squares - toInt128(trimmed_sum_s) * trimmed_sum_s)) / trimmed_n
           AS trimmed_sd_s
FROM (
    SELECT year, direction_said AS direction, if(grouping(office_said) = 1, 'all', office_said) AS office,
           if(grouping(channel_said) = 1, 'all', channel_said) AS channel, code,
           [arraySort(groupArray(elapsed_s)), arraySort(groupArray(working_s))] AS both
    FROM (
        SELECT toYear(assumeNotNull(registered_on)) AS year, ifNull(direction, 'none') AS direction_said,
               ifNull(office, 'none') AS office_said, ifNull(toString(channel), 'none') AS channel_said,
               code, elapsed_s, working_s
        FROM release_monitor.declaration_intervals FINAL
        ARRAY JOIN codes AS code, elapsed AS elapsed_s, working AS working_s
        WHERE in_scope AND NOT is_withdrawn AND registered_on IS NOT NULL AND elapsed_s IS NOT NULL
    )
    GROUP BY GROUPING SETS ((year, direction_said, code, office_said, channel_said), (year, direction_said, code, office_said),
                            (year, direction_said, code, channel_said), (year, direction_said, code))
)
ARRAY JOIN both AS lengths, ['elapsed', 'working'] AS clock;

CREATE VIEW IF NOT EXISTS release_monitor.by_kind_transport AS
SELECT month, direction, kind, transport,
       ['REG_REL', 'DOC_REL', 'REG_DOC', 'DOC_CHK', 'DOC_LIMIT', 'INSP_WAIT', 'INSP', 'AMEND', 'OGA', 'PAY', 'DECIDE',
        'COND_FIN', 'STORE_FIN', 'REL_EXIT', 'ARR_REL'][code] AS interval_code,
       clock, n, population_n, open_n, if(population_n = open_n, NULL, n / (population_n - open_n)) AS coverage,
       if(n = 0, NULL, sum_s / n) AS mean_s, p50_s, p90_s
FROM (
    SELECT assumeNotNull(makeDate32(toYear(registered_on), toMonth(registered_on), 1)) AS month, ifNull(direction, 'none') AS direction,
           ifNull(kind, 'none') AS kind, ifNull(toString(transport), 'none') AS transport, code,
           count() AS population_n, count(elapsed_s) AS n,
           -- COND_FIN, STORE_FIN and REL_EXIT run on after the release, all others are over with it.
           countIf(ended_at IS NULL AND (released_at IS NULL OR code IN (12, 13, 14))) AS open_n,
           [sum(elapsed_s), sum(working_s)] AS sums,
           [quantileExactInclusive(0.5)(elapsed_s), quantileExactInclusive(0.5)(working_s)] AS medians,
           [quantileExactInclusive(0.9)(elapsed_s), quantileExactInclusive(0.9)(working_s)] AS ninetieths
    FROM release_monitor.declaration_intervals FINAL
    ARRAY JOIN codes AS code, ends AS ended_at, elapsed AS elapsed_s, working AS working_s
    WHERE in_scope AND NOT is_withdrawn AND registered_on IS NOT NULL
    GROUP BY month, direction, kind, transport, code
)
ARRAY JOIN ['elapsed', 'working'] AS clock, sums AS sum_s, medians AS p50_s, ninetieths AS p90_s;
