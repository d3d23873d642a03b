"""What /metrics says agrees with what the store holds; what /healthz and /readyz say is true."""

from __future__ import annotations

import datetime as dt
import json
import os
import pty
import sys
import time
from pathlib import Path

import pytest

from running import Running, local, sample_values
from stores import release_monitor
from streams.metrics.catalogue import CATALOGUE

pytestmark = pytest.mark.integration

MESSAGES = [
    *(
        json.dumps(
            {
                "event_id": f"{key}-{kind}",
                "schema_version": 1,
                "source": "SIM",
                "declaration_key": f"1000000{key:04d}",
                "event_type": kind,
                "occurred_at": f"2026-03-02T08:{minute:02d}:00+07:00",
                "attrs": {
                    "office": "27F1",
                    "direction": "import",
                    **({"channel": 2} if kind == "CHANNEL_ASSIGNED" else {}),
                },
            }
        )
        for key in range(400)
        for kind, minute in (
            ("REGISTERED", 0),
            ("CHANNEL_ASSIGNED", 1),
            ("DOC_CHECK_STARTED", 5),
            ("DOSSIER_COMPLETE", 2),
            ("DOC_CHECK_COMPLETED", 6),
            ("CLEARED", key % 60),
        )
        if (kind != "CLEARED" or key % 10)
        and (key < 30 or kind not in ("DOSSIER_COMPLETE", "DOC_CHECK_COMPLETED"))
    ),
    *(
        json.dumps(
            {
                "event_id": f"next-day-{kind}",
                "schema_version": 1,
                "source": "SIM",
                "declaration_key": "30000000001",
                "event_type": kind,
                "occurred_at": "2026-03-03T10:00:00+07:00",
                "attrs": {"office": "27F2", "direction": "export", "channel": 1},
            }
        )
        for kind in ("REGISTERED", "CHANNEL_ASSIGNED")
    ),
    "{broken",
    '{"schema_version": 2}',
    '{"event_id": "x"}',
]


@pytest.fixture(scope="module")
def drained(tmp_path_factory: pytest.TempPathFactory) -> object:
    folder = tmp_path_factory.mktemp("metrics")
    source = folder / "in.jsonl"
    source.write_text("\n".join([*MESSAGES, MESSAGES[0]]) + "\n")
    with local(folder / "data", "--input", source, RELEASE_MONITOR_IDLE_PARTITION_S="1") as pipeline:
        pipeline.wait(
            lambda: _values(pipeline).get("release_events_total_sum", 0) > 0, 90, "events are counted"
        )
        pipeline.wait(
            lambda: _values(pipeline).get("release_reconciliation_gap_events") == 0, 60, "the gap is 0"
        )
        pipeline.wait(
            lambda: _values(pipeline).get("release_open_declarations_sum", 0) > 0, 30, "the open are counted"
        )
        pipeline.wait(
            lambda: _values(pipeline).get("release_lag_events_sum") == 0, 30, "offsets are committed"
        )
        pipeline.wait(
            lambda: _values(pipeline).get("release_stuck_declarations_sum", 0) > 0, 30, "some are stuck"
        )
        pipeline.wait(
            lambda: _values(pipeline).get(f"{_LATE}_sum", 0) > 0, 30, "what is too long is counted as late"
        )
        yield pipeline


_LATE, _WITHIN = "late decisions", "decisions in time"


def _values(pipeline: Running) -> dict[str, float]:
    """All samples, and for each name the sum over its labels under NAME_sum, for decisions by their verdict."""
    values = sample_values(pipeline.get("/metrics")[1])
    sums: dict[str, float] = {}
    for series, value in values.items():
        name = series.partition("{")[0]
        if name == "release_decisions_total":
            name = _LATE if 'verdict="late"' in series else _WITHIN
        sums[f"{name}_sum"] = sums.get(f"{name}_sum", 0.0) + value
    return {**sums, **values}


def _ask(pipeline: Running, sql: str) -> list[list[object]]:
    done = release_monitor("query", "--data", pipeline.data_dir, "--format", "JSONCompactEachRow", sql)
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_counts_agree_with_the_store(drained: Running) -> None:
    values = _values(drained)
    assert values["release_events_total_sum"] == int(str(_ask(drained, "SELECT count() FROM events")[0][0]))
    for reason, count in _ask(drained, "SELECT reason, count() FROM rejected_events GROUP BY 1"):
        assert values[f'release_rejected_total{{reason="{reason}"}}'] == int(str(count))
    assert values["release_rejected_total_sum"] == 3
    assert values["release_duplicate_events_total"] == 1
    for code in ("REG_REL", "DOC_REL"):
        counted = sum(
            value
            for series, value in values.items()
            if series.startswith("release_time_seconds_count") and code in series
        )
        n, total = _ask(
            drained, f"SELECT count(elapsed_s), sum(elapsed_s) FROM intervals WHERE interval_code = '{code}'"
        )[0]
        summed = sum(
            value
            for series, value in values.items()
            if series.startswith("release_time_seconds_sum{") and code in series
        )
        assert (counted, summed) == (int(str(n)), int(str(total)))
    opened = _ask(drained, "SELECT count() FROM declarations_current WHERE status = 'open'")[0][0]
    assert values["release_open_declarations_sum"] == int(str(opened)) == 41
    assert values['release_sink_rows_total{table="declaration_events"}'] == values["release_events_total_sum"]
    assert values["release_lag_events_sum"] == 0


def test_times_are_event_times(drained: Running) -> None:
    values = _values(drained)
    latest = dt.datetime.fromisoformat("2026-03-02T08:59:00+07:00").timestamp()
    assert values['release_last_event_timestamp_seconds{office="27F1",source="SIM"}'] == latest
    assert values["release_watermark_timestamp_seconds"] < latest - 60


def test_every_interval_with_a_target_has_its_verdict(drained: Running) -> None:
    """The limit of the checks is two working hours: those not done by the next morning are late, open as they are."""
    ((kept, late),) = _ask(
        drained,
        "SELECT countIf(working_s <= 7200), countIf(ended_at IS NULL AND status = 'open') FROM intervals"
        " INNER JOIN declarations_current USING declaration_key WHERE interval_code = 'DOC_LIMIT'",
    )
    values = _values(drained)
    assert (values[f"{_WITHIN}_sum"], values[f"{_LATE}_sum"]) == (int(str(kept)), int(str(late)))
    assert min(int(str(kept)), int(str(late))) > 20
    assert values["release_channel_assigned_total_sum"] == 401


def test_what_is_told_against_the_clock(drained: Running) -> None:
    """The clock of a local pipeline is that of its feed: the next morning at ten."""
    values = _values(drained)
    clock = dt.datetime.fromisoformat("2026-03-03T10:00:00+07:00").timestamp()
    assert values["release_clock_timestamp_seconds"] == clock
    assert values['release_office_working{office="27F1"}'] == 1
    assert values['release_feed_silence_seconds{office="27F2"}'] == 0
    assert values['release_feed_silence_seconds{office="27F1"}'] == (9 * 60 + 1) * 60
    ((stuck, older),) = _ask(
        drained, "SELECT countIf(past_stage_limit), countIf(past_2h_working) FROM open_declarations"
    )
    assert values["release_stuck_declarations_sum"] == int(str(stuck)) > 0
    marked = sum(
        value
        for series, value in values.items()
        if series.startswith("release_open_older") and 'age="2h_working"' in series
    )
    assert marked == int(str(older)) == 40
    assert (
        values[
            'release_target_seconds{channel="all",clock="working",direction="all",interval="INSP",'
            'office="all",statistic="p95"}'
        ]
        == 28_800
    )


def test_every_metric_of_the_catalogue_is_served_and_no_other(drained: Running) -> None:
    lines = drained.get("/metrics")[1].splitlines()
    types = {line.split()[2]: line.split()[3] for line in lines if line.startswith("# TYPE")}
    assert types == {one.name: one.kind.value for one in CATALOGUE}
    served = {line.partition("{")[0].partition(" ")[0] for line in lines if not line.startswith("#")}
    assert served == {name for one in CATALOGUE for name in one.exposed}
    values = _values(drained)
    assert values["release_metric_series"] <= len(lines) < values["release_metric_series_budget"]


def test_health_and_readiness(drained: Running) -> None:
    assert drained.get("/healthz") == (200, '{"ok": true, "reasons": []}\n')
    assert drained.get("/readyz")[0] == 200
    assert drained.get("/nothing")[0] == 404


def test_other_commands_work_while_it_runs(drained: Running) -> None:
    folder = drained.data_dir
    healthy = release_monitor("doctor", "--data", folder).stdout
    assert sum(line.startswith("ok ") for line in healthy.splitlines()) == 7, healthy
    assert "ok     reference: 4 offices, 1 calendar, 2 targets, from shipped\n" in healthy
    assert "ok     metrics: at most 39,690 series of a budget of 50,000\n" in healthy
    assert "ok     positions: 0 of " in healthy
    ill = release_monitor("doctor", "--data", folder, check=False, RELEASE_MONITOR_REFERENCE_FILE="README.md")
    assert (ill.returncode, ill.stderr) == (1, "error: 1 of 7 checks failed, see above\n")
    assert "WRONG  reference: README.md: " in ill.stdout
    assert "up to date" in release_monitor("migrate", "--data", folder).stdout
    assert "all topics are there" in release_monitor("topics", "--data", folder).stdout
    assert "3 messages rejected" in release_monitor("rejected", "--data", folder).stdout
    assert "nothing to replay" in release_monitor("rejected", "--data", folder, "replay").stdout
    refused = release_monitor("query", "--data", folder, "DROP TABLE declarations", check=False)
    assert refused.returncode == 1
    assert refused.stderr == "error: only reading is allowed here, not DROP\n"
    for command in (("local",), ("backfill", Path("README.md"))):
        again = release_monitor(*command, "--data", folder, check=False)
        assert (again.returncode, again.stderr.count("\n")) == (1, 1), again


def test_ctrl_c_ends_it_in_order(drained: Running) -> None:
    assert drained.interrupt() == 0
    assert "Summary" in drained.said()
    assert release_monitor("query", "--data", drained.data_dir, "SELECT count() FROM events").stdout


def test_ctrl_c_in_a_terminal_ends_it_in_order(tmp_path: Path) -> None:
    """A terminal sends the interrupt to every process of its group, not to the first alone."""
    command = [
        sys.executable,
        "-m",
        "streams.cli.main",
        "local",
        "--data",
        str(tmp_path),
        "--speed",
        "200",
        "--no-board",
    ]
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(sys.executable, command, {**os.environ, "RELEASE_MONITOR_METRICS_PORT": "0"})
    said = b""
    until = time.monotonic() + 90
    interrupted = False
    while time.monotonic() < until:
        try:
            said += os.read(terminal, 65536)
        except OSError:  # the other end is closed
            break
        if not interrupted and b" done" in said and b"0 events in" not in said.splitlines()[-1]:
            os.write(terminal, b"\x03")
            interrupted = True
    _, status = os.waitpid(pid, 0)
    assert interrupted
    assert os.waitstatus_to_exitcode(status) == 0, said.decode(errors="replace")
    assert b"Summary" in said
