"""The hand-written cases of `cases/`: what they must come to was worked out from the domain page, not from any code.

Each line goes through the oracle and through the core, in the order in which it is drawn and shuffled. The signs and
the notation are in `drawn.py`.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

import oracle
from agreement import of_core
from builders import FEED
from drawn import ATTRIBUTES, KEY, Case, cases, length, microseconds
from streams.core.declaration import History
from streams.core.decode import decode_event
from streams.core.event import Accepted, Event
from streams.reference import load_reference

REFERENCE = load_reference(None)
CASES = cases(Path(__file__).parent / "cases")
by_name = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def test_the_tables_are_read() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 80


@by_name
def test_oracle(case: Case) -> None:
    messages = case.messages()
    row = oracle.declare(messages)
    _shuffle(messages)
    assert oracle.declare(messages) == row
    assert row.findings == case.findings()
    for name, wanted in case.expectations():
        assert _shown(row, name) == _read(name, wanted), name


@by_name
def test_core(case: Case) -> None:
    messages = case.messages()
    _shuffle(messages)
    history = History()
    for offset, raw in enumerate(messages):
        event = decode_event(raw, 0, offset)
        assert isinstance(event, Event), event
        history.add(Accepted(event, FEED, 0))
    state = history.fold(KEY, REFERENCE)
    assert state is not None
    row = of_core(state, history)
    assert row.findings == case.findings()
    for name, wanted in case.expectations():
        if name == "counts":
            assert sorted(_shown(row, name)) == sorted(_read(name, wanted))
        elif name[0] != "M" or name in row.milestones:  # the core tells some milestones only
            assert _shown(row, name) == _read(name, wanted), name


def _shuffle(messages: list[bytes]) -> None:
    """Repeat every message and change the order."""
    messages += messages
    random.Random(5).shuffle(messages)


def _shown(row: oracle.Row, name: str) -> Any:
    """What a row says of the name of an expectation."""
    if name == "counts":
        return [content["event_id"] for content in row.effective]
    if name in row.milestones:
        return row.milestones[name]
    if name == "channel":
        return (row.channel_initial, row.channel_final)
    if name == "status":
        return row.status
    if name == "stage":
        return (row.waiting_on, row.stage)
    if name == "since":
        return row.stage_since
    if name.endswith("@"):
        interval = row.intervals[name[:-1]]
        return (interval.start_us, interval.end_us)
    if name in oracle.CODES:
        found = row.intervals.get(name)
        return None if found is None else (found.elapsed_s, found.working_s, found.flags)
    return row.attributes[ATTRIBUTES[name]]


def _read(name: str, wanted: str) -> Any:
    """The same, as it is written in a table."""
    if name == "counts":
        return wanted.split(",")
    if name[0] == "M" or name == "since":
        return microseconds(wanted)
    if name == "channel":
        return tuple(None if one == "-" else int(one) for one in wanted.split(">"))
    if name == "stage":
        waiting_on, _, stage = wanted.partition(":")
        return (None if waiting_on in ("nobody", "none") else waiting_on, stage or None)
    if name.endswith("@"):
        return tuple(microseconds(bound) for bound in wanted.split(".."))
    if name in oracle.CODES:
        if wanted == "none":
            return None
        lengths, *flags = wanted.split()
        both = (None, None) if lengths == "null" else tuple(length(one) for one in lengths.split("/"))
        return (*both, tuple(flags))
    if wanted == "-":
        return None
    return int(wanted) if name in ("tax", "usd") else wanted
