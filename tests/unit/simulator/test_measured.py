"""What is measured of a feed with faults that nobody can see, against what really happened: how wrong, at the most."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

import pytest

from builders import FEED
from streams.core.declaration import Declaration, History
from streams.core.decode import decode_event
from streams.core.event import Accepted, Event
from streams.reference import load_reference
from streams.simulator.generate import generate
from streams.simulator.truth import DeclarationTruth, Truth

START = dt.datetime(2026, 3, 2, tzinfo=dt.timezone(dt.timedelta(hours=7)))
REFERENCE = load_reference(None)


def measured(seed: int, *faults: str) -> list[tuple[DeclarationTruth, Declaration]]:
    """Fold a feed; give each declaration's truth with what was measured."""
    told: list[Truth] = []
    histories: dict[str, History] = defaultdict(History)
    for message in generate(seed, 4_000, START, 40, frozenset(faults), told.append):
        event = decode_event(message.value)
        if isinstance(event, Event):
            histories[event.declaration_key].add(Accepted(event, FEED, 0))
    pairs = []
    for truth in told:
        if isinstance(truth, DeclarationTruth) and truth.declaration_key in histories:
            state = histories[truth.declaration_key].fold(truth.declaration_key, REFERENCE)
            assert state is not None
            pairs.append((truth, state))
    return pairs


def errors(pairs: list[tuple[DeclarationTruth, Declaration]], code: str) -> list[int]:
    """Measured less true seconds of an interval, where both have a length."""
    found = []
    for truth, state in pairs:
        length = next((one.elapsed_s for one in state.intervals if one.code == code), None)
        if length is not None and code in truth.elapsed_s:
            found.append(length - truth.elapsed_s[code])
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_without_faults_everything_is_measured_as_it_was(seed: int) -> None:
    pairs = measured(seed)
    assert len(pairs) > 3_900
    for truth, state in pairs:
        assert state.findings == ()
        lengths = {one.code: one.elapsed_s for one in state.intervals if one.elapsed_s is not None}
        lengths.pop(
            "DOC_LIMIT", None
        )  # its start, the dossier or what is deemed, is no interval of the truth
        assert lengths == truth.elapsed_s, truth.declaration_key


@pytest.mark.parametrize("fault", ["late", "disorder", "duplicate", "second_source", "correction"])
def test_what_changes_no_final_time_changes_no_figure(fault: str) -> None:
    pairs = measured(3, fault)
    for code in ("REG_REL", "DOC_REL", "DOC_CHK", "PAY", "DECIDE"):
        assert set(errors(pairs, code)) <= {0}, code


def test_officers_who_round_to_five_minutes() -> None:
    pairs = measured(4, "officer_rounded")
    assert set(errors(pairs, "REG_REL")) == {0}  # the system stamps registration and decision
    off = errors(pairs, "DOC_REL")
    assert any(off)
    assert max(map(abs, off)) <= 300
    assert abs(sum(off) / len(off)) <= 60


def test_clocks_that_are_off_by_up_to_ninety_seconds() -> None:
    pairs = measured(5, "clock_skew")
    assert set(errors(pairs, "REG_REL")) == {0}  # both its ends are of one clock
    off = errors(pairs, "DOC_REL")
    assert any(off)
    assert max(map(abs, off)) <= 90
    assert sum(state.findings != () for _, state in pairs) <= len(pairs) / 100
