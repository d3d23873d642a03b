"""What a worker tells the windows comes out as the records that it folded."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import CALENDARS, channel, event, fold
from histories import histories
from spans import block_of as plain_block_of
from streams.core import span_message as module
from streams.core.declaration import Declaration, History
from streams.core.decode import decode_event
from streams.core.event import Accepted, Event, Feed
from streams.core.span_block import CODES, NEVER, SpanBlock
from streams.core.span_message import Straggler, block_of, decode_spans, end_message, span_messages

LATE = Straggler("d1", "e1", "CLEARED", 1_772_409_600_123, "declaration-events", 3, 2, 77)
NUMBERS = (
    "versions",
    "registered",
    "released",
    "cancelled",
    "starts",
    "ends",
    "elapsed",
    "working",
    "backfilled",
)


def there_and_back(*declarations: Declaration) -> SpanBlock:
    (value,) = span_messages(declarations, [], {}, behind=False)
    return block_of(decode_spans(value))


def same(a: SpanBlock, b: SpanBlock) -> None:
    assert (a.keys, a.offices, a.directions, a.channels) == (b.keys, b.offices, b.directions, b.channels)
    for name in NUMBERS:
        one, other = getattr(a, name), getattr(b, name)
        assert one.dtype == other.dtype
        assert one.tolist() == other.tolist(), name


def folded(messages: list[bytes]) -> Declaration | None:
    history = History()
    for offset, raw in enumerate(messages):
        one = decode_event(raw, 0, offset)
        if isinstance(one, Event):
            history.add(Accepted(one, Feed("f", 1), 0))
    return history.fold("10000000001", CALENDARS)


@settings(max_examples=150, deadline=None)
@given(st.lists(histories(), min_size=1, max_size=4))
def test_declarations_come_out_as_their_records(told: list[list[bytes]]) -> None:
    declarations = [one for messages in told if (one := folded(messages)) is not None]
    block = there_and_back(*declarations)
    plain = plain_block_of(declarations)
    withdrawn = np.array([bool(one.withdrawn) for one in declarations], np.bool_)
    same(block.part(~withdrawn), plain.part(~withdrawn))
    assert (block.registered == plain.registered).all()
    assert (block.cancelled == plain.cancelled).all()
    for place, one in enumerate(declarations):
        assert block.in_scope[place] == one.in_scope
        for row in one.withdrawn:
            code = CODES.index(row.code)
            assert block.starts[code, place] == (NEVER if row.started_us is None else row.started_us // 1000)
            assert block.ends[code, place] == (NEVER if row.ended_us is None else row.ended_us // 1000)


def test_one_that_was_cancelled_before_its_release_has_its_spans_and_no_release() -> None:
    one = fold(
        event("REGISTERED", "08:00:00"),
        channel(2, "08:01:00"),
        event("DOC_CHECK_STARTED", "08:10:00"),
        event("DOC_CHECK_COMPLETED", "08:40:00"),
        event("CANCELLED", "09:00:00"),
        event("CLEARED", "09:30:00"),
    )
    assert one.status == "cancelled"
    assert not one.intervals
    block = there_and_back(one)
    assert block.elapsed[CODES.index("DOC_CHK"), 0] == 1800
    assert block.released[0] == NEVER
    assert block.ends[CODES.index("REG_REL"), 0] == one.released_us // 1000  # type: ignore[operator]


def test_what_was_entered_in_bulk_is_marked() -> None:
    one = fold(
        event("REGISTERED", "08:00:00"),
        channel(2, "08:01:00"),
        event("CLEARED", "09:00:00", is_backfill=True),
    )
    block = there_and_back(one)
    marked = {code for code, (flag,) in zip(CODES, block.backfilled.tolist(), strict=True) if flag}
    assert marked == {"REG_REL", "DOC_REL", "DECIDE"}


def test_a_message_of_before_that_marks_nothing_is_read() -> None:
    (value,) = span_messages([fold(event("REGISTERED", "08:00:00"))], [], {}, behind=False)
    before = msgspec.msgpack.encode(msgspec.msgpack.decode(value)[:-1])
    told = decode_spans(before)
    assert not told.backfilled
    assert not block_of(told).backfilled.any()


def test_it_is_told_from_a_cancellation_after_the_release_within_one_millisecond() -> None:
    def told(cancelled: str, cleared: str) -> SpanBlock:
        return there_and_back(
            fold(event("REGISTERED", "08:00:00"), event("CANCELLED", cancelled), event("CLEARED", cleared))
        )

    first, after = told("09:00:00.000100", "09:00:00.000900"), told("09:00:00.000900", "09:00:00.000100")
    assert first.cancelled[0] == after.cancelled[0] == after.released[0]
    assert first.cancelled[0] < first.released[0]


def test_a_large_batch_is_told_in_parts_of_which_the_last_has_the_marks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MOST_DECLARATIONS", 3)
    one = fold(event("REGISTERED", "08:00:00"))
    many = [msgspec.structs.replace(one, declaration_key=f"d{number}") for number in range(7)]
    parts = [decode_spans(value) for value in span_messages(many, [LATE], {"0": 5, "1": 9}, behind=False)]
    assert [part.keys for part in parts] == [["d0", "d1", "d2"], ["d3", "d4", "d5"], ["d6"]]
    assert [part.behind for part in parts] == [True, True, False]
    assert [part.marks for part in parts] == [{}, {}, {"0": 5, "1": 9}]
    assert [part.stragglers for part in parts] == [[], [], [LATE]]
    assert [len(block_of(part)) for part in parts] == [3, 3, 1]
    assert [len(span_messages(many[:count], [], {}, behind=False)) for count in (0, 3, 4)] == [1, 1, 2]


def test_a_batch_of_nothing_has_its_marks_and_stragglers() -> None:
    (value,) = span_messages([], [LATE], {"3": 12}, behind=True)
    told = decode_spans(value)
    assert (told.marks, told.stragglers, told.behind, told.ended) == ({"3": 12}, [LATE], True, False)
    assert len(block_of(told)) == 0


def test_the_end_says_nothing_else() -> None:
    told = decode_spans(end_message())
    assert told.ended
    assert not told.behind
    assert (told.keys, told.marks, told.stragglers) == ([], {}, [])


@pytest.mark.parametrize(
    "value", [b"", b"\xc1", b"{}", b"\x93\x01\x02\x03", msgspec.msgpack.encode(["x"] * 14)]
)
def test_what_is_no_message_is_told_as_such(value: Any) -> None:
    with pytest.raises(msgspec.MsgspecError):
        decode_spans(value)
