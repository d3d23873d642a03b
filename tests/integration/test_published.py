"""Publications on the real engine: what is frozen, what differs from it later and why, and who wins of two."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from clickhouse_connect.driver.client import Client

from builders import CALENDARS, VIETNAM, WeekdayHours, event
from feeding import FILLED, Feeding, life, reach
from streams.core.declaration import Rulebook
from streams.core.period import Period
from streams.core.scope import ScopeRule
from streams.local.children import StoreChild
from streams.local.refold import refold
from streams.store import published as published_module
from streams.store.client import connect
from streams.store.publications import Difference, differences, last_publication, publications
from streams.store.published import PublicationError, Published, maturity, publish

pytestmark = pytest.mark.integration

TABLES = FILLED
MARCH, YEAR, AT_27F1 = Period(2026, 3), Period(2026), Period(2026, 3, "27F1")
MATURE_AT = dt.datetime(2026, 4, 30, 17, tzinfo=dt.UTC)


@pytest.fixture
def feed(client: Client) -> Feeding:
    reach(client, MATURE_AT)
    return Feeding(client)


def put_out(
    client: Client,
    period: Period = MARCH,
    figures: bytes = b"{}",
    *,
    against: int = 2025,
    provisional: bool = False,
) -> Published:
    return publish(client, period, against, lambda: figures, zone=VIETNAM, provisional=provisional)


def found(client: Client, period: Period = MARCH) -> dict[tuple[str, str], tuple[Any, ...]]:
    """What differs now, by declaration and measure: old, new, cause, event."""
    return {
        (one.declaration_key, one.measure): (one.old, one.new, one.cause, one.event_id)
        for one in differences(client, period)
    }


def test_what_is_counted_of_each_declaration_is_frozen(client: Client, feed: Feeding) -> None:
    feed(*life("a", channel=2), *life("b")[:2], *life("elsewhere", office="27B1"))
    feed(event("REGISTERED", "2026-04-01T00:00:00+07:00", declaration_key="april", attrs={"office": "27F1"}))
    feed(*life("withdrawn")[:2], event("CANCELLED", "09:00:00", declaration_key="withdrawn"))
    done = put_out(client, AT_27F1, b'{"n":2}')
    assert (done.is_new, done.differences, done.figures) == (True, 0, 0)
    assert done.publication == last_publication(client, AT_27F1)
    assert done.publication[:3] == (AT_27F1, 1, 2025)
    assert done.publication[4:7] == (False, 2, 1)
    rows = client.query(
        "SELECT * EXCEPT (year, month, period_office, revision) FROM release_monitor.publication_declarations"
        " ORDER BY declaration_key"
    ).result_rows
    assert [[str(one) if one is not None else None for one in row] for row in rows] == [
        ["a", "import", "27F1", "2", "False", "True", "7200", "7200", "5400", "5400", "100.50", "7000000.00"],
        ["b", "import", "27F1", "1", "True", "False", None, None, None, None, "100.50", "7000000.00"],
    ]
    kept = client.query(
        "SELECT figures, sha256 = lower(hex(SHA256(figures))), begins_on, ends_before FROM release_monitor.publications"
    ).result_rows
    assert kept == [('{"n":2}', 1, dt.date(2026, 3, 1), dt.date(2026, 4, 1))]


def test_where_nothing_differs_there_is_no_new_revision(client: Client, feed: Feeding) -> None:
    feed(*life("a"))
    first = put_out(client)
    feed(event("GATE_OUT", "11:00:00", declaration_key="a"))
    again = put_out(client)
    assert (again.is_new, again.publication) == (False, first.publication)
    assert len(publications(client)) == 1
    assert found(client) == {}


def test_a_correction_is_told_with_old_and_new_and_its_event(client: Client, feed: Feeding) -> None:
    feed(*life("a", channel=2))
    put_out(client)
    known = feed(event("CLEARED", "10:10:00", declaration_key="a", revision=1))
    by = ("correction", "CLEARED-10:10:00-1-")
    assert found(client) == {
        ("a", "reg_rel_elapsed_s"): ("7200", "7800", *by),
        ("a", "reg_rel_working_s"): ("7200", "7800", *by),
        ("a", "doc_rel_elapsed_s"): ("5400", "6000", *by),
        ("a", "doc_rel_working_s"): ("5400", "6000", *by),
    }
    assert {one.known_at for one in differences(client, MARCH)} == {known}
    feed(event("CLEARED", "10:00:00", declaration_key="a", revision=2))
    assert found(client) == {}, "corrected back: nothing differs any more"


def test_a_retraction_is_told(client: Client, feed: Feeding) -> None:
    feed(*life("a"), *life("b"))
    put_out(client)
    feed(event("CLEARED", "10:00:00", declaration_key="a", revision=1, op="RETRACT"))
    by = ("retraction", "CLEARED-10:00:00-1-RETRACT")
    assert found(client) == {
        ("a", "is_open"): ("false", "true", *by),
        ("a", "reg_rel_elapsed_s"): ("7200", None, *by),
        ("a", "reg_rel_working_s"): ("7200", None, *by),
    }
    feed(event("REGISTERED", "08:00:00", declaration_key="b", revision=1, op="RETRACT"))
    assert found(client)["b", "counted"] == ("true", "false", "retraction", "REGISTERED-08:00:00-1-RETRACT")
    assert found(client)["b", "value_usd"][:2] == ("100.5", None)


def test_late_events_are_told_of_declarations_that_were_open_and_that_were_not_there(
    client: Client, feed: Feeding
) -> None:
    feed(*life("a")[:2])
    feed(event("CHANNEL_ASSIGNED", "08:00:03", declaration_key="late", attrs={"channel": 2}))
    put_out(client)
    feed(life("a")[2])
    feed(*life("late")[:1])
    told = found(client)
    assert told["a", "is_open"] == ("true", "false", "late_event", "CLEARED-10:00:00-0-")
    assert told["a", "reg_rel_elapsed_s"] == (None, "7200", "late_event", "CLEARED-10:00:00-0-")
    assert {measure: told["late", measure][:2] for key, measure in told if key == "late"} == {
        "counted": ("false", "true"),
        "direction": (None, "import"),
        "office": (None, "27F1"),
        "channel": (None, "2"),
        "is_open": (None, "true"),
        "has_document_check": (None, "true"),
        "value_usd": (None, "100.5"),
        "tax_vnd": (None, "7000000"),
    }
    assert {told[of][2:] for of in told if of[0] == "late"} == {("late_event", "REGISTERED-08:00:00-0-")}


def test_each_measure_has_the_event_that_can_move_it(client: Client, feed: Feeding) -> None:
    feed(*life("a", channel=2))
    put_out(client)
    feed(event("CLEARED", "10:10:00", declaration_key="a", revision=1))
    feed(event("AMENDED", "09:00:00", declaration_key="a", attrs={"value_usd": 90}))
    feed(event("DOC_CHECK_STARTED", "08:20:00", declaration_key="a", revision=1))
    feed(event("GATE_OUT", "12:00:00", declaration_key="a"))
    causes = {measure: by for (_, measure), (_, _, *by) in found(client).items()}
    assert causes == {
        "reg_rel_elapsed_s": ["correction", "CLEARED-10:10:00-1-"],
        "reg_rel_working_s": ["correction", "CLEARED-10:10:00-1-"],
        "doc_rel_elapsed_s": ["correction", "DOC_CHECK_STARTED-08:20:00-1-"],
        "doc_rel_working_s": ["correction", "DOC_CHECK_STARTED-08:20:00-1-"],
        "value_usd": ["late_event", "AMENDED-09:00:00-0-"],
    }


def test_a_declaration_that_goes_to_another_office_differs_in_three_periods(
    client: Client, feed: Feeding
) -> None:
    there = Period(2026, 3, "27B1")
    feed(*life("a"), *life("b", office="27B1"))
    for period in (MARCH, AT_27F1, there):
        put_out(client, period)
    feed(
        event(
            "REGISTERED",
            "08:00:00",
            declaration_key="a",
            revision=1,
            attrs={"office": "27B1", "direction": "import"},
        )
    )
    by = ("correction", "REGISTERED-08:00:00-1-")
    assert found(client)["a", "office"] == ("27F1", "27B1", *by)
    assert found(client, AT_27F1)["a", "counted"] == ("true", "false", *by)
    assert found(client, there)["a", "counted"] == ("false", "true", *by)


def test_a_change_of_reference_data_is_told_as_rules(client: Client, feed: Feeding) -> None:
    feed(*life("a"), *life("private", kind="H11"))
    put_out(client)
    feed(event("GATE_OUT", "11:00:00", declaration_key="private"))
    other: Rulebook = WeekdayHours([ScopeRule(excluded_kinds=frozenset({"H11"}))])
    refold(client, other)
    assert found(client)["private", "counted"] == ("true", "false", "rules", None)
    assert {cause for _, _, cause, _ in found(client).values()} == {"rules"}
    refold(client, CALENDARS)
    assert found(client) == {}


def test_publishing_again_settles_the_differences(client: Client, feed: Feeding) -> None:
    feed(*life("a"))
    put_out(client, figures=b'{"mean":7200}')
    known = feed(event("CLEARED", "10:10:00", declaration_key="a", revision=1))
    open_ones = differences(client, MARCH)
    done = put_out(client, figures=b'{"mean":7800}')
    assert (done.is_new, done.publication.revision, done.differences, done.figures) == (
        True,
        2,
        2,
        1,
    )
    assert found(client) == {}
    feed(event("CLEARED", "10:20:00", declaration_key="a", revision=2))
    rows = client.query(
        "SELECT revision, settled_by_revision, measure, old, new, cause, event_id, toUnixTimestamp64Milli(known_at)"
        " FROM release_monitor.publication_differences WHERE measure = 'reg_rel_elapsed_s' ORDER BY revision"
    ).result_rows
    assert rows[0] == (
        1, 2, "reg_rel_elapsed_s", "7200", "7800", "correction", "CLEARED-10:10:00-1-", int(known.timestamp() * 1000),
    )  # fmt: skip
    assert rows[1][:7] == (2, None, "reg_rel_elapsed_s", "7800", "8400", "correction", "CLEARED-10:20:00-2-")
    assert open_ones[0].known_at == known
    frozen = client.query("SELECT figures FROM release_monitor.publications ORDER BY revision").result_rows
    assert frozen == [('{"mean":7200}',), ('{"mean":7800}',)]


def test_other_figures_alone_make_a_new_revision_and_so_does_another_year(
    client: Client, feed: Feeding
) -> None:
    feed(*life("a"))
    put_out(client)
    done = put_out(client, figures=b'{"fines":1}')
    assert (done.is_new, done.publication.revision, done.differences, done.figures) == (
        True,
        2,
        0,
        1,
    )
    done = put_out(client, figures=b'{"fines":1}', against=2024)
    assert (done.is_new, done.publication.revision, done.figures) == (True, 3, 0)


def test_a_period_that_is_not_mature_is_published_as_provisional_only(client: Client, feed: Feeding) -> None:
    feed(*life("a"), *life("b")[:2])
    reach(client, MATURE_AT - dt.timedelta(milliseconds=1), 2)
    with pytest.raises(
        PublicationError, match=r"mature on 2026-04-30 17:00 UTC.*; 1 of 2 declarations are open"
    ):
        put_out(client)
    assert put_out(client, provisional=True).publication.is_provisional
    assert not put_out(client, provisional=True).is_new
    reach(client, MATURE_AT, 3)
    assert maturity(client, MARCH, VIETNAM).is_mature
    done = put_out(client, provisional=True)
    assert (done.is_new, done.publication.revision, done.publication.is_provisional) == (True, 2, False)


def test_nothing_to_publish_and_no_watermark_are_said(client: Client) -> None:
    with pytest.raises(PublicationError, match="no declarations were registered in this period"):
        put_out(client)
    Feeding(client)(*life("a"))
    with pytest.raises(PublicationError, match="the store is at unknown"):
        put_out(client)


@pytest.mark.parametrize("step", ["_freeze", "_write_report", "_claim"])
def test_a_publication_that_is_cut_off_is_none(
    client: Client, feed: Feeding, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    feed(*life("a"))
    with monkeypatch.context() as patched:
        patched.setattr(published_module, step, cut_off)
        with pytest.raises(InterruptedError):
            put_out(client)
    assert (publications(client), differences(client, MARCH)) == ([], [])
    assert put_out(client).publication.revision == 1


@pytest.mark.parametrize("step", ["_freeze", "_write_report", "_claim"])
def test_one_that_is_cut_off_leaves_the_last_and_its_differences_as_they_were(
    client: Client, feed: Feeding, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    feed(*life("a"))
    put_out(client)
    feed(event("CLEARED", "10:10:00", declaration_key="a", revision=1))
    told = found(client)
    with monkeypatch.context() as patched:
        patched.setattr(published_module, step, cut_off)
        with pytest.raises(InterruptedError):
            put_out(client)
    assert len(publications(client)) == 1
    assert (found(client), len(told)) == (told, 2)
    assert put_out(client).differences == 2


def cut_off(*_: object) -> None:
    raise InterruptedError


def test_figures_and_declarations_are_of_one_state(client: Client, feed: Feeding) -> None:
    feed(*life("a"))
    coming = [life("b"), life("c")]

    def figures() -> bytes:
        counted = client.query("SELECT count() FROM release_monitor.reported_declarations").result_rows[0][0]
        if coming:
            feed(*coming.pop())
        return b"%d" % counted

    done = publish(client, MARCH, 2025, figures, zone=VIETNAM)
    assert (done.publication.revision, done.publication.declarations) == (1, 3)
    assert client.query("SELECT figures FROM release_monitor.publications").result_rows == [("3",)]
    keys = iter("defghijklmnopqrstuvw")

    def restless() -> bytes:
        feed(*life(next(keys)))
        return b"0"

    with pytest.raises(PublicationError, match="keep changing"):
        publish(client, MARCH, 2025, restless, zone=VIETNAM)
    assert len(publications(client)) == 1
    frozen = client.query(
        "SELECT uniqExact(publication_id) FROM release_monitor.published_declarations"
    ).result_rows
    assert frozen == [(1,)], "what does not stand still is not frozen"


def test_of_two_who_publish_at_once_one_makes_the_revision(
    client: Client, feed: Feeding, store: StoreChild
) -> None:
    feed(*life("a"), *life("b"))
    for wanted in (1, 2, 3):
        done: list[Published] = []
        together = threading.Barrier(3)
        figures = b'{"round":%d}' % wanted

        def one(
            figures: bytes = figures, done: list[Published] = done, together: threading.Barrier = together
        ) -> None:
            own = connect(store.writer())
            together.wait()
            done.append(put_out(own, figures=figures))
            own.close()

        threads = [threading.Thread(target=one) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(each.is_new for each in done) == [False, False, True]
        assert {each.publication.revision for each in done} == {wanted}
        assert [each.revision for each in publications(client)] == list(range(1, wanted + 1))


def test_order_repetition_and_unmerged_parts_change_nothing(client: Client, feed: Feeding) -> None:
    for table in TABLES[:3]:
        client.command(f"SYSTEM STOP MERGES release_monitor.{table}")
    feed(*life("a"), *life("b"))
    put_out(client)
    later = [
        event("CLEARED", "10:10:00", declaration_key="a", revision=1),
        event("CLEARED", "10:20:00", declaration_key="a", revision=2),
        event("CLEARED", "10:00:00", declaration_key="b", revision=1, op="RETRACT"),
    ]
    for one in reversed(later):
        feed(one)
    told = found(client)
    assert told["a", "reg_rel_elapsed_s"] == ("7200", "8400", "correction", "CLEARED-10:20:00-2-")
    for one in (*later, *life("a"), *later):
        feed(one)
    assert found(client) == told
    refold(client, CALENDARS)
    assert found(client) == told
    for table in TABLES[:3]:
        client.command(f"SYSTEM START MERGES release_monitor.{table}")
        client.command(f"OPTIMIZE TABLE release_monitor.{table} FINAL")
    assert found(client) == told


def test_a_file_and_a_topic_tell_the_same(client: Client, feed: Feeding) -> None:
    told = []
    for topic in ("declaration-events", "file:corrections.jsonl"):
        for table in TABLES:
            if table != "window_progress":
                client.command(f"TRUNCATE TABLE release_monitor.{table}")
        feed(*life("a"), *life("b"))
        put_out(client)
        feed(event("CLEARED", "10:10:00", declaration_key="a", revision=1), topic=topic)
        feed(*life("late"), topic=topic)
        told.append(found(client))
    assert told[0] == told[1]
    assert isinstance(differences(client, MARCH)[0], Difference)


def test_a_year_and_its_months_are_published_apart(client: Client, feed: Feeding) -> None:
    feed(*life("a"))
    reach(client, dt.datetime(2027, 1, 30, 17, tzinfo=dt.UTC), 2)
    put_out(client, MARCH)
    feed(event("CLEARED", "10:10:00", declaration_key="a", revision=1))
    put_out(client, YEAR)
    assert [(one.period, one.revision) for one in publications(client)] == [(YEAR, 1), (MARCH, 1)]
    assert found(client, YEAR) == {}
    assert len(found(client, MARCH)) == 2
