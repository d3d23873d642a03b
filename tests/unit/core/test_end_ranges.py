from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from streams.core.end_ranges import EndRanges
from streams.core.window import WindowKind

KIND = WindowKind("w", 30, 10)
INSTANTS = st.integers(-200, 200)
INTERVALS = st.tuples(INSTANTS, INSTANTS)


def everything(ends: EndRanges) -> set[int]:
    return {end for first, last in ends.runs for end in range(first, last + 1, 10)}


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("add"), INSTANTS, INSTANTS),
            st.tuples(st.just("take"), st.integers(1, 5), INTERVALS),
            st.tuples(st.just("drop"), INSTANTS, st.just(0)),
        ),
        max_size=20,
    )
)
def test_it_is_a_set_of_ends(steps: list[tuple[str, int, Any]]) -> None:
    ends, oracle = EndRanges(KIND), set[int]()
    for step, a, b in steps:
        if step == "add":
            ends.add(a, b)
            oracle |= {end for end in range(-200, 201, 10) if a < end <= b}
        elif step == "take":
            after, until = b
            taken = list(ends.take_newest(a, after, until))
            chosen = {end for end in oracle if after < end <= until}
            newest_run = sorted(chosen)[-a:]
            while newest_run and newest_run != list(range(newest_run[0], newest_run[-1] + 1, 10)):
                del newest_run[0]
            assert taken == newest_run
            oracle -= set(taken)
        else:
            ends.drop_until(a)
            oracle = {end for end in oracle if end > a}
        assert everything(ends) == oracle
        assert len(ends) == len(oracle)
        assert bool(ends) == bool(oracle)
        assert ends.newest == max(oracle, default=None)
        runs = ends.runs
        assert all(before[1] + 10 < after[0] for before, after in pairwise(runs))
