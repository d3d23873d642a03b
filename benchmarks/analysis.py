"""What the analysts' views cost on years of declarations: `python -m benchmarks.analysis` or `make bench-analysis`.

Ten million intervals of three years and twenty offices are written straight into the table, a twentieth of the
declarations once more, so that there are rows to be replaced. Then the figures of cohorts are made and the views asked.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Final

import msgspec
from clickhouse_connect.driver.client import Client
from rich.console import Console
from rich.table import Table

from benchmarks.analysis_rows import OFFICES, blocks
from benchmarks.command import FAULTS, end_like_ctrl_c, sayer
from benchmarks.processes import Machine, machine
from streams.store.client import EmbeddedStore
from streams.store.cohorts import refresh
from streams.store.declaration_tables import INTERVALS
from streams.store.native import block
from streams.store.schema import DATABASE, migrate
from streams.store.sink import ClickHouseSink

_RESULTS: Final = Path(__file__).resolve().parent / "results" / "analysis.json"
_INTERVALS: Final = 10_000_000
_BLOCK: Final = 50_000
_TIMES: Final = 5
_SAY_EVERY_S: Final = 5.0
_TABLE: Final = f"{DATABASE}.{INTERVALS.name}"
_AIM_S: Final = 1.0

_ONE: Final = f"office = '{OFFICES[0]}'"
_LEAVES: Final = """
    SELECT toYear(registered_on) AS year, direction, office, channel, code, count() AS population_n, count(length) AS n,
           sum(length) AS sum_s
    FROM release_monitor.declaration_intervals FINAL
    ARRAY JOIN codes AS code, elapsed AS length
    WHERE in_scope AND NOT is_withdrawn AND {where}
    GROUP BY ALL
"""
_DIRECT: Final = """
    SELECT toStartOfMonth(registered_on) AS month, code, direction, office, channel, count(length) AS n,
           quantilesExactInclusive(0.5, 0.9)(length) AS quantiles
    FROM release_monitor.declaration_intervals FINAL
    ARRAY JOIN codes AS code, elapsed AS length
    WHERE in_scope AND NOT is_withdrawn AND {where}
    GROUP BY GROUPING SETS ((month, code), (month, code, direction), (month, code, office), (month, code, channel),
        (month, code, direction, office), (month, code, direction, channel), (month, code, office, channel),
        (month, code, direction, office, channel))
"""

Say = Callable[[str], None]


class Question(msgspec.Struct, frozen=True):
    """A question, how many rows it has, and the median of five answers in seconds, the rows handed over."""

    name: str
    rows: int
    seconds: float


class Analysis(msgspec.Struct, frozen=True):
    """One run. Rates are declarations a second; the limits are those of the engine on the same rows."""

    machine: Machine
    intervals: int
    declarations: int
    import_rate: float
    native_limit: float
    select_limit: float
    bytes_a_declaration: float
    figures: int
    figures_bytes: int
    refresh_s: float
    refresh_cpu_s: float
    peak_mb: float
    """Peak resident memory of the process, engine and generator included."""
    questions: list[Question]
    plans: dict[str, str]


def measure(intervals: int, folder: Path, where: Machine, say: Say) -> Analysis:
    """Fill a store in a folder, make its figures, and ask."""
    store = EmbeddedStore(folder)
    client = store.writer
    try:
        migrate(client)
        declarations, made, seconds = _fill(client, intervals, say)
        say("the same rows into a plain table, by the engine alone")
        native, select = _limits(client, declarations)
        size = _bytes(client, INTERVALS.name) / declarations
        client.command(
            f"INSERT INTO {_TABLE} SELECT * FROM {_TABLE} WHERE cityHash64(declaration_key) % 20 = 0"
        )
        say("making the figures of cohorts")
        wall, cpu = time.perf_counter(), time.process_time()
        refresh(client)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        say("asking")
        return Analysis(
            machine=where,
            intervals=made,
            declarations=declarations,
            import_rate=round(declarations / seconds),
            native_limit=round(declarations / native),
            select_limit=round(declarations / select),
            bytes_a_declaration=round(size, 1),
            figures=_count(client, f"SELECT * FROM {DATABASE}.cohort_figures"),
            figures_bytes=_bytes(client, "cohort_figures"),
            refresh_s=round(wall, 2),
            refresh_cpu_s=round(cpu, 2),
            peak_mb=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
            questions=[_asked(client, name, sql) for name, sql in _questions()],
            plans={
                name: client.raw_query(f"EXPLAIN indexes = 1 {sql}", fmt="TabSeparatedRaw").decode()
                for name, sql in _questions()
                if name.endswith(", one office")
            },
        )
    finally:
        store.close()


def _fill(client: Client, intervals: int, say: Say) -> tuple[int, int, float]:
    """Write the rows; return how many declarations and intervals, and the seconds of writing, not of making."""
    sink = ClickHouseSink(client)
    declarations = made = 0
    seconds, told = 0.0, time.monotonic()
    for rows in blocks(intervals, min(_BLOCK, intervals)):
        begin = time.perf_counter()
        sink.write_columns([(INTERVALS, rows.columns)])
        seconds += time.perf_counter() - begin
        declarations, made = declarations + rows.declarations, made + rows.intervals
        if time.monotonic() - told >= _SAY_EVERY_S:
            told = time.monotonic()
            say(f"{made:,} of {intervals:,} intervals written")
    say(f"{made:,} intervals of {declarations:,} declarations written")
    return declarations, made, seconds


def _limits(client: Client, declarations: int) -> tuple[float, float]:
    """Return the seconds in which the engine takes as many rows into a plain table, as ready bytes and by itself."""
    client.command(f"CREATE TABLE {DATABASE}.plain AS {_TABLE} ENGINE = MergeTree ORDER BY declaration_key")
    # Of a few blocks the bytes are made beforehand; more would only fill memory.
    ready = [
        (b"".join(block(INTERVALS.columns, INTERVALS.kinds, rows.columns)), rows.declarations)
        for rows in blocks(min(1_000_000, declarations), min(_BLOCK, declarations), seed=2)
    ]
    begin = time.perf_counter()
    for content, _ in ready:
        client.raw_insert(f"{DATABASE}.plain", INTERVALS.columns, content, fmt="Native")
    native = (time.perf_counter() - begin) * declarations / sum(count for _, count in ready)
    client.command(f"TRUNCATE TABLE {DATABASE}.plain")
    begin = time.perf_counter()
    client.command(f"INSERT INTO {DATABASE}.plain SELECT * FROM {_TABLE}")
    select = time.perf_counter() - begin
    client.command(f"DROP TABLE {DATABASE}.plain SYNC")
    return native, select


def _questions() -> list[tuple[str, str]]:
    views = ("cohort_monthly", "cohort_yearly", "year_on_year")
    return [
        *((f"{view}, whole", f"SELECT * FROM {DATABASE}.{view}") for view in views),
        *((f"{view}, one office", f"SELECT * FROM {DATABASE}.{view} WHERE {_ONE}") for view in views),
        ("without the table: sums of the smallest cells by year", _LEAVES.format(where="1")),
        ("without the table: monthly cohorts on one clock", _DIRECT.format(where="1")),
        ("without the table: the same of one office", _DIRECT.format(where=_ONE)),
    ]


def _asked(client: Client, name: str, sql: str) -> Question:
    seconds = []
    client.raw_query(sql, fmt="Native")
    for _ in range(_TIMES):
        begin = time.perf_counter()
        client.raw_query(sql, fmt="Native")
        seconds.append(time.perf_counter() - begin)
    return Question(name, _count(client, sql), round(median(seconds), 3))


def _count(client: Client, sql: str) -> int:
    return int(client.query(f"SELECT count() FROM ({sql})").result_rows[0][0])


def _bytes(client: Client, table: str) -> int:
    rows = client.query(
        "SELECT sum(bytes_on_disk) FROM system.parts"
        " WHERE active AND database = {database:String} AND table = {table:String}",
        parameters={"database": DATABASE, "table": table},
    ).result_rows
    return int(rows[0][0])


def show(of: Analysis, console: Console) -> None:
    """Print what was measured, and whether the views kept the aim."""
    table = Table(
        title=f"{of.intervals:,} intervals of {of.declarations:,} declarations: median of {_TIMES}, warm",
        title_justify="left",
    )
    table.add_column("question")
    table.add_column("rows", justify="right")
    table.add_column("seconds", justify="right")
    for one in of.questions:
        table.add_row(one.name, f"{one.rows:,}", f"{one.seconds:.3f}")
    console.print(table)
    slow = [one.name for one in of.questions if not one.name.startswith("without") and one.seconds >= _AIM_S]
    at = of.machine
    console.print(
        f"import, declarations a second: {of.import_rate:,.0f}; the engine alone: ready Native {of.native_limit:,.0f},"
        f" INSERT SELECT {of.select_limit:,.0f}",
        f"on disk: {of.bytes_a_declaration:g} bytes a declaration (its row of intervals); figures: {of.figures:,} rows,"
        f" {of.figures_bytes:,} bytes",
        f"figures made in {of.refresh_s:g} s, {of.refresh_cpu_s:g} s of processor time",
        f"peak memory of all this: {of.peak_mb:,.0f} MB",
        f"machine: {at.cores} cores, {at.model}, {at.memory_gb:g} GB, load before {at.load:.2f}",
        f"aim, every view under {_AIM_S:g} s: {'met' if not slow else 'missed by ' + ', '.join(slow)}",
        *(f"\n{name}\n{plan}" for name, plan in of.plans.items()),
        sep="\n",
        highlight=False,
        markup=False,
    )


def main() -> int:
    """Run the measurement; the exit code says whether it ran."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.analysis", description="The analysts' views.")
    parser.add_argument(
        "--intervals", type=int, default=_INTERVALS, help="how many to make (default %(default)s)"
    )
    intervals = parser.parse_args().intervals
    if intervals < 1_000:
        parser.error("--intervals: at least 1000, fewer fill no cell")
    end_like_ctrl_c()
    where = machine()
    with tempfile.TemporaryDirectory(prefix="release-monitor-bench-") as scratch:
        try:
            result = measure(intervals, Path(scratch), where, sayer())
        except FAULTS as error:
            print(f"error: {error}", file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            print("stopped", file=sys.stderr)
            return 130
    _RESULTS.parent.mkdir(parents=True, exist_ok=True)
    _RESULTS.write_bytes(msgspec.json.format(msgspec.json.encode(result)) + b"\n")
    show(result, Console(width=130, soft_wrap=True))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
