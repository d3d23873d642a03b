"""The fold: milestones, intervals and rules 1 to 8 of the domain, a drawn timeline for each case."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import CALENDARS, FEED, WeekdayHours, channel, event, fold, history
from streams.core.declaration import Declaration, History, Outcome
from streams.core.event import Accepted, Event
from streams.core.measure import Interval
from streams.core.scope import ScopeRule


def states(of: History) -> dict[bytes, str]:
    return {accepted.event.canonical: of.state_of(accepted.event) for accepted in of.accepted}


def lengths(*events: Event) -> dict[str, int | None]:
    return {code: interval.elapsed_s for code, interval in published(fold(*events)).items()}


def published(state: Declaration) -> dict[str, Interval]:
    """The two intervals of the yearly figures; the others have their cases in test_cases."""
    return {one.code: one for one in state.intervals if one.code in ("REG_REL", "DOC_REL")}


def test_registration_to_release() -> None:
    # 08:00 R ───────────── 09:30 C
    state = fold(event("REGISTERED", "08:00:00"), event("CLEARED", "09:30:00"))
    assert published(state)["REG_REL"].elapsed_s == 5400
    assert (state.status, state.stage, state.waiting_on) == ("cleared", "done", None)


def test_the_first_registration_counts_even_after_an_amended_one() -> None:
    # 08:00 R ── 08:30 R(2) ── 09:00 C
    assert lengths(
        event("REGISTERED", "08:30:00", occurrence_no=2),
        event("REGISTERED", "08:00:00"),
        event("CLEARED", "09:00:00"),
    ) == {"REG_REL": 3600}


def test_conditional_release_is_the_decision_and_clearance_comes_after() -> None:
    # 08:00 R ── 09:00 RC ── 12:00 C
    state = fold(
        event("REGISTERED", "08:00:00"),
        event("RELEASED_CONDITIONAL", "09:00:00"),
        event("CLEARED", "12:00:00"),
    )
    assert state.intervals[0].elapsed_s == 3600
    assert state.status == "cleared"
    assert state.cleared_us is not None
    assert state.released_us is not None
    assert state.cleared_us - state.released_us == 3 * 3600 * 10**6


def test_document_check_exists_only_where_a_channel_asks_for_it() -> None:
    # 08:00 R ── CH1 ── 08:30 D ── 09:00 C        green: no DOC_REL, although a check was noted
    green = [
        event("REGISTERED", "08:00:00"),
        event("DOC_CHECK_STARTED", "08:30:00"),
        event("CLEARED", "09:00:00"),
    ]
    assert lengths(*green, channel(1, "08:01:00")) == {"REG_REL": 3600}
    # 08:00 R ── CH2 ── 08:30 D ── CH1 ── 09:00 C   ever yellow: DOC_REL
    assert lengths(*green, channel(2, "08:01:00"), channel(1, "08:45:00", "CHANNEL_CHANGED")) == {
        "REG_REL": 3600,
        "DOC_REL": 1800,
    }


def test_a_missing_check_start_is_null_and_still_counted() -> None:
    # 08:00 R ── CH2 ── ??? ── 09:00 C
    state = fold(event("REGISTERED", "08:00:00"), channel(2, "08:01:00"), event("CLEARED", "09:00:00"))
    row = published(state)["DOC_REL"]
    assert (row.started_us, row.elapsed_s) == (None, None)
    assert row.ended_us is not None
    assert [one.finding for one in state.findings] == ["missing_check_start"]


def test_a_check_before_the_registration_does_not_start_it() -> None:
    # 07:50 D ── 08:00 R ── CH2 ── 08:20 D ── 09:00 C
    assert (
        lengths(
            event("DOC_CHECK_STARTED", "07:50:00"),
            event("REGISTERED", "08:00:00"),
            channel(2, "08:01:00"),
            event("DOC_CHECK_STARTED", "08:20:00", occurrence_no=2),
            event("CLEARED", "09:00:00"),
        )["DOC_REL"]
        == 2400
    )


def test_a_reverted_release_reopens_with_the_first_registration() -> None:
    # 08:00 R ── 09:00 C ── 09:10 X                    open again
    reverted = [
        event("REGISTERED", "08:00:00"),
        event("CLEARED", "09:00:00"),
        event("RELEASE_REVERTED", "09:10:00"),
    ]
    state = fold(*reverted)
    assert (state.status, state.released_us, state.intervals[0].elapsed_s) == ("open", None, None)
    # 08:00 R ── 09:00 C ── 09:10 X ── 11:00 C(2)      three hours, not one
    assert lengths(*reverted, event("CLEARED", "11:00:00", occurrence_no=2)) == {"REG_REL": 10800}
    # 08:00 R ── 09:00 C ── 09:10 X ── 10:00 C(2) ── 10:30 X(2) ── 11:00 C(3)
    assert lengths(
        *reverted,
        event("CLEARED", "10:00:00", occurrence_no=2),
        event("RELEASE_REVERTED", "10:30:00", occurrence_no=2),
        event("CLEARED", "11:00:00", occurrence_no=3),
    ) == {"REG_REL": 10800}


def test_a_revert_at_the_instant_of_the_release_voids_it() -> None:
    # 08:00 R ── 09:00 C=X: equal times go by lifecycle rank, the revert is later
    state = fold(
        event("REGISTERED", "08:00:00"), event("RELEASE_REVERTED", "09:00:00"), event("CLEARED", "09:00:00")
    )
    assert state.status == "open"


def test_cancelled_before_the_release_has_no_intervals() -> None:
    # 08:00 R ── 08:30 K                   08:00 R ── 08:30 K ── 09:00 C
    cancelled = [event("REGISTERED", "08:00:00"), event("CANCELLED", "08:30:00")]
    for events in (cancelled, [*cancelled, event("CLEARED", "09:00:00")]):
        assert (fold(*events).status, fold(*events).intervals) == ("cancelled", ())


def test_cancelled_after_the_release_is_kept() -> None:
    # 08:00 R ── 09:00 C ── 10:00 K; the same when both fall on one instant, where the release ranks first
    for at in ("10:00:00", "09:00:00"):
        state = fold(event("REGISTERED", "08:00:00"), event("CLEARED", "09:00:00"), event("CANCELLED", at))
        assert (state.status, state.intervals[0].elapsed_s) == ("cleared", 3600)
        assert state.cancelled_us is not None


@pytest.mark.parametrize(
    ("released", "elapsed", "flags"),
    [
        ("08:00:00.000", 0, ()),
        ("07:59:59.999", 0, ("clamped",)),
        ("07:59:55.000", 0, ("clamped",)),
        ("07:59:54.999", None, ()),
        ("08:00:01.999", 1, ()),
    ],
)
def test_negative_lengths_are_clamped_or_null(
    released: str, elapsed: int | None, flags: tuple[str, ...]
) -> None:
    # C ◄── up to 5 s ── R 08:00:00
    row = fold(event("REGISTERED", "08:00:00.000"), event("CLEARED", released)).intervals[0]
    assert (row.elapsed_s, row.flags) == (elapsed, flags)


def test_lengths_come_from_full_precision_and_are_floored() -> None:
    # 0.0009 s of milliseconds that the store does not keep still decide the second
    row = fold(event("REGISTERED", "08:00:00.000900"), event("CLEARED", "08:00:10.000800")).intervals[0]
    assert row.elapsed_s == 9


def test_day_precision_sets_no_milestone_but_tells_attributes() -> None:
    day = event("CLEARED", "09:00:00", occurred_precision="day", attrs={"office": "27F1"})
    state = fold(event("REGISTERED", "08:00:00"), day)
    assert (state.status, state.office) == ("open", "27F1")


def test_a_backfilled_milestone_is_flagged() -> None:
    row = fold(event("REGISTERED", "08:00:00", is_backfill=True), event("CLEARED", "09:00:00")).intervals[0]
    assert row.flags == ("backfill",)


def test_the_channel_in_force_at_the_release_counts() -> None:
    # R ── CH2 ── CH3 ── C ── CH1: the last one said by the release
    base = [event("REGISTERED", "08:00:00"), event("CLEARED", "09:00:00")]
    changed = [
        channel(2, "08:10:00"),
        channel(3, "08:20:00", "CHANNEL_CHANGED"),
        channel(1, "09:30:00", "CHANNEL_CHANGED", occurrence_no=2),
    ]
    state = fold(*base, *changed)
    assert (state.channel_initial, state.channel_final) == (2, 3)
    # R ── C ── CH3 ── CH1: none by the release, so the first one said
    late = fold(*base, channel(3, "09:10:00"), channel(1, "09:30:00", "CHANNEL_CHANGED"))
    assert (late.channel_initial, late.channel_final) == (3, 3)


def test_a_channel_on_any_other_event_is_not_a_channel() -> None:
    state = fold(event("REGISTERED", "08:00:00", attrs={"channel": 3}), event("CLEARED", "09:00:00"))
    assert (state.channel_final, list(published(state))) == (None, ["REG_REL"])


def test_without_a_registration_it_is_an_orphan() -> None:
    state = fold(event("CLEARED", "09:00:00"))
    assert (state.status, state.stage, state.intervals) == ("orphan", None, ())


def test_heartbeats_are_no_declaration() -> None:
    assert history(event("HEARTBEAT", "09:00:00")).fold("x", CALENDARS) is None


def test_the_highest_revision_wins_whatever_came_first() -> None:
    old = event("CLEARED", "09:00:00", revision=0, event_id="c")
    new = event("CLEARED", "10:00:00", revision=1, event_id="d")
    for events in ((old, new), (new, old)):
        assert lengths(event("REGISTERED", "08:00:00"), *events) == {"REG_REL": 7200}


def test_a_retraction_removes_and_a_later_assertion_brings_back() -> None:
    said = event("CLEARED", "09:00:00", revision=0)
    taken = event("CLEARED", "09:00:00", revision=1, op="RETRACT")
    again = event("CLEARED", "09:20:00", revision=2)
    assert fold(event("REGISTERED", "08:00:00"), said, taken).status == "open"
    assert lengths(event("REGISTERED", "08:00:00"), again, taken, said) == {"REG_REL": 4800}


def test_every_accepted_content_has_a_state() -> None:
    said = event("CLEARED", "09:00:00", revision=0, event_id="a")
    newer = event("CLEARED", "09:30:00", revision=1, event_id="b")
    other = event("CLEARED", "09:40:00", revision=0, event_id="b")
    gone = event("TAX_SECURED", "08:30:00", revision=0, event_id="t")
    taken = event("TAX_SECURED", "08:30:00", revision=1, event_id="u", op="RETRACT")
    told = states(history(said, newer, other, gone, taken))
    assert [told[e.canonical] for e in (said, newer, other, gone, taken)] == [
        "replaced", "effective", "conflicting", "retracted", "retracted",
    ]  # fmt: skip


def test_one_message_twice_is_a_duplicate_and_read_again_a_replay() -> None:
    held = History()
    first = event("REGISTERED", "08:00:00", offset=1)
    assert held.add(Accepted(first, FEED, 0)) is Outcome.STORED
    assert held.add(Accepted(event("REGISTERED", "08:00:00", offset=2), FEED, 0)) is Outcome.DUPLICATE
    assert held.add(Accepted(event("REGISTERED", "08:00:00", offset=1), FEED, 9)) is Outcome.REPLAYED
    assert held.revision == 1


TYPES = (
    "REGISTERED",
    "CHANNEL_ASSIGNED",
    "DOC_CHECK_STARTED",
    "CLEARED",
    "RELEASED_CONDITIONAL",
    "RELEASE_REVERTED",
    "CANCELLED",
)


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    events = []
    for number in range(draw(st.integers(1, 12))):
        kind = draw(st.sampled_from(TYPES))
        events.append(
            event(
                kind,
                f"08:{draw(st.integers(0, 5)):02d}:00",
                offset=number,
                event_id=f"e{draw(st.integers(0, 9))}",
                occurrence_no=draw(st.integers(1, 2)),
                revision=draw(st.integers(0, 2)),
                op=draw(st.sampled_from(("ASSERT", "ASSERT", "ASSERT", "RETRACT"))),
                source=draw(st.sampled_from(("SIM", "VCIS"))),
                source_seq=draw(st.one_of(st.none(), st.integers(0, 3))),
                attrs={"channel": draw(st.integers(1, 3))} if kind == "CHANNEL_ASSIGNED" else {},
            )
        )
    return events


@settings(max_examples=600, deadline=None)
@given(histories(), st.integers(0, 2**32))
def test_any_order_and_repetition_gives_the_same(events: list[Event], seed: int) -> None:
    chance = random.Random(seed)
    again = events + chance.choices(events, k=3)
    chance.shuffle(again)
    straight, mixed = history(*events), history(*again)
    assert straight.fold("k", CALENDARS) == mixed.fold("k", CALENDARS)
    assert states(straight) == states(mixed)


SCOPED = WeekdayHours(
    [ScopeRule(excluded_kinds=frozenset({"H11"}), excluded_message_prefixes=("MIC",))],
)


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([event("REGISTERED", "08:00:00", attrs={"kind": "A11"}, message_code="IDC")], True),
        ([event("REGISTERED", "08:00:00", attrs={"kind": "H11"}, message_code="IDC")], False),
        ([event("REGISTERED", "08:00:00", attrs={"kind": "A11"}, message_code="MIC")], False),
        ([event("REGISTERED", "08:00:00")], True),
        ([event("ARRIVED", "08:00:00", attrs={"kind": "A11"})], False),
        (
            # the kind last said counts
            [
                event("REGISTERED", "08:00:00", attrs={"kind": "H11"}),
                event("AMENDED", "09:00:00", attrs={"kind": "A11"}),
            ],
            True,
        ),
        (
            # a message that was taken back says nothing
            [
                event("REGISTERED", "08:00:00", message_code="IDC"),
                event("REGISTERED", "08:05:00", occurrence_no=2, message_code="MIC", event_id="m"),
                event("REGISTERED", "08:05:00", occurrence_no=2, revision=1, op="RETRACT"),
            ],
            True,
        ),
        (
            # nor does one that a correction replaced
            [
                event("REGISTERED", "08:00:00", message_code="MIC"),
                event("REGISTERED", "08:00:00", revision=1, message_code="IDC"),
            ],
            True,
        ),
    ],
)
def test_scope_is_a_matter_of_the_kind_and_of_the_messages(events: list[Event], expected: bool) -> None:
    state = history(*events).fold("10000000001", SCOPED)
    assert state is not None
    assert state.in_scope is expected
