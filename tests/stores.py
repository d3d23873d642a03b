"""Reads the views of a store folder, as rows that two runs must agree on."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from clickhouse_connect.driver.client import Client

from streams.local.children import StoreChild
from streams.store.client import connect
from streams.store.cohorts import refresh

REPOSITORY = Path(__file__).resolve().parent.parent
RECEIPT = REPOSITORY.parent / "shared" / "data" / "receipt.csv"

_COHORT = (
    "direction, office, channel, interval_code, clock, n, population_n, open_n, open_share, cancelled_n, coverage,"
    " mean_s, sd_s, p50_s, p90_s, is_mature"
)

VIEWS = {
    "events": "event_id, source, declaration_key, declaration_no, event_type, occurrence_no, revision, op, occurred_at,"
    " occurred_precision, clock, emitted_at, is_backfill, actor, message_code, attrs",
    "declarations_current": "declaration_key, declaration_no, direction, office, kind, channel_initial, channel_final,"
    " registered_at, released_at, cleared_at, exited_at, cancelled_at, status, stage, waiting_on, tax_vnd, value_usd,"
    " replaces, transport, registered_on, released_on, stage_since, stage_due_at",
    "open_declarations": "declaration_key, declaration_no, office, direction, channel, kind, stage, waiting_on,"
    " registered_at, target_due_at, value_usd, tax_vnd, stage_since, stage_due_at",
    "intervals": "declaration_key, interval_code, seq, direction, office, channel, kind, registered_at, started_at,"
    " ended_at, elapsed_s, working_s, flags, transport, registered_on",
    "data_quality": "declaration_key, finding, event_id, detail, found_at",
    "outlook": "office, direction, interval_code, horizon_h, as_of, open_n, past_target_n, due_n, judged_n,"
    " expected_breaches",
    "watermark": "watermark",
    "offices": "code, valid_from, valid_to, name_vi, name_en, province, department, predecessor, zone",
    "yearly_targets": "year, measure, office, value",
    "yearly_progress": "year, office, direction, measure, actual, through, last_year, last_year_to_date, target",
    "cohort_monthly": f"cohort_month, {_COHORT}",
    "cohort_yearly": f"cohort_year, {_COHORT}",
    "year_on_year": "period, year, month, direction, office, channel, interval_code, clock, n, n_last, coverage,"
    " coverage_last, mean_s, mean_last_s, raw_change_s, standardised_mean_s, standardised_change_s, matched_share,"
    " is_mature, is_mature_last",
    "stage_waterfall": "month, direction, office, channel, step, step_no, waiting_on, n, missing_n, total_s, mean_s,"
    " share, of_which_amend_s, of_which_oga_s",
    "channel_migration": "month, direction, office, channel_initial, channel_final, n, share, measured_n, mean_s,"
    " p50_s",
    "arrival_pattern": "direction, office, weekday, hour, n, days, measured_n, mean_s, p50_s, p90_s",
    "release_shares": "month, direction, office, channel, kind, transport, n, open_n, same_day_n, same_day_share,"
    " five_days_n, five_days_known_n, five_days_share, not_in_month_n, followed_n, not_in_month_share",
    "trade_monthly": "month, direction, office, kind, transport, declarations, value_usd, value_n, tax_vnd, tax_n,"
    " cancelled_n, cancellation_rate",
    "interval_distribution": "year, direction, office, channel, interval_code, clock, n, mean_s, median_s, mode_s,"
    " min_s, max_s, range_s, sd_s, q1_s, q3_s, iqr_s, outlier_n, trimmed_mean_s, trimmed_median_s, trimmed_sd_s",
    "by_kind_transport": "month, direction, kind, transport, interval_code, clock, n, population_n, open_n, coverage,"
    " mean_s, p50_s, p90_s",
}
"""The columns of each view that a stream and a backfill must agree on (contract, guarantee 1)."""

WINDOWS = (
    "SELECT window_size, window_end, count(), groupBitXor(cityHash64(direction, office, channel, interval_code, clock,"
    " n, population_n, mean_s, sd_s, min_s, max_s, p50_s, p90_s, p95_s, live_n, live_p50_s, live_p90_s, open_n))"
    " FROM release_monitor.windows WHERE is_final GROUP BY ALL ORDER BY ALL"
)
"""Final windows, each as the number of its rows and a hash of all their columns but the revision: there are many."""

FEW_WINDOWS = {
    "RELEASE_MONITOR_WINDOW_DAYS_1H": "0.1",
    "RELEASE_MONITOR_WINDOW_DAYS_24H": "0.25",
    "RELEASE_MONITOR_WINDOW_DAYS_7D": "0.5",
    "RELEASE_MONITOR_WINDOW_DAYS_30D": "0.5",
}
"""Environment in which a store keeps few windows, so that a test need not wait for thousands."""


@contextmanager
def opened(data_dir: Path) -> Iterator[Client]:
    """Open the store of a folder on which nothing runs, with figures of cohorts that are up to date."""
    child = StoreChild(data_dir)
    with closing(connect(child.writer(), timeout_s=120)) as writer:
        refresh(writer)
    client = connect(child.program(), timeout_s=120)
    try:
        yield client
    finally:
        client.close()
        child.stop()


def rows(client: Client, view: str) -> list[tuple[Any, ...]]:
    """Return every row of a view, sorted."""
    return sorted(client.query(f"SELECT {VIEWS[view]} FROM release_monitor.{view}").result_rows, key=repr)


def all_views(data_dir: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every view of a folder, and the refusals by reason."""
    with opened(data_dir) as client:
        found = {view: rows(client, view) for view in VIEWS}
        found["rejected"] = client.query(
            "SELECT reason, count() FROM release_monitor.rejected_events GROUP BY 1 ORDER BY 1"
        ).result_rows
        found["windows"] = client.query(WINDOWS).result_rows
        return found


def release_monitor(
    *arguments: str | Path, check: bool = True, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the command line to its end."""
    done = subprocess.run(
        [sys.executable, "-m", "streams.cli.main", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=REPOSITORY,
        env={**os.environ, "RELEASE_MONITOR_METRICS_PORT": "0", **FEW_WINDOWS, **environment},
        timeout=280,
    )
    assert not check or done.returncode == 0, f"exit code {done.returncode}: {done.stderr}"
    return done
