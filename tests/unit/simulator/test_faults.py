"""Every fault does what its label says, as often as it should, and leaves the rest alone."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from streams.core.vocabulary import EVENT_TYPES
from streams.simulator.arrivals import DAY, HOUR, MINUTE
from streams.simulator.faults import FAULTS, FEED_FAULTS, RECORD_FAULTS
from streams.simulator.lives import SECOND
from streams.simulator.truth import DeclarationTruth, Label

if TYPE_CHECKING:
    from conftest import Content, Told

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
DELAYS = {"late", "disorder", "duplicate", "poison"}


def us(text: str) -> int:
    return (dt.datetime.fromisoformat(text) - EPOCH) // dt.timedelta(microseconds=1)


def only(told: Told, event_id: str | None) -> Content:
    assert event_id is not None
    contents = {str(content): content for _, content in told.by_id[event_id]}
    assert len(contents) == 1, event_id
    return next(iter(contents.values()))


def natural(content: Content) -> tuple[object, ...]:
    return tuple(content[name] for name in ("source", "declaration_key", "event_type", "occurrence_no"))


def missing_check_start(told: Told, truth: DeclarationTruth, label: Label) -> None:
    assert "M3" in truth.milestones
    assert truth.status in ("cleared", "released")
    assert not told.contents(truth.declaration_key, "DOC_CHECK_STARTED")
    assert only(told, label.event_id)["event_type"] in ("CLEARED", "RELEASED_CONDITIONAL")


def date_only_arrival(told: Told, truth: DeclarationTruth, label: Label) -> None:
    arrived = only(told, label.event_id)
    assert arrived["occurred_precision"] == "day"
    assert arrived["occurred_at"].endswith("T00:00:00+07:00")
    assert 0 <= truth.milestones["M0"] - us(arrived["occurred_at"]) < DAY


def officer_rounded(told: Told, truth: DeclarationTruth, label: Label) -> None:
    contents = told.contents(truth.declaration_key)
    others = {us(one["occurred_at"]) for one in contents if one["source"] != "ECUSTOMS5"}
    typed = [one for one in contents if one["source"] == "ECUSTOMS5"]
    assert label.detail == f"{len(typed)} times"
    assert {(one["clock"], one["occurred_precision"]) for one in typed} == {("OFFICER", "minute")}
    assert all(
        us(one["occurred_at"]) % (5 * MINUTE) == 0 or us(one["occurred_at"]) in others for one in typed
    )
    for name, event_type in (("M3", "DOC_CHECK_STARTED"), ("M4", "DOC_CHECK_COMPLETED")):
        for at in told.at(truth.declaration_key, event_type):
            assert 0 <= truth.milestones[name] - at < 5 * MINUTE


def correction(told: Told, truth: DeclarationTruth, label: Label) -> None:
    right, wrong = only(told, label.event_id), only(told, label.detail)
    assert natural(right) == natural(wrong)
    assert (right["revision"], wrong["revision"]) == (1, 0)
    assert MINUTE <= us(right["occurred_at"]) - us(wrong["occurred_at"]) <= 20 * MINUTE
    assert us(right["emitted_at"]) > us(wrong["emitted_at"])


def retraction(told: Told, truth: DeclarationTruth, label: Label) -> None:
    back, wrong = only(told, label.event_id), only(told, label.detail)
    assert (back["op"], wrong["op"]) == ("RETRACT", "ASSERT")
    assert back["revision"] > wrong["revision"]
    same = [one for one in told.contents(truth.declaration_key) if natural(one) == natural(back)]
    assert len(same) == 2


def duplicate_event(told: Told, truth: DeclarationTruth, label: Label) -> None:
    first, second = only(told, label.event_id), only(told, label.detail)
    assert natural(first) == natural(second)
    assert first["event_id"] != second["event_id"]
    assert first["source_seq"] != second["source_seq"]
    for name in ("revision", "op", "occurred_at"):
        assert first[name] == second[name]
    assert us(second["emitted_at"]) > us(first["emitted_at"])


def conflicting_id(told: Told, truth: DeclarationTruth, label: Label) -> None:
    assert label.event_id is not None
    assert len({str(content["attrs"]) for _, content in told.by_id[label.event_id]}) == 2


def second_source(told: Told, truth: DeclarationTruth, label: Label) -> None:
    paper, first = only(told, label.event_id), only(told, label.detail)
    assert paper["source"] == "PAPER"
    assert not {"emitted_at", "source_seq"} & paper.keys()
    assert (paper["event_type"], paper["occurred_at"]) == (first["event_type"], first["occurred_at"])


def orphan(told: Told, truth: DeclarationTruth, label: Label) -> None:
    assert "M1" in truth.milestones
    assert told.contents(truth.declaration_key)
    assert not told.contents(truth.declaration_key, "REGISTERED")


def future(told: Told, truth: DeclarationTruth, label: Label) -> None:
    assert label.event_id is not None
    early_us, early = told.refused["future", label.event_id][0]
    assert us(early["occurred_at"]) > us(early["emitted_at"]) + 2 * MINUTE
    right = only(told, label.event_id)
    assert min(at for at, _ in told.by_id[label.event_id]) > early_us
    assert us(right["occurred_at"]) <= us(right["emitted_at"])


def unknown_code(told: Told, truth: DeclarationTruth, label: Label) -> None:
    assert label.event_id is not None
    _, refused = told.refused["unknown_type", label.event_id][0]
    assert refused["event_type"] not in EVENT_TYPES
    assert refused["message_code"] == "VAD9ZZ"


def negative(told: Told, truth: DeclarationTruth, label: Label) -> None:
    before = truth.milestones["M1"] - us(only(told, label.event_id)["occurred_at"])
    assert 10 * SECOND <= before <= 100 * SECOND
    assert truth.elapsed_s["REG_REL"] >= 0


def clamped(told: Told, truth: DeclarationTruth, label: Label) -> None:
    assert 0 < truth.milestones["M1"] - us(only(told, label.event_id)["occurred_at"]) <= 2 * SECOND


def before_registration(told: Told, truth: DeclarationTruth, label: Label) -> None:
    notice = only(told, label.event_id)
    assert notice["event_type"] == "CHANNEL_ASSIGNED"
    assert 5 * MINUTE <= truth.milestones["M1"] - us(notice["occurred_at"]) <= HOUR


def channel_change(told: Told, truth: DeclarationTruth, label: Label) -> None:
    changed = only(told, label.event_id)
    assert truth.milestones["M4"] < us(changed["occurred_at"]) < truth.milestones["M8"]
    assert (truth.channel_initial, truth.channel) == (2, changed["attrs"]["channel"])
    assert truth.channel in (1, 3)


def inspection_cancelled(told: Told, truth: DeclarationTruth, label: Label) -> None:
    (ordered,) = told.at(truth.declaration_key, "INSPECTION_ORDERED")
    cancelled = us(only(told, label.event_id)["occurred_at"])
    assert truth.milestones["M4"] < ordered < cancelled < truth.milestones["M8"]


def conditional(told: Told, truth: DeclarationTruth, label: Label) -> None:
    assert us(only(told, label.event_id)["occurred_at"]) == truth.milestones["M8"] < truth.milestones["M9"]
    assert told.at(truth.declaration_key, "CLEARED") == [truth.milestones["M9"]]


def held(told: Told, truth: DeclarationTruth, label: Label) -> None:
    (placed,) = told.at(truth.declaration_key, "HOLD_PLACED")
    (lifted,) = told.at(truth.declaration_key, "HOLD_LIFTED")
    assert truth.milestones["M8"] < placed < lifted < truth.milestones["M10"]


def cleared_cancelled(told: Told, truth: DeclarationTruth, label: Label) -> None:
    assert truth.status == "cleared"
    assert us(only(told, label.event_id)["occurred_at"]) == truth.milestones["MX"] > truth.milestones["M8"]


def reverted(told: Told, truth: DeclarationTruth, label: Label) -> None:
    first, *again = told.at(truth.declaration_key, "CLEARED")
    at = us(only(told, label.event_id)["occurred_at"])
    assert first < at
    assert again == ([truth.milestones["M8"]] if truth.status == "cleared" else [])
    assert all(at < one for one in again)


def split(told: Told, truth: DeclarationTruth, label: Label) -> None:
    assert label.detail is not None
    if label.detail.startswith("replaced by"):
        assert truth.status == "cancelled"
        children = label.detail.removeprefix("replaced by ").split(", ")
        assert [told.declarations[key].replaces for key in children] == [truth.declaration_key] * 2
        assert not told.contents(truth.declaration_key, "CLEARED", "RELEASED_CONDITIONAL")
    else:
        assert label.detail == f"replaces {truth.replaces}"
        parent = told.declarations[truth.replaces or ""]
        assert only(told, label.event_id)["attrs"]["replaces"] == parent.declaration_key
        assert truth.milestones["M1"] > parent.milestones["MX"]


def late(told: Told, truth: DeclarationTruth, label: Label) -> None:
    assert label.event_id is not None
    assert label.detail is not None
    lag_s = int(label.detail.removesuffix(" s"))
    assert lag_s >= 15 * 60
    deliveries = [*told.by_id[label.event_id], *told.refused["unknown_type", label.event_id]]
    lags = [at - us(content["emitted_at"]) for at, content in deliveries if "emitted_at" in content]
    assert not lags or max(lags) >= lag_s * SECOND


def disorder(told: Told, truth: DeclarationTruth, label: Label) -> None:
    found = [
        min(
            told.by_id.get(name or "", []) or told.refused["unknown_type", name or ""], key=lambda one: one[0]
        )
        for name in (label.event_id, label.detail)
        if name is not None and (name in told.by_id or ("unknown_type", name) in told.refused)
    ]
    if len(found) == 2:  # the one that overtook may be lost
        (behind_us, behind), (ahead_us, ahead) = found
        assert behind_us > ahead_us
        if "emitted_at" in behind and "emitted_at" in ahead:
            assert us(behind["emitted_at"]) <= us(ahead["emitted_at"])


def duplicate(told: Told, truth: DeclarationTruth, label: Label) -> None:
    assert label.event_id is not None
    contents = Counter(str(content) for _, content in told.by_id[label.event_id])
    assert max(contents.values()) >= 2


def poison(told: Told, truth: DeclarationTruth, label: Label) -> None:
    assert label.detail not in ("future", "unknown_type", "empty")


def lost(told: Told, truth: DeclarationTruth, label: Label) -> None:
    assert label.event_id not in told.by_id
    source, partition, number = (label.detail or "").split()
    assert any(
        (one.source, one.source_partition, one.source_seq) == (source, partition, int(number))
        for one in told.feed
        if one.fault == "lost"
    )


def clock_step(told: Told, truth: DeclarationTruth, label: Label) -> None:
    stepped = only(told, label.event_id)
    assert stepped["clock"] == "SYSTEM"
    assert 0 < us(stepped["emitted_at"]) - us(stepped["occurred_at"]) - 7 * HOUR < 3 * SECOND


def outage(told: Told, truth: DeclarationTruth, label: Label) -> None:
    filled = only(told, label.event_id)
    assert filled["is_backfill"]
    spells = [one for one in told.feed if one.fault == "outage" and one.source == filled["source"]]
    assert any(
        (one.from_us or 0) - 2 * SECOND <= us(filled["occurred_at"]) < (one.to_us or 0)
        and (one.to_us or 0) <= us(filled["emitted_at"]) < (one.to_us or 0) + 2 * HOUR
        for one in spells
    )


def scanner_breakdown(told: Told, truth: DeclarationTruth, label: Label) -> None:
    (spell,) = [one for one in told.feed if one.fault == "scanner_breakdown"]
    assert spell.to_us is not None
    assert truth.office == spell.office
    late = only(told, label.event_id)
    assert late["event_type"] in ("INSPECTION_STARTED", "INSPECTION_COMPLETED")
    assert us(late["occurred_at"]) > spell.to_us
    assert int((label.detail or "").removesuffix(" s")) > 3_600


CHECKS: dict[str, Callable[[Told, DeclarationTruth, Label], None]] = {
    check.__name__: check
    for check in (
        *(missing_check_start, date_only_arrival, officer_rounded, correction, retraction, duplicate_event),
        *(conflicting_id, second_source, orphan, future, unknown_code, negative, clamped),
        *(before_registration, channel_change, inspection_cancelled, conditional, held, cleared_cancelled),
        *(reverted, split, late, disorder, duplicate, poison, lost, clock_step, outage),
        scanner_breakdown,
    )
}


def test_every_fault_has_a_test() -> None:
    assert CHECKS.keys() | {"silent_office", "replayed_day", "clock_skew"} == FAULTS


@pytest.mark.parametrize("fault", CHECKS)
def test_what_a_label_says_is_in_the_messages(fault: str, faulty: Told) -> None:
    labels = list(faulty.labels(fault))
    assert len(labels) >= 10
    for truth, label in labels:
        CHECKS[fault](faulty, truth, label)


def test_a_declaration_has_one_fault(faulty: Told) -> None:
    for truth in faulty.declarations.values():
        causes = {label.fault for label in truth.faults} - DELAYS
        spells = causes & {"clock_step", "outage", "scanner_breakdown"}
        # What is split off a declaration may come to an office whose scanner is down.
        assert len(causes) <= 1 or causes == spells or causes == {"split", "scanner_breakdown"}, truth


def test_a_silent_office_says_nothing_for_a_day(faulty: Told) -> None:
    (spell,) = [one for one in faulty.feed if one.fault == "silent_office"]
    assert spell.from_us is not None
    assert spell.to_us == spell.from_us + DAY
    arrivals = sorted(
        message.arrives_us
        for message in faulty.messages
        if message.key is not None and faulty.declarations[message.key.decode()].office == spell.office
    )
    assert not [at for at in arrivals if spell.from_us <= at < spell.to_us]
    after = [at for at in arrivals if spell.to_us <= at < spell.to_us + 10 * MINUTE]
    before = [at for at in arrivals if spell.from_us - 10 * MINUTE <= at < spell.from_us]
    assert len(after) > 10 * len(before)


def test_a_replayed_day_comes_again_a_day_later(faulty: Told) -> None:
    (spell,) = [one for one in faulty.feed if one.fault == "replayed_day"]
    assert spell.from_us is not None
    assert spell.to_us is not None
    of_day = Counter(
        message.value for message in faulty.messages if spell.from_us <= message.arrives_us < spell.to_us
    )
    again = Counter(
        message.value
        for message in faulty.messages
        if spell.to_us <= message.arrives_us < spell.to_us + DAY + MINUTE
    )
    assert of_day <= again
    assert spell.messages == of_day.total() > 500


def test_a_skewed_clock_shifts_both_times_of_a_source(told: Callable[..., Told]) -> None:
    feed = told(frozenset({"clock_skew"}))
    skews = {(one.source, one.source_partition): one.skew_us or 0 for one in feed.feed}
    assert all(abs(by) <= 90 * SECOND for by in skews.values())
    assert len(set(skews.values())) > 6
    checked = 0
    for truth in feed.declarations.values():
        by = skews["ECUSTOMS5", truth.office]
        if "M3" in truth.milestones:
            (started,) = feed.contents(truth.declaration_key, "DOC_CHECK_STARTED")
            assert us(started["occurred_at"]) == truth.milestones["M3"] + by
            assert 0 < us(started["emitted_at"]) - us(started["occurred_at"]) <= 2 * SECOND
            checked += 1
        if "M1" in truth.milestones:
            assert feed.at(truth.declaration_key, "REGISTERED") == [truth.milestones["M1"]]
    assert checked > 500


def test_faults_come_as_often_as_they_should(faulty: Told) -> None:
    messages = len([message for message in faulty.messages if message.reason is None])
    counts = Counter(label.fault for truth in faulty.declarations.values() for label in truth.faults)
    assert counts["late"] == pytest.approx(0.01 * messages, rel=0.15)
    assert counts["duplicate"] == pytest.approx(0.005 * messages, rel=0.15)
    assert counts["disorder"] == pytest.approx(0.02 * messages, rel=0.15)
    assert counts["poison"] == pytest.approx(0.005 * messages, rel=0.15)
    assert counts["duplicate_event"] == pytest.approx(0.001 * messages, rel=0.3)
    very_late = [label for _, label in faulty.labels("late") if int((label.detail or "").split()[0]) > 86_400]
    assert len(very_late) == pytest.approx(0.001 * messages, rel=0.35)
    checked = [
        truth
        for truth in faulty.declarations.values()
        if "M3" in truth.milestones and "M8" in truth.milestones
    ]
    assert counts["missing_check_start"] == pytest.approx(0.04 * len(checked), rel=0.25)


def test_faults_of_telling_leave_the_truth_alone(told: Callable[..., Told]) -> None:
    spoilt = told(frozenset({*RECORD_FAULTS, *FEED_FAULTS, "late", "disorder", "duplicate", "lost"}))
    plain = told(frozenset())
    kept = {
        key: (one.milestones, one.elapsed_s, one.status, one.channel)
        for key, one in plain.declarations.items()
    }
    assert kept == {
        key: (one.milestones, one.elapsed_s, one.status, one.channel)
        for key, one in spoilt.declarations.items()
    }
