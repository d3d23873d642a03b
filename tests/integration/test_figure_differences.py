"""What differs from published figures, on the real engine: by declarations of either year, by outcomes, by targets."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

import msgspec
import pytest
from clickhouse_connect.driver.client import Client

from builders import VIETNAM, event
from feeding import FILLED, Feeding, life, reach
from streams.cli.publishing import publish_report, report_now, show_differences
from streams.core.durations import Language
from streams.core.event import Event
from streams.core.outcome import Outcome, decode_outcome
from streams.core.period import Period
from streams.core.reference import Reference
from streams.core.yearly_target import YearlyTarget
from streams.reference import load_reference
from streams.store.outcome_table import OUTCOMES, outcome_columns
from streams.store.publications import settled_figures_of_all
from streams.store.reference_tables import sync
from streams.store.sink import ClickHouseSink

pytestmark = pytest.mark.integration

TABLES = (*FILLED, "enforcement_outcomes", "reference_yearly_targets")
MARCH = Period(2026, 3)
REFERENCE = load_reference(None)
Told = dict[str, tuple[str, str, str]]


@pytest.fixture
def feed(client: Client) -> Feeding:
    reach(client, dt.datetime(2027, 3, 1, tzinfo=dt.UTC))
    feed = Feeding(client)
    feed(*life("a"), *life("b", channel=2), *last_year("old", hour=9), *last_year("older", hour=11))
    aim(client, 60)
    enforce(client, 0, 3)
    return feed


def last_year(key: str, hour: int, revision: int = 0) -> list[Event]:
    """A green declaration of March 2025, registered at 08:00."""
    attrs = {"office": "27F1", "direction": "import", "kind": "A11", "value_usd": 50, "tax_vnd": 1_000_000}
    day = "2025-03-03T"
    return [
        event("REGISTERED", f"{day}08:00:00+07:00", declaration_key=key, attrs=attrs),
        event("CHANNEL_ASSIGNED", f"{day}08:00:03+07:00", declaration_key=key, attrs={"channel": 1}),
        event("CLEARED", f"{day}{hour:02d}:00:00+07:00", declaration_key=key, revision=revision),
    ]


def aim(client: Client, value: int) -> None:
    """Set the target of 2026: declarations of 27F1."""
    target = YearlyTarget(year=2026, measure="declarations", value=value, office="27F1")
    sync(client, with_targets([target]))


def with_targets(targets: Iterable[YearlyTarget]) -> Reference:
    other = load_reference(None)
    other.yearly_targets = tuple(targets)
    return other


def enforce(client: Client, revision: int, count: int) -> None:
    """Tell of fines of March 2026."""
    told = {
        "outcome_id": "f-1", "source": "register", "revision": revision, "op": "ASSERT", "occurred_on": "2026-03-05",
        "office": "27F1", "kind": "fine", "count": count, "amount_vnd": 1000, "emitted_at": "2026-03-06T00:00:00Z",
    }  # fmt: skip
    one = decode_outcome(msgspec.json.encode(told), 0)
    assert isinstance(one, Outcome), one
    ClickHouseSink(client).write_columns([(OUTCOMES, outcome_columns([one], "own.jsonl", 0))])


def put_out(client: Client, period: Period = MARCH, lang: Language = "en") -> None:
    publish_report(client, period, 2025, lambda: now(client, 2025, period), False, VIETNAM, lang)


def now(client: Client, against: int, period: Period = MARCH) -> bytes:
    return report_now(client, period, against, REFERENCE).figures.canonical()


def page(
    client: Client, capsys: pytest.CaptureFixture[str], lang: Language = "en", period: Period = MARCH
) -> list[str]:
    """What `--differences` prints, below its first line."""
    capsys.readouterr()
    show_differences(client, period, lambda against: now(client, against, period), VIETNAM, lang)
    return capsys.readouterr().out.splitlines()[1:]


def told(lines: list[str]) -> Told:
    """The table of figures: published, now and cause, by office and figure."""
    start = next(
        (place for place, line in enumerate(lines) if re.match(r"(Office|Chi cục) ", line)), len(lines)
    )
    rows = [re.split(r"  +", line.strip()) for line in lines[start + 1 : -1]]
    return {f"{office}: {figure}": (old, new, cause) for office, figure, old, new, cause in rows}


def test_where_nothing_changed_nothing_differs(
    client: Client, feed: Feeding, capsys: pytest.CaptureFixture[str]
) -> None:
    put_out(client)
    assert page(client, capsys) == ["Nothing differs."]
    assert page(client, capsys, "vi") == ["Không có gì khác."]
    put_out(client)
    assert ": no new revision" in capsys.readouterr().err


def test_an_outcome_that_is_corrected_is_told(
    client: Client, feed: Feeding, capsys: pytest.CaptureFixture[str]
) -> None:
    put_out(client)
    enforce(client, 1, 2)
    lines = page(client, capsys)
    assert told(lines) == {
        "all offices: Fines, cases, this period": ("3", "2", "outcomes"),
        "27F1: Fines, cases, this period": ("3", "2", "outcomes"),
    }
    assert lines[-1] == "2 figures changed"
    assert told(page(client, capsys, "vi"))["27F1: Xử phạt, số vụ kỳ này"] == ("3", "2", "kết quả kiểm soát")
    assert page(client, capsys, "vi")[-1] == "2 số liệu đã thay đổi"
    enforce(client, 2, 3)
    assert page(client, capsys) == ["Nothing differs."]


def test_a_declaration_of_the_other_year_that_is_corrected_is_told(
    client: Client, feed: Feeding, capsys: pytest.CaptureFixture[str]
) -> None:
    put_out(client)
    feed(last_year("old", hour=10, revision=1)[2])
    lines = page(client, capsys)
    assert not any("correction" in line for line in lines), "no declaration of the period differs"
    found = told(lines)
    whole = "all offices: Registration to release, Imports, elapsed, mean, the other period"
    assert found[whole] == ("2 h 00 min", "2 h 30 min", "the other year")
    assert found[whole.replace("mean, the other period", "change")] == (
        "0 s",
        "−0 h 30 min",
        "the other year",
    )
    assert {cause for _, _, cause in found.values()} == {"the other year"}


def test_a_target_that_changed_is_told(
    client: Client, feed: Feeding, capsys: pytest.CaptureFixture[str]
) -> None:
    put_out(client)
    aim(client, 50)
    assert told(page(client, capsys)) == {
        "27F1: Declarations, all, share of the target": ("3.3 %", "4.0 %", "targets"),
        "27F1: Declarations, all, target of the year": ("60", "50", "targets"),
    }


def test_a_figure_that_declarations_moved_says_how_many_differ(
    client: Client, feed: Feeding, capsys: pytest.CaptureFixture[str]
) -> None:
    put_out(client)
    feed(event("AMENDED", "09:00:00", declaration_key="a", attrs={"value_usd": 200}))
    feed(event("AMENDED", "09:00:00", declaration_key="b", attrs={"value_usd": 300}))
    enforce(client, 1, 4)
    found = told(page(client, capsys))
    assert found["all offices: Turnover, all, this period"] == (
        "201.00",
        "500.00",
        "declarations of the period (2)",
    )
    assert (
        found["all offices: Turnover, all, share of the other period"][2] == "declarations of the period (2)"
    )
    assert found["27F1: Fines, cases, this period"] == ("3", "4", "outcomes")


def test_a_cancelled_declaration_is_told_although_none_that_was_counted_differs(
    client: Client, feed: Feeding, capsys: pytest.CaptureFixture[str]
) -> None:
    put_out(client)
    feed(*life("withdrawn")[:2], event("CANCELLED", "09:00:00", declaration_key="withdrawn"))
    found = told(page(client, capsys))
    assert {cause for _, _, cause in found.values()} == {"cancelled declarations of the period"}


def test_the_figures_are_kept_in_the_log_with_the_next_revision(
    client: Client, feed: Feeding, capsys: pytest.CaptureFixture[str]
) -> None:
    put_out(client)
    enforce(client, 1, 2)
    feed(event("AMENDED", "09:00:00", declaration_key="a", attrs={"value_usd": 200}))
    differing = int(page(client, capsys)[-1].split()[0])
    put_out(client)
    assert capsys.readouterr().err.endswith(
        f"1 differences from revision 1 are kept in the log; {differing} figures changed\n"
    )
    assert settled_figures_of_all(client) == {(MARCH, 1): differing}
    rows = client.query(
        "SELECT year, month, office, revision, old, new, causes, declarations, settled_by_revision"
        " FROM release_monitor.publication_figure_differences"
        " WHERE figure IN ('total/outcomes/fine/this_count', 'total/volumes/turnover_usd/all/this') ORDER BY figure"
    ).result_rows
    assert [tuple(map(str, row[4:8])) for row in rows] == [
        ("3", "2", "['outcomes']", "0"),
        ("201.00", "300.50", "['declarations']", "1"),
    ]
    assert {(*row[:4], row[8]) for row in rows} == {(2026, 3, "all", 1, 2)}
    assert page(client, capsys) == ["Nothing differs."]
