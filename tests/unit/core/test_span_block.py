"""A part of a block has what was chosen, column by column."""

from __future__ import annotations

from dataclasses import fields
from random import Random

import numpy as np

from spans import block, drawn_record
from streams.core.span_block import SpanBlock


def test_a_part_is_the_block_of_the_chosen_records() -> None:
    chance = Random("part")
    records = [(f"d{number}", number, drawn_record(chance)) for number in range(9)]
    chosen = np.array([number % 3 == 1 for number in range(9)])
    found = block(records).part(chosen)
    wanted = block([one for one, there in zip(records, chosen, strict=True) if there])
    assert len(found) == 3
    for column in fields(SpanBlock):
        assert np.array_equal(getattr(found, column.name), getattr(wanted, column.name)), column.name
