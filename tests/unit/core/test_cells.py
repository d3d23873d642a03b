"""Groups get numbers, cells an order that does not depend on them, and counts add up."""

from __future__ import annotations

import numpy as np

from streams.core.cells import Groups


def test_groups_keep_their_numbers() -> None:
    groups = Groups()
    assert groups.numbers_of(["a", "b", "a"], [None, None, None], [1, 1, 1]).tolist() == [0, 1, 0]
    assert groups.numbers_of(["c", "b"], [None, None], [1, 1]).tolist() == [2, 1]
    assert groups.offices == ["a", "b", "c"]
    assert len(groups) == 3


def test_cells_are_in_order_of_their_words_whatever_came_first() -> None:
    one, other = Groups(), Groups()
    one.numbers_of(["27F1", "27B1"], ["import", None], [1, None])
    other.numbers_of(["27B1"], [None], [None])
    other.layout()
    other.numbers_of(["27F1"], ["import"], [1])
    a, b = one.layout(), other.layout()
    words = list(zip(a.offices, a.directions, a.channels, strict=True))
    assert words == sorted(words)
    assert words == list(zip(b.offices, b.directions, b.channels, strict=True))
    assert a.roll_ups[:, ::-1].tolist() == b.roll_ups.tolist()
    assert a.cells == 15
    assert a.rows == 15 * 30


def test_a_cell_is_found_by_its_words() -> None:
    groups = Groups()
    groups.numbers_of(["27F1", "27B1"], ["import", None], [1, None])
    layout = groups.layout()
    cell = layout.cell_of("27B1", "all", "none")
    assert cell is not None
    assert (layout.offices[cell], layout.directions[cell], layout.channels[cell]) == ("27B1", "all", "none")
    assert layout.cell_of("27B1", "import", "all") is None


def test_a_word_like_that_of_a_roll_up_is_not_taken_for_it() -> None:
    groups = Groups()
    groups.numbers_of(["all", "27F1"], ["import", "import"], [1, 1])
    layout = groups.layout()
    assert len({*layout.roll_ups.ravel().tolist()}) == layout.cells == 12


def test_counts_add_up() -> None:
    groups = Groups()
    groups.numbers_of(["27F1", "27F1", "27F2"], ["import", "export", "import"], [1, 1, 2])
    layout = groups.layout()
    counts = np.zeros((3, 15), np.int64)
    counts[:, 4] = 1, 10, 100
    found = layout.rolled_up(counts)

    def of(*words: str) -> int:
        cell = layout.cell_of(*words)
        assert cell is not None
        return int(found[cell, 4])

    assert of("all", "all", "all") == 111
    assert of("27F1", "all", "all") == of("all", "all", "1") == 11
    assert of("all", "import", "all") == 101
    assert of("27F2", "import", "2") == 100
    assert found.sum() == 8 * 111
