"""How fast one core does the pipeline's own work, with no Kafka and no store around it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from benchmarks.events import Message
from streams.core.decode import decode_event
from streams.core.event import Accepted, Event, Feed
from streams.core.pack import decode_pack
from streams.kafka.packer import MAX_PACK_EVENTS, Packer
from streams.pipeline.folder import FedPack, Folder

MOST_EVENTS: Final = 100_000
_FEED: Final = Feed("benchmark", 1)
_PACKS_A_BATCH: Final = 32_000 // MAX_PACK_EVENTS


class OneCore(msgspec.Struct, frozen=True):
    """Events a second on one core. `decode_fold` has the packing in between too, as in the pipeline."""

    events: int
    decode: float
    decode_fold: float


class _NoHistories:
    """A store that holds nothing yet."""

    def load(self, keys: Sequence[str]) -> Mapping[str, Sequence[Accepted]]:
        return {}


def measure(messages: Sequence[Message]) -> OneCore:
    """Decode messages, then decode, pack and fold them; at most MOST_EVENTS of them."""
    values = [message.value for message in messages[:MOST_EVENTS]]
    _decode(values[:2_000])
    _decode_fold(values[:2_000])
    return OneCore(
        len(values),
        round(len(values) / _decode(values)),
        round(len(values) / _decode_fold(values)),
    )


def _decode(values: Sequence[bytes]) -> float:
    begin = time.perf_counter()
    for offset, value in enumerate(values):
        decode_event(value, 0, offset)
    return time.perf_counter() - begin


def _decode_fold(values: Sequence[bytes]) -> float:
    folder = Folder(_NoHistories())
    begin = time.perf_counter()
    waiting: list[FedPack] = []
    for pack in _packs(values):
        waiting.append(FedPack(decode_pack(pack), _FEED))
        if len(waiting) == _PACKS_A_BATCH:
            folder.fold(waiting)
            folder.written(folder.step)
            waiting = []
    folder.fold(waiting)
    return time.perf_counter() - begin


def _packs(values: Sequence[bytes]) -> list[bytes]:
    packer = Packer(_FEED.topic, "", 4)
    packs = []
    for offset, value in enumerate(values):
        decoded = decode_event(value, 0, offset)
        assert isinstance(decoded, Event), decoded.detail
        full = packer.add((decoded,))
        if full is not None:
            packs.append(packer.close(full, 0))
    packs.extend(packer.close(target, 0) for target in list(packer.open_packs()))
    return packs
