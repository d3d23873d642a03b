-- Days and hours on the calendar and the clock of the declaration's own office, and the means of transport: what figures
-- by month, by hour and by kind of goods are made from. The rows that are there already were made by older rules: they are
-- folded anew by `refold`, or by `local` and `backfill` themselves.

ALTER TABLE release_monitor.declarations
    ADD COLUMN IF NOT EXISTS transport     Nullable(UInt8) COMMENT '1 air, 2 container, 3 bulk, 4 road, 5 rail, 6 river, 9 other',
    ADD COLUMN IF NOT EXISTS registered_on Nullable(Date32) COMMENT 'day of M1 at its office',
    ADD COLUMN IF NOT EXISTS released_on   Nullable(Date32) COMMENT 'day of M8 at its office';

ALTER TABLE release_monitor.declaration_intervals
    ADD COLUMN IF NOT EXISTS channel_initial Nullable(UInt8) COMMENT 'the first channel said',
    ADD COLUMN IF NOT EXISTS transport       Nullable(UInt8),
    ADD COLUMN IF NOT EXISTS registered_on   Nullable(Date32) COMMENT 'day of M1 at its office',
    ADD COLUMN IF NOT EXISTS registered_hour Nullable(UInt8) COMMENT 'hour of M1 at its office, 0 to 23',
    ADD COLUMN IF NOT EXISTS released_on     Nullable(Date32) COMMENT 'day of M8 at its office';

DROP VIEW IF EXISTS release_monitor.declarations_current;

CREATE VIEW IF NOT EXISTS release_monitor.declarations_current AS
SELECT declaration_key, declaration_no, direction, office, kind, channel_initial, channel_final, registered_at,
       released_at, cleared_at, exited_at, cancelled_at,
       if(pre_registered_only AND orphan_since + INTERVAL 7 DAY <= (SELECT watermark FROM release_monitor.watermark),
          'expired', status) AS status,
       stage, waiting_on, tax_vnd, value_usd, replaces, revision, transport, registered_on, released_on, in_scope
FROM release_monitor.declarations FINAL;

DROP VIEW IF EXISTS release_monitor.intervals;

CREATE VIEW IF NOT EXISTS release_monitor.intervals AS
SELECT declaration_key,
       ['REG_REL', 'DOC_REL', 'REG_DOC', 'DOC_CHK', 'DOC_LIMIT', 'INSP_WAIT', 'INSP', 'AMEND', 'OGA', 'PAY', 'DECIDE',
        'COND_FIN', 'STORE_FIN', 'REL_EXIT', 'ARR_REL'][code] AS interval_code,
       toUInt32(1) AS seq, direction, office, channel, kind, registered_at, started_at, ended_at, elapsed_s, working_s,
       arrayFilter(flag -> bitTest(bits, indexOf(['deemed', 'pre_arrival', 'prepaid', 'clamped', 'backfill'], flag) - 1),
                   ['deemed', 'pre_arrival', 'prepaid', 'clamped', 'backfill']) AS flags,
       revision, transport, registered_on, in_scope
FROM release_monitor.declaration_intervals FINAL
ARRAY JOIN codes AS code, starts AS started_at, ends AS ended_at, elapsed AS elapsed_s, working AS working_s,
           flag_bits AS bits
WHERE NOT is_withdrawn;
