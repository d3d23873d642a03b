from hypothesis import given
from hypothesis import strategies as st

from streams.core.end_ranges import EndRanges
from streams.core.window import WindowKind

KIND = WindowKind("w", 30, 10)
INSTANTS = st.integers(-200, 200)


def everything(ends: EndRanges) -> set[int]:
    return {end for first, last in ends.runs for end in range(first, last + 1, 10)}


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("add"), INSTANTS, INSTANTS),
            st.tuples(st.just("take"), st.integers(1, 5), st.just(0)),
            st.tuples(st.just("drop"), INSTANTS, st.just(0)),
        ),
        max_size=20,
    )
)
def test_it_is_a_set_of_ends(steps: list[tuple[str, int, int]]) -> None:
    ends, oracle = EndRanges(KIND), set[int]()
    for step, a, b in steps:
        if step == "add":
            ends.add(a, b)
            oracle |= {end for end in range(-200, 201, 10) if a < end <= b}
        elif step == "take":
            taken = list(ends.take_newest(a))
            assert taken == sorted(taken)
            assert len(taken) <= a
            assert bool(taken) == bool(oracle)
            if taken:
                assert taken[-1] == max(oracle)
                assert len(taken) == a or taken[0] - 10 not in oracle
            assert set(taken) <= oracle
            oracle -= set(taken)
        else:
            ends.drop_until(a)
            oracle = {end for end in oracle if end > a}
        assert everything(ends) == oracle
        assert len(ends) == len(oracle)
        assert bool(ends) == bool(oracle)
        runs = ends.runs
        assert all(before[1] + 10 < after[0] for before, after in zip(runs, runs[1:], strict=False))
