-- Takes back 0004. All that goes is derived: `refold` of a program that has it makes it anew.

DROP VIEW IF EXISTS release_monitor.intervals;

DROP VIEW IF EXISTS release_monitor.declarations_current;

ALTER TABLE release_monitor.declaration_intervals
    DROP COLUMN IF EXISTS channel_initial,
    DROP COLUMN IF EXISTS transport,
    DROP COLUMN IF EXISTS registered_on,
    DROP COLUMN IF EXISTS registered_hour,
    DROP COLUMN IF EXISTS released_on;

-- The rows are not as this program makes them any more: whichever comes up next folds them anew.
ALTER TABLE release_monitor.declarations UPDATE fold_id = 0 WHERE fold_id != 0 SETTINGS mutations_sync = 2;

ALTER TABLE release_monitor.declarations
    DROP COLUMN IF EXISTS transport,
    DROP COLUMN IF EXISTS registered_on,
    DROP COLUMN IF EXISTS released_on;

CREATE VIEW IF NOT EXISTS release_monitor.declarations_current AS
SELECT declaration_key, declaration_no, direction, office, kind, channel_initial, channel_final, registered_at,
       released_at, cleared_at, exited_at, cancelled_at,
       if(pre_registered_only AND orphan_since + INTERVAL 7 DAY <= (SELECT watermark FROM release_monitor.watermark),
          'expired', status) AS status,
       stage, waiting_on, tax_vnd, value_usd, replaces, revision
FROM release_monitor.declarations FINAL;

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
