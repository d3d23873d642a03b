"""The export, read by a process-mining tool and by our own backfill, says what the store says."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pytest
from clickhouse_connect.driver.client import Client

from stores import RECEIPT, all_views, opened, release_monitor, rows
from streams.core.vocabulary import LIFECYCLE_RANK
from streams.local.export import export_log
from streams.store.cases import Case, StoredCases, Wanted

pytestmark = pytest.mark.integration

CASE = "case:concept:name"
AT = "time:timestamp"


class Exported(NamedTuple):
    """A store and the log that was exported from it."""

    folder: Path
    log: Path


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """A generated feed with every fault."""
    folder = tmp_path_factory.mktemp("generated")
    release_monitor("simulate", "--declarations", "800", "--faults", "all", "--out", folder / "feed.jsonl")
    release_monitor("backfill", folder / "feed.jsonl", "--data", folder)
    release_monitor("export", folder / "log.xes.gz", "--data", folder)
    return Exported(folder, folder / "log.xes.gz")


@pytest.fixture(scope="module")
def receipt(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """The real log."""
    if not RECEIPT.exists():
        pytest.skip("the real log is not beside this checkout")
    folder = tmp_path_factory.mktemp("receipt")
    release_monitor("backfill", RECEIPT, "--mapping", "mappings/receipt.yaml", "--data", folder)
    release_monitor("export", folder / "log.xes", "--data", folder)
    return Exported(folder, folder / "log.xes")


@pytest.fixture(scope="module", params=["generated", "receipt"])
def exported(request: pytest.FixtureRequest) -> Exported:
    found: Exported = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="module")
def views(exported: Exported) -> dict[str, list[tuple[Any, ...]]]:
    return all_views(exported.folder)


@pytest.fixture(scope="module")
def log(exported: Exported) -> pd.DataFrame:
    import pm4py

    read: pd.DataFrame = pm4py.read_xes(
        str(exported.log), variant="chunk_regex"
    )  # its default, said to be quiet
    return read


def of_declarations(views: dict[str, list[tuple[Any, ...]]]) -> list[tuple[Any, ...]]:
    """The events of declarations: all but signs of life."""
    return [row for row in views["events"] if row[4] != "HEARTBEAT"]


def test_the_tool_sees_every_case_and_every_event_of_it(
    log: pd.DataFrame, views: dict[str, list[tuple[Any, ...]]]
) -> None:
    assert set(log[CASE]) == {row[0] for row in views["declarations_current"]}
    assert log.groupby(CASE).size().to_dict() == Counter(row[2] for row in of_declarations(views))
    told = set(zip(log[CASE], log["concept:name"], log["release:event_id"], strict=True))
    assert told == {(row[2], row[4], row[0]) for row in of_declarations(views)}


def test_the_tool_measures_the_same_case_durations(
    log: pd.DataFrame, views: dict[str, list[tuple[Any, ...]]]
) -> None:
    import pm4py

    times: dict[str, list[float]] = {}
    for row in of_declarations(views):
        times.setdefault(row[2], []).append(row[8].timestamp())
    stored = sorted(max(of_one) - min(of_one) for of_one in times.values())
    measured = sorted(pm4py.get_all_case_durations(log))
    assert measured == pytest.approx(stored, abs=0.002)  # the view floors each time to a millisecond


def test_release_times_taken_from_the_log_are_those_of_the_store_to_the_second(
    log: pd.DataFrame, views: dict[str, list[tuple[Any, ...]]]
) -> None:
    measured = {
        str(case): length
        for case, events in log[log["release:precision"] != "day"].groupby(CASE, sort=False)
        if (length := release_time(events)) is not None
    }
    stored = {row[0]: row[10] for row in views["intervals"] if row[1] == "REG_REL" and row[10] is not None}
    assert len(stored) > 500
    # The store clamps a decision up to 5 s before the registration to 0 and takes none that is earlier (rule 3).
    for case, length in measured.items():
        if length < 0:
            measured[case] = 0 if length >= -5 else None  # type: ignore[assignment]
    cancelled = {row[0] for row in views["declarations_current"] if row[12] == "cancelled"}
    assert {
        case: length for case, length in measured.items() if length is not None and case not in cancelled
    } == stored


def release_time(events: pd.DataFrame) -> float | None:
    """Whole seconds from the first registration to the first decision after the last revert, as an analyst would."""
    registered = events.loc[events["concept:name"] == "REGISTERED", AT]
    reverted = events.loc[events["concept:name"] == "RELEASE_REVERTED", "release:place"].max()
    decided = events["concept:name"].isin(["CLEARED", "RELEASED_CONDITIONAL"])
    if not pd.isna(reverted):
        decided &= events["release:place"] > reverted
    released = events.loc[decided, AT]
    if registered.empty or released.empty:
        return None
    length = released.iloc[0] - registered.iloc[0]
    return length // pd.Timedelta(seconds=1) if length >= pd.Timedelta(0) else length.total_seconds()


def test_events_stand_in_rule_2_order(log: pd.DataFrame) -> None:
    for _, events in log.groupby(CASE, sort=False):
        keys = [
            (at, LIFECYCLE_RANK[name]) for at, name in zip(events[AT], events["concept:name"], strict=True)
        ]
        assert keys == sorted(keys)
        assert list(events["release:place"]) == list(range(1, len(events) + 1))


def test_our_own_backfill_reads_it_back_to_the_same_durations(
    exported: Exported, views: dict[str, list[tuple[Any, ...]]], tmp_path: Path
) -> None:
    release_monitor("backfill", exported.log, "--mapping", "mappings/exported.yaml", "--data", tmp_path)
    again = all_views(tmp_path)
    assert again["rejected"] == []
    assert again["declarations_current"] != []
    # All columns of both views but what a mapping can't carry: who acts (of stage and waiting_on) and `backfill`.
    assert [row[:13] + row[15:] for row in again["declarations_current"]] == [
        row[:13] + row[15:] for row in views["declarations_current"]
    ]
    assert [row[:12] for row in again["intervals"]] == [row[:12] for row in views["intervals"]]


@pytest.fixture
def client(generated: Exported) -> Iterator[Client]:
    with opened(generated.folder) as reader:
        yield reader


def test_the_size_of_a_page_changes_nothing(client: Client, generated: Exported, tmp_path: Path) -> None:
    for page in (37, 100_000):
        cases = StoredCases(client, page=page)
        written = export_log(tmp_path / "log.xes", cases, {"concept:name": "release-monitor"})
        assert written[0] == cases.count
        assert (tmp_path / "log.xes").read_bytes() == gzip.decompress(generated.log.read_bytes())


def test_a_page_of_one_declaration_changes_nothing(client: Client) -> None:
    registered = sorted(row[7] for row in rows(client, "declarations_current") if row[7] is not None)
    first = Wanted(before=registered[30])
    assert list(StoredCases(client, first, page=1)) == list(StoredCases(client, first))


def test_the_same_store_gives_the_same_bytes(client: Client, generated: Exported, tmp_path: Path) -> None:
    about = {"concept:name": "release-monitor"}
    export_log(tmp_path / "log.xes.gz", StoredCases(client), about)
    assert (tmp_path / "log.xes.gz").read_bytes() == generated.log.read_bytes()


def test_what_is_wanted_is_chosen_by_office_and_time_of_registration(client: Client) -> None:
    declarations = {row[0]: row for row in rows(client, "declarations_current")}
    middle = sorted(row[7] for row in declarations.values() if row[7] is not None)[300]
    for wanted, holds in (
        (Wanted(), lambda row: True),
        (Wanted(office="27F1"), lambda row: row[3] == "27F1"),
        (Wanted(since=middle), lambda row: row[7] is not None and row[7] >= middle),
        (Wanted(before=middle), lambda row: row[7] is not None and row[7] < middle),
        (Wanted("27B1", middle, middle), lambda row: False),
    ):
        cases = StoredCases(client, wanted)
        expected = sorted(key for key, row in declarations.items() if holds(row))
        assert [case.columns["declaration_key"] for case in cases] == expected
        assert cases.count == len(expected)


def test_an_export_that_breaks_off_leaves_what_was_there(client: Client, tmp_path: Path) -> None:
    class Breaking(StoredCases):
        def __iter__(self) -> Iterator[Case]:
            yield next(super().__iter__())
            raise OSError(28, "No space left on device")

    (tmp_path / "log.xes").write_text("the log of last week")
    with pytest.raises(OSError, match="No space"):
        export_log(tmp_path / "log.xes", Breaking(client), {})
    assert [path.name for path in tmp_path.iterdir()] == ["log.xes"]
    assert (tmp_path / "log.xes").read_text() == "the log of last week"


def test_days_of_registration_are_viet_nam_s_and_both_included(generated: Exported, tmp_path: Path) -> None:
    done = release_monitor(
        "export",
        tmp_path / "day.xes",
        "--data",
        generated.folder,
        "--from",
        "2026-03-03",
        "--to",
        "2026-03-03",
    )
    with opened(generated.folder) as reader:
        ((count, events),) = reader.query(
            "SELECT uniqExact(declaration_key), count() FROM release_monitor.events WHERE event_type != 'HEARTBEAT' AND"
            " declaration_key IN (SELECT declaration_key FROM release_monitor.declarations_current"
            " WHERE toDate(registered_at, 'Asia/Ho_Chi_Minh') = '2026-03-03')"
        ).result_rows
    assert done.stdout == f"{tmp_path / 'day.xes'}: {count:,} declarations, {events:,} events\n"
    assert '<string key="release:from" value="2026-03-03"/>' in (tmp_path / "day.xes").read_text()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["log.csv"], 1, "log.csv: the name of the log must end in .xes or .xes.gz"),
        (["there.xes"], 1, "there.xes is there already: name another file, or write over it with --force"),
        (["no/log.xes"], 1, "no/log.xes can't be written: No such file or directory"),
        (["log.xes", "--office", "99ZZ"], 1, "the store has no such declaration: nothing to export"),
        (["log.xes", "--from", "2026-03-03", "--to", "2026-03-02"], 1, "--from 2026-03-03 is after --to"),
        (["log.xes", "--from", "yesterday"], 2, "Invalid value for '--from'"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    generated: Exported, tmp_path: Path, arguments: list[str], code: int, said: str
) -> None:
    (tmp_path / "there.xes").write_text("kept")
    done = release_monitor(
        "export", tmp_path / arguments[0], "--data", generated.folder, *arguments[1:], check=False
    )
    assert done.returncode == code
    assert said in done.stderr
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["there.xes"]
    assert (tmp_path / "there.xes").read_text() == "kept"


def test_force_writes_over_a_file(generated: Exported, tmp_path: Path) -> None:
    (tmp_path / "log.xes.gz").write_text("old")
    release_monitor("export", tmp_path / "log.xes.gz", "--data", generated.folder, "--force")
    assert (tmp_path / "log.xes.gz").read_bytes() == generated.log.read_bytes()
