"""The oracle by hand: each case is drawn, and its answer is worked out from the domain page.

Milestones, intervals, stages and findings have their many cases in `core/cases/`; here are those of the rules.
In a drawing time runs to the right, in hours and minutes of one day; what is not said is as usual.
"""

from __future__ import annotations

import datetime as dt
import json
import random
from typing import Any

import oracle
from oracle.working import Office

KEY = "10000000001"


def say(event_type: str, at: str, **fields: Any) -> bytes:
    content = {
        "event_id": f"{event_type} {at} {fields.get('revision', 0)}",
        "schema_version": 1,
        "source": "SIM",
        "declaration_key": KEY,
        "event_type": event_type,
        "occurred_at": f"2026-03-02T{at}+07:00",
        **fields,
    }
    return json.dumps(content).encode()


def lane(number: int, at: str, event_type: str = "CHANNEL_ASSIGNED", **fields: Any) -> bytes:
    return say(event_type, at, attrs={"channel": number}, **fields)


def us(at: str) -> int:
    """Microseconds of a time of the day that is drawn."""
    return (
        dt.datetime.fromisoformat(f"2026-03-02T{at}+07:00") - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    ) // dt.timedelta(microseconds=1)


def judge(*messages: bytes) -> oracle.Expected:
    """Compute, and see that the order of arrival and repetition leave no trace."""
    expected = oracle.compute(list(messages))
    turned = [*messages, *messages]
    random.Random(5).shuffle(turned)
    assert oracle.compute(turned) == expected
    return expected


def row(*messages: bytes) -> dict[str, Any]:
    return judge(*messages).declarations[KEY]


def interval(code: str, *messages: bytes) -> tuple[int | None, list[str]]:
    found = judge(*messages).intervals[KEY, code]
    return found["elapsed_s"], found["flags"]


def test_yellow_from_registration_to_gate() -> None:
    #  08:00      08:01      09:30       11:00    13:00
    #  REGISTERED CHANNEL 2  DOC_CHECK   CLEARED  GATE_OUT
    #  |------------ REG_REL 3 h ------------|
    #                        |- DOC_REL 1 h 30 -|
    told = [
        say("REGISTERED", "08:00:00", attrs={"office": "27F1", "kind": "A11", "tax_vnd": 5}),
        lane(2, "08:01:00"),
        say("DOC_CHECK_STARTED", "09:30:00"),
        say("CLEARED", "11:00:00"),
        say("GATE_OUT", "13:00:00"),
    ]
    assert interval("REG_REL", *told) == (3 * 3600, [])
    assert interval("DOC_REL", *told) == (5400, [])
    found = row(*told)
    assert (found["status"], found["channel_initial"], found["channel_final"]) == ("cleared", 2, 2)
    assert (found["office"], found["kind"], found["tax_vnd"]) == ("27F1", "A11", 5)
    assert [str(found[name])[11:16] for name in ("registered_at", "released_at", "exited_at")] == [
        "01:00",
        "04:00",
        "06:00",
    ]


def test_green_is_in_no_population_of_document_checks() -> None:
    #  08:00      08:00:01   08:00:04
    #  REGISTERED CHANNEL 1  CLEARED
    told = [say("REGISTERED", "08:00:00"), lane(1, "08:00:01"), say("CLEARED", "08:00:04")]
    assert judge(*told).intervals.keys() == {(KEY, "REG_REL"), (KEY, "DECIDE")}
    assert interval("REG_REL", *told) == (4, [])


def test_a_missing_start_leaves_a_row_without_a_length() -> None:
    #  08:00      08:01      (no DOC_CHECK_STARTED)   11:00
    #  REGISTERED CHANNEL 3                           CLEARED
    told = [say("REGISTERED", "08:00:00"), lane(3, "08:01:00"), say("CLEARED", "11:00:00")]
    assert interval("DOC_REL", *told) == (None, [])


def test_a_revert_voids_the_release_before_it() -> None:
    #  08:00       10:00    11:00     15:00
    #  REGISTERED  CLEARED  REVERTED  CLEARED (2nd)
    #  |----------- REG_REL 7 h ---------|
    told = [
        say("REGISTERED", "08:00:00"),
        say("CLEARED", "10:00:00"),
        say("RELEASE_REVERTED", "11:00:00"),
        say("CLEARED", "15:00:00", occurrence_no=2),
    ]
    assert interval("REG_REL", *told) == (7 * 3600, [])
    assert interval("REG_REL", *told[:3]) == (None, [])
    assert row(*told[:3])["status"] == "open"


def test_a_corrected_time_counts_and_a_retracted_event_does_not() -> None:
    #  08:00       10:00         10:30            (revision 2)
    #  REGISTERED  CLEARED (r0)  CLEARED (r1)     RETRACT
    told = [
        say("REGISTERED", "08:00:00"),
        say("CLEARED", "10:00:00"),
        say("CLEARED", "10:30:00", revision=1),
        say("CLEARED", "10:30:00", revision=2, op="RETRACT"),
    ]
    assert interval("REG_REL", *told[:3]) == (9000, [])
    assert interval("REG_REL", *told) == (None, [])
    assert [event_id for _, event_id in judge(*told).events] == ["REGISTERED 08:00:00 0"]


def test_one_event_id_with_two_contents_is_chosen_by_emission() -> None:
    #  08:00       10:00 (emitted 10:01)   10:20 (emitted 10:30)
    #  REGISTERED  CLEARED, id c           CLEARED, id c
    told = [
        say("REGISTERED", "08:00:00"),
        say("CLEARED", "10:00:00", event_id="c", emitted_at="2026-03-02T10:01:00+07:00"),
        say("CLEARED", "10:20:00", event_id="c", emitted_at="2026-03-02T03:30:00Z"),
    ]
    assert interval("REG_REL", *told) == (8400, [])


def test_cancelled_before_release_has_no_interval_after_it_keeps_it() -> None:
    #  08:00       09:00      10:00      11:00
    #  REGISTERED  CANCELLED  CLEARED                a: cancelled
    #  REGISTERED             CLEARED    CANCELLED   b: cleared, with the time of the cancellation
    before = [say("REGISTERED", "08:00:00"), say("CANCELLED", "09:00:00"), say("CLEARED", "10:00:00")]
    assert row(*before)["status"] == row(*before[:2])["status"] == "cancelled"
    assert judge(*before).intervals == {}
    after = [say("REGISTERED", "08:00:00"), say("CLEARED", "10:00:00"), say("CANCELLED", "11:00:00")]
    assert interval("REG_REL", *after) == (7200, [])
    assert row(*after)["status"] == "cleared"
    assert row(*after)["cancelled_at"] is not None


def test_a_release_at_the_instant_of_the_cancellation_comes_first() -> None:
    #  08:00       10:00
    #  REGISTERED  CLEARED and CANCELLED: the lifecycle has CLEARED first
    told = [say("REGISTERED", "08:00:00"), say("CANCELLED", "10:00:00"), say("CLEARED", "10:00:00")]
    assert row(*told)["status"] == "cleared"


def test_negative_lengths() -> None:
    #  07:59:54.999  07:59:55   07:59:59.9  08:00       below -5 s: no length; up to 0: clamped
    #  CLEARED       CLEARED    CLEARED     REGISTERED
    wanted = {"07:59:54.999": (None, []), "07:59:55": (0, ["clamped"]), "07:59:59.9": (0, ["clamped"])}
    for at, answer in wanted.items():
        assert interval("REG_REL", say("CLEARED", at), say("REGISTERED", "08:00:00")) == answer


def test_the_length_is_the_floor_of_the_exact_difference() -> None:
    #  08:00:00.000600   08:00:02.000500      1.999900 s, though the milliseconds are 2 apart
    told = [say("REGISTERED", "08:00:00.000600"), say("CLEARED", "08:00:02.000500")]
    assert interval("REG_REL", *told) == (1, [])


def test_day_precision_tells_attributes_and_channel_but_no_milestone() -> None:
    #  00:00 (day)        08:00       10:00
    #  CHANNEL 2, CLEARED REGISTERED  CLEARED
    told = [
        lane(2, "00:00:00", occurred_precision="day"),
        say("CLEARED", "00:00:00", occurred_precision="day", occurrence_no=2, attrs={"office": "27B1"}),
        say("REGISTERED", "08:00:00"),
        say("CLEARED", "10:00:00"),
    ]
    assert interval("REG_REL", *told) == (7200, [])
    assert interval("DOC_REL", *told) == (None, [])
    assert (row(*told)["channel_final"], row(*told)["office"]) == (2, "27B1")


def test_the_channel_in_force_is_the_last_one_said_by_the_release() -> None:
    #  08:00       08:01      09:00      10:00    11:00
    #  REGISTERED  CHANNEL 1  CHANNEL 3  CLEARED  CHANNEL 2
    told = [
        say("REGISTERED", "08:00:00"),
        lane(1, "08:01:00"),
        lane(3, "09:00:00", "CHANNEL_CHANGED"),
        say("CLEARED", "10:00:00"),
        lane(2, "11:00:00", "CHANNEL_CHANGED", occurrence_no=2),
    ]
    found = row(*told)
    assert (found["channel_initial"], found["channel_final"]) == (1, 3)
    assert row(*told[:3], told[4])["channel_final"] == 2  # while open the last one said
    assert row(told[0], told[3], told[4])["channel_final"] == 2  # none by then: the first one said


def test_no_registration_is_an_orphan() -> None:
    #  (no REGISTERED)  08:01      10:00
    #                   CHANNEL 2  CLEARED
    told = [lane(2, "08:01:00"), say("CLEARED", "10:00:00")]
    assert row(*told)["status"] == "orphan"
    assert judge(*told).intervals == {}


def test_heartbeats_alone_are_events_and_no_declaration() -> None:
    #  08:00      08:01
    #  HEARTBEAT  HEARTBEAT
    expected = judge(say("HEARTBEAT", "08:00:00"), say("HEARTBEAT", "08:01:00", occurrence_no=2))
    assert len(expected.events) == 2
    assert expected.declarations == {}


def test_a_backfilled_end_is_flagged_another_event_is_not() -> None:
    #  08:00       08:01 (backfill)  10:00 (backfill)
    #  REGISTERED  CHANNEL 1         CLEARED
    told = [say("REGISTERED", "08:00:00"), lane(1, "08:01:00", is_backfill=True)]
    assert interval("REG_REL", *told, say("CLEARED", "10:00:00")) == (7200, [])
    assert interval("REG_REL", *told, say("CLEARED", "10:00:00", is_backfill=True)) == (7200, ["backfill"])


def test_tied_sources_each_keep_their_sequence() -> None:
    #  08:00  SIM: seq 1 (id y, office 27F1), seq 2 (id a, office 27F2); VCIS: (id v, office 27B1)
    #         heads y and v: v, then y, then a; the last one said is a
    def amended(event_id: str, office: str, **fields: Any) -> bytes:
        return say("AMENDED", "08:00:00", event_id=event_id, attrs={"office": office}, **fields)

    told = [
        amended("y", "27F1", source_seq=1),
        amended("a", "27F2", source_seq=2, occurrence_no=2),
        amended("v", "27B1", source="VCIS"),
    ]
    assert row(*told)["office"] == "27F2"


def test_refusals_are_counted_by_reason() -> None:
    expected = oracle.compute([b"{", b"[]", say("TELEPORTED", "08:00:00"), say("REGISTERED", "08:00:00")])
    assert expected.rejected == {"broken_json": 1, "not_an_object": 1, "unknown_type": 1}
    assert len(expected.events) == 1


def test_the_office_last_said_measures() -> None:
    #  08:00 (27F1)  09:00 (27B1)  17:00     19:00
    #  REGISTERED    AMENDED                 CLEARED     27B1 works until 20:00
    told = [
        say("REGISTERED", "08:00:00", attrs={"office": "27F1"}),
        say("AMENDED", "09:00:00", attrs={"office": "27B1"}),
        say("CLEARED", "19:00:00"),
    ]
    offices = {"27B1": Office(week=((("08:00", "20:00"),),) * 7)}
    for given, wanted in ((offices, 11 * 3600), (None, 7 * 3600 + 1800)):
        assert oracle.declare(told, given).intervals["REG_REL"].working_s == wanted
        assert oracle.compute(told, given).intervals[KEY, "REG_REL"]["working_s"] == wanted


def test_a_declaration_alone_and_among_others_is_the_same() -> None:
    #  08:00       08:01      09:00          10:00 (id c, twice)
    #  REGISTERED  CHANNEL 2  DOC_CHECK (+b) CLEARED
    told = [
        say("REGISTERED", "08:00:00"),
        lane(2, "08:01:00"),
        say("DOC_CHECK_STARTED", "09:00:00", is_backfill=True),
        say("CLEARED", "10:00:00", event_id="c"),
        say("CLEARED", "10:00:00", event_id="c", actor="CUSTOMS"),
    ]
    row = oracle.declare([b"{", *told])
    assert row.milestones["M3"] == us("09:00:00")
    assert row.intervals["DOC_REL"] == (us("09:00:00"), us("10:00:00"), 3600, 3600, ("backfill",))
    assert (row.status, row.stage, row.waiting_on) == ("cleared", "done", None)
    assert row.findings == {("conflicting_id", "c", "")}
    expected = judge(*told)
    assert expected.findings == {(KEY, ("conflicting_id", "c", ""))}
    assert expected.intervals.keys() == {(KEY, code) for code in row.intervals}
