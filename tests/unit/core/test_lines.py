"""Lines kept in order while events come and go are those of the events that are left, put in order at once."""

from __future__ import annotations

import random
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from builders import event
from streams.core.event import ATTRIBUTES, Event
from streams.core.lines import Lines
from streams.core.order import in_order


@st.composite
def crowds(draw: st.DrawFn) -> list[Event]:
    """Events of few instants, types, sources and sequences: crowded with ties."""
    made = []
    for number in range(draw(st.integers(1, 25))):
        attrs = {"office": f"27F{draw(st.integers(1, 3))}"} if draw(st.booleans()) else {}
        if draw(st.booleans()):
            attrs["kind"] = draw(st.sampled_from(("A11", "E62")))
        channel = {"channel": draw(st.integers(1, 3))} if draw(st.booleans()) else {}
        made.append(
            event(
                draw(st.sampled_from(("CHANNEL_ASSIGNED", "CHANNEL_CHANGED", "AMENDED", "CLEARED"))),
                f"09:{draw(st.integers(0, 3)):02d}:00",
                event_id=f"e{number}",
                occurrence_no=number + 1,
                source=draw(st.sampled_from(("SIM", "VCIS"))),
                source_seq=draw(st.one_of(st.none(), st.integers(0, 5))),
                occurred_precision=draw(st.sampled_from(("second", "second", "day"))),
                message_code=draw(st.sampled_from(("IDC", "MIC"))) if draw(st.booleans()) else None,
                attrs={**attrs, **channel},
            )
        )
    return made


@settings(max_examples=300, deadline=None)
@given(crowds(), st.integers(0, 2**32))
def test_every_line_is_in_order_whatever_came_and_went(events: list[Event], seed: int) -> None:
    chance = random.Random(seed)
    lines, kept = Lines(), list[Event]()
    waiting = list(events)
    chance.shuffle(waiting)
    while waiting:
        if kept and chance.random() < 0.3:
            lines.drop(kept.pop(chance.randrange(len(kept))))
        else:
            kept.append(waiting.pop())
            lines.put(kept[-1])
    ordered = list(kept)
    in_order(ordered)
    assert lines.everything() == ordered
    timed = [one for one in ordered if one.precision != "day"]
    assert lines.timed == {
        rank: [one for one in timed if one.rank == rank] for rank in {one.rank for one in timed}
    }
    channels = [
        one
        for one in ordered
        if one.attrs and one.attrs.channel and one.event_type in ("CHANNEL_ASSIGNED", "CHANNEL_CHANGED")
    ]
    assert lines.channels == channels
    assert lines.checked == sum((one.attrs.channel or 0) >= 2 for one in channels if one.attrs)
    assert lines.messages == Counter(one.message_code for one in ordered if one.message_code)
    for name, holder in zip(ATTRIBUTES, lines.last_said(), strict=True):
        said = [
            one for one in ordered if one.attrs is not None and getattr(one.attrs, name, None) is not None
        ]
        assert holder is (said[-1] if said else None)
