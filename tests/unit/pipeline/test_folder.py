"""The folding step: what has to be written, whatever the batches and whatever is remembered."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from builders import CALENDARS, FEED, channel, event
from streams.core.declaration import Outcome
from streams.core.event import Accepted, Event, Rejected
from streams.core.pack import Pack
from streams.pipeline.batch import Batch
from streams.pipeline.folder import FedPack, Folder


class MemoryStore:
    """A store that applies batches as ClickHouse does: the highest version of a key stays."""

    def __init__(self) -> None:
        self.events: dict[tuple[str, str, bytes], tuple[int, str, Accepted]] = {}
        self.declarations: dict[str, tuple[int, object]] = {}
        self.intervals: dict[str, tuple[int, object]] = {}
        self.positions: set[tuple[int, int]] = set()
        self.asked: list[str] = []

    def load(self, keys: Sequence[str]) -> Mapping[str, Sequence[Accepted]]:
        self.asked.extend(keys)
        found: dict[str, list[Accepted]] = {}
        for (key, _, _), (_, _, accepted) in self.events.items():
            if key in keys:
                found.setdefault(key, []).append(accepted)
        return found

    def write(self, batch: Batch, upto: int = 3) -> None:
        """Write the first `upto` of declarations, intervals and events, as a crash in between would."""
        for row in batch.declarations if upto > 0 else ():
            if row.revision >= self.declarations.get(row.declaration_key, (0, None))[0]:
                self.declarations[row.declaration_key] = (row.revision, row)
        for row in batch.declarations if upto > 1 else ():
            if row.revision >= self.intervals.get(row.declaration_key, (0, None))[0]:
                self.intervals[row.declaration_key] = (row.revision, row.intervals)
        for row in batch.events if upto > 2 else ():
            of = row[0].event
            place = (of.declaration_key, of.event_id, of.canonical)
            if row[2] >= self.events.get(place, (0, "", None))[0]:
                self.events[place] = (row[2], row[1], row[0])

    def views(self) -> tuple[object, object, object]:
        """What the views would show."""
        return (
            {place: state for place, (_, state, _) in self.events.items()},
            self.declarations,
            self.intervals,
        )


def fed(*events: Event, rejected: Sequence[Rejected] = ()) -> FedPack:
    return FedPack(Pack("declaration-events", "id", 0, list(events), list(rejected)), FEED)


def test_a_batch_holds_everything_that_follows() -> None:
    bad = Rejected("future", "too far", b"{}", 0, 7)
    batch = Folder(MemoryStore(), CALENDARS).fold(
        [fed(event("REGISTERED", "08:00:00"), channel(2, "08:01:00", offset=1), rejected=[bad])]
    )
    assert [row[1] for row in batch.events] == ["effective", "effective"]
    assert [row.revision for row in batch.declarations] == [2]
    assert batch.changes == []  # nothing has ended yet
    assert [position[2:] for position in batch.positions] == [(0, "stored"), (1, "stored"), (7, "rejected")]


def test_what_is_replaced_is_written_again_with_its_new_state() -> None:
    folder = Folder(MemoryStore(), CALENDARS)
    first = event("CLEARED", "09:00:00", revision=0)
    folder.fold([fed(event("REGISTERED", "08:00:00"), first)])
    batch = folder.fold([fed(event("CLEARED", "09:30:00", revision=1))])
    assert {(row[0].event.revision, row[1]) for row in batch.events} == {
        (0, "replaced"),
        (1, "effective"),
    }
    changes = {change.code: change for change in batch.changes}
    before, now = changes["REG_REL"].before, changes["REG_REL"].now
    assert (before and before.elapsed_s, now and now.elapsed_s) == (3600, 5400)


def test_a_duplicate_writes_nothing_but_its_position() -> None:
    folder = Folder(MemoryStore(), CALENDARS)
    folder.fold([fed(event("REGISTERED", "08:00:00"))])
    batch = folder.fold([fed(event("REGISTERED", "08:00:00", offset=5))])
    assert (batch.events, batch.declarations, batch.changes) == ([], [], [])
    assert [position[2:] for position in batch.positions] == [(5, "duplicate")]
    assert batch.outcomes[Outcome.DUPLICATE] == 1


def test_intervals_that_are_no_more_are_gone() -> None:
    folder = Folder(MemoryStore(), CALENDARS)
    folder.fold([fed(event("REGISTERED", "08:00:00"), channel(2, "08:01:00"))])
    batch = folder.fold([fed(event("CANCELLED", "08:30:00"))])
    assert batch.declarations[0].intervals == ()
    assert all(change.now is None for change in batch.changes)


def test_memory_is_bounded_and_only_what_is_written_is_forgotten() -> None:
    store = MemoryStore()
    folder = Folder(store, CALENDARS, capacity=2)
    batches = [
        folder.fold([fed(event("REGISTERED", "08:00:00", declaration_key=f"d{n}", event_id=f"e{n}"))])
        for n in range(4)
    ]
    folder.fold([fed(event("CLEARED", "09:00:00", declaration_key="d0", event_id="c0"))])
    assert store.asked == ["d0", "d1", "d2", "d3"]  # nothing is written yet, so nothing was forgotten
    for batch in batches:
        store.write(batch)
    folder.written(folder.step)
    folder.fold([fed(event("REGISTERED", "08:00:00", declaration_key="d9", event_id="e9"))])
    folder.fold([fed(event("CLEARED", "09:00:00", declaration_key="d1", event_id="c1"))])
    assert store.asked[-1] == "d1"  # forgotten by now, and read back from the store


KINDS = ("REGISTERED", "CHANNEL_ASSIGNED", "DOC_CHECK_STARTED", "CLEARED", "RELEASE_REVERTED", "CANCELLED")


@st.composite
def streams(draw: st.DrawFn) -> list[Event]:
    made = []
    for offset in range(draw(st.integers(1, 25))):
        kind = draw(st.sampled_from(KINDS))
        made.append(
            event(
                kind,
                f"08:{draw(st.integers(0, 9)):02d}:00",
                offset=offset,
                event_id=f"e{draw(st.integers(0, 12))}",
                declaration_key=f"d{draw(st.integers(0, 2))}",
                revision=draw(st.integers(0, 1)),
                op=draw(st.sampled_from(("ASSERT", "ASSERT", "RETRACT"))),
                attrs={"channel": 2} if kind == "CHANNEL_ASSIGNED" else {},
            )
        )
    return made


@settings(max_examples=400, deadline=None)
@given(streams(), st.integers(0, 2**32))
def test_crashes_between_any_two_writes_and_replays_change_nothing(events: list[Event], seed: int) -> None:
    """Whole run in one batch = run cut into batches, killed at random writes, replayed from the last commit."""
    chance = random.Random(seed)
    whole = MemoryStore()
    whole.write(Folder(whole, CALENDARS).fold([fed(*events)]))

    broken = MemoryStore()
    folder, committed = Folder(broken, CALENDARS, capacity=1), 0
    while committed < len(events):
        cut = min(len(events), committed + chance.randint(1, 6))
        batch = folder.fold([fed(*events[committed:cut])])
        upto = chance.choice((0, 1, 2, 3, 3, 3))
        broken.write(batch, upto)
        if (
            upto < 3 or chance.random() < 0.3
        ):  # killed: memory is gone, and what was not committed is read again
            folder = Folder(broken, CALENDARS, capacity=1)
            if upto == 3 and chance.random() < 0.5:
                committed = cut
        else:
            folder.written(folder.step)
            committed = cut
    assert broken.views() == whole.views()
