"""Packs: what goes where, and when a pack is full."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from builders import event
from streams.core.event import Rejected
from streams.core.pack import decode_pack
from streams.kafka.packer import MAX_PACK_BYTES, MAX_PACK_EVENTS, Packer


def test_a_declaration_always_goes_to_one_partition_whatever_it_was_read_from() -> None:
    packer = Packer("declaration-events", "id", 7)
    for partition in range(5):
        packer.add([event("REGISTERED", "08:00:00", offset=partition)])
    assert len(list(packer.open_packs())) == 1


def test_a_pack_is_full_by_number_or_by_size() -> None:
    packer = Packer("t", "id", 1)
    told = [packer.add([event("REGISTERED", "08:00:00", offset=n)]) for n in range(MAX_PACK_EVENTS)]
    assert told == [None] * (MAX_PACK_EVENTS - 1) + [0]
    packer.close(0, 0)
    assert packer.add(Rejected("oversized", "", b"x" * MAX_PACK_BYTES, 0, 0)) == 0


def test_the_events_of_one_message_stay_in_one_pack() -> None:
    packer = Packer("t", "id", 1)
    for n in range(MAX_PACK_EVENTS - 1):
        packer.add([event("REGISTERED", "08:00:00", offset=n)])
    whole = [event("REGISTERED", "08:00:00", offset=5000), event("CLEARED", "09:00:00", offset=5000)]
    assert packer.add(whole) == 0
    assert [e.offset for e in decode_pack(packer.close(0, 0)).events][-2:] == [5000, 5000]


@given(st.lists(st.tuples(st.integers(0, 20), st.booleans()), max_size=60), st.integers(1, 5))
def test_nothing_is_lost_and_order_within_a_partition_stays(
    items: list[tuple[int, bool]], partitions: int
) -> None:
    packer = Packer("t", "id", partitions)
    for offset, (key, bad) in enumerate(items):
        if bad:
            packer.add(Rejected("future", "", b"{}", key % 3, offset))
        else:
            packer.add([event("REGISTERED", "08:00:00", offset=offset, declaration_key=f"d{key}")])
    packs = [decode_pack(packer.close(target, 5)) for target in list(packer.open_packs())]
    assert sorted(e.offset for p in packs for e in [*p.events, *p.rejected]) == list(range(len(items)))
    for pack in packs:
        offsets = [e.offset for e in pack.events]
        assert offsets == sorted(offsets)
        assert (pack.topic, pack.topic_id, pack.received_us) == ("t", "id", 5)
    assert list(packer.open_packs()) == []
