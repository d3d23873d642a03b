"""Names that are made here never change: they are in every store."""

from __future__ import annotations

from streams.core.identity import keyed_hash, made_id


def test_made_ids_are_those_that_were_always_made() -> None:
    assert made_id("OTHER", "a", "CLEARED", 2) == "123082cd-1ef1-5822-a5d5-30f973f31867"
    assert made_id("OTHER", "a", "CLEARED", 2, 0) == made_id("OTHER", "a", "CLEARED", 2)
    assert made_id("OTHER", "a", "CLEARED", 2, 100) == "b90804b9-5a38-5b8e-81da-2599dec6cdc7"
    assert made_id("OTHER", None, "CLEARED", 2) == "c8371c4c-9712-566f-b041-89a16b08ca74"


def test_every_part_of_the_natural_key_and_the_revision_make_another_id() -> None:
    made = [
        made_id("OTHER", "a", "CLEARED", 1),
        made_id("SIM", "a", "CLEARED", 1),
        made_id("OTHER", "b", "CLEARED", 1),
        made_id("OTHER", "a", "ARRIVED", 1),
        made_id("OTHER", "a", "CLEARED", 2),
        made_id("OTHER", "a", "CLEARED", 1, 1),
    ]
    assert len(set(made)) == len(made)


def test_a_keyed_hash_is_the_same_for_the_same_text_and_key_only() -> None:
    assert keyed_hash(b"k" * 16, "2800000000") == "8d50d48e2e8e9165"
    assert keyed_hash(b"k" * 16, "2800000001") != keyed_hash(b"k" * 16, "2800000000")
    assert keyed_hash(b"l" * 16, "2800000000") != keyed_hash(b"k" * 16, "2800000000")
