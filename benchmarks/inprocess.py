"""How fast one core does the pipeline's own work, with no Kafka and no store around it, and where the time goes."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from statistics import median
from typing import Final

import msgspec

from benchmarks.events import Message
from benchmarks.growth import event_costs
from streams.core.declaration import Declaration, History, Rulebook
from streams.core.decode import decode_event
from streams.core.event import Accepted, Event, Feed
from streams.core.pack import Pack, decode_pack, encode_pack
from streams.kafka.packer import MAX_PACK_EVENTS
from streams.pipeline.folder import FedPack, Folder
from streams.reference import load_reference

MOST_EVENTS: Final = 100_000
_ROUNDS: Final = 3
_FEED: Final = Feed("benchmark", 1)
_PACKS_A_BATCH: Final = 32_000 // MAX_PACK_EVENTS


class OneCore(msgspec.Struct, frozen=True):
    """Events a second on one core, and microseconds an event of each part; the median of some rounds.

    `decode_fold` is decoding and folding in batches as the pipeline does, every declaration of a batch brought up to
    its state once. `parts` are, an event: decoding; bringing it into its history; the states of declarations (all
    milestones, intervals with both lengths, stage, findings); the rest of the folding step; and, beside `decode_fold`,
    packing and unpacking. `event_costs` is what one more event and the state after it cost, by the events before it.
    """

    events: int
    decode: float
    decode_fold: float
    parts: dict[str, float]
    event_costs: dict[int, float]


class _NoHistories:
    """A store that holds nothing yet."""

    def load(self, keys: Sequence[str]) -> Mapping[str, Sequence[Accepted]]:
        return {}


def measure(messages: Sequence[Message]) -> OneCore:
    """Measure with the given messages, at most MOST_EVENTS of them."""
    values = [message.value for message in messages[:MOST_EVENTS]]
    reference = load_reference(None)
    with _seldom_collecting():
        _round(values[:2_000], reference)
        rounds = [_round(values, reference) for _ in range(_ROUNDS)]
        costs = event_costs(reference)
    each = {name: median(one[name] for one in rounds) / len(values) for name in rounds[0]}
    fold = each["fold"]
    parts = {
        "decode": each["decode"],
        "into histories": each["add"],
        "states": each["states"],
        "rest of the step": fold - each["add"] - each["states"],
        "pack": each["pack"],
        "unpack": each["unpack"],
    }
    return OneCore(
        len(values),
        round(1 / each["decode"]),
        round(1 / (each["decode"] + fold)),
        {name: round(1e6 * seconds, 2) for name, seconds in parts.items()},
        {before: round(1e6 * seconds, 2) for before, seconds in costs.items()},
    )


@contextmanager
def _seldom_collecting() -> Iterator[None]:
    """Look for cycles as seldom as the worker does; there are none."""
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _round(values: Sequence[bytes], reference: Rulebook) -> dict[str, float]:
    """Take every part once over all messages; seconds of each."""
    taken: dict[str, float] = {}

    def lap(name: str, action: Callable[[], None]) -> None:
        begin = time.perf_counter()
        action()
        taken[name] = time.perf_counter() - begin

    events: list[Event] = []

    def decode() -> None:
        for offset, value in enumerate(values):
            decoded = decode_event(value, 0, offset)
            assert isinstance(decoded, Event), decoded.detail
            events.append(decoded)

    lap("decode", decode)
    packs = [
        Pack(_FEED.topic, "", 0, events[at : at + MAX_PACK_EVENTS], [])
        for at in range(0, len(events), MAX_PACK_EVENTS)
    ]
    packed: list[bytes] = []
    lap("pack", lambda: packed.extend(encode_pack(pack) for pack in packs))
    lap("unpack", lambda: [decode_pack(value) for value in packed] and None)
    fed = [FedPack(pack, _FEED) for pack in packs]
    batches = [fed[at : at + _PACKS_A_BATCH] for at in range(0, len(fed), _PACKS_A_BATCH)]
    folder = Folder(_NoHistories(), reference)

    def fold() -> None:
        for batch in batches:
            folder.fold(batch)
            folder.written(folder.step)

    lap("fold", fold)
    taken.update(_apart(batches, reference))
    return taken


def _apart(batches: Sequence[Sequence[FedPack]], reference: Rulebook) -> dict[str, float]:
    """The same batches with nothing but the core: histories filled, and the touched declarations' states."""
    histories: dict[str, History] = {}
    add = states = 0.0
    last: dict[str, Declaration | None] = {}
    for batch in batches:
        accepted = [Accepted(event, _FEED, 0) for one in batch for event in one.pack.events]
        for one in accepted:
            histories.setdefault(one.event.declaration_key, History())
        begin = time.perf_counter()
        for one in accepted:
            histories[one.event.declaration_key].add(one)
        add += time.perf_counter() - begin
        touched = dict.fromkeys(one.event.declaration_key for one in accepted)
        begin = time.perf_counter()
        for key in touched:
            last[key] = histories[key].fold(key, reference)
        states += time.perf_counter() - begin
    return {"add": add, "states": states}
