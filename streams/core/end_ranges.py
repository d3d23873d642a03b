"""A set of window ends of one kind, kept as ranges: which windows have to be computed (again)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from streams.core.window import WindowKind


class EndRanges:
    """Ends that are multiples of the kind's step, in runs that do not touch. Instants are milliseconds."""

    def __init__(self, kind: WindowKind) -> None:
        self._kind = kind
        self._step = kind.step_ms
        self._firsts: list[int] = []
        self._lasts: list[int] = []

    def __len__(self) -> int:
        return sum((last - first) // self._step + 1 for first, last in self.runs)

    def __bool__(self) -> bool:
        return bool(self._firsts)

    @property
    def runs(self) -> list[tuple[int, int]]:
        """The runs, in order, each as its first and its last end."""
        return list(zip(self._firsts, self._lasts, strict=True))

    def add(self, after_ms: int, until_ms: int) -> None:
        """Add every end that is later than `after_ms` and not later than `until_ms`."""
        ends = self._kind.ends_between(after_ms, until_ms)
        if not ends:
            return
        first, last = ends[0], ends[-1]
        begin = bisect_left(self._lasts, first - self._step)
        end = bisect_right(self._firsts, last + self._step)
        if begin < end:
            first, last = min(first, self._firsts[begin]), max(last, self._lasts[end - 1])
        self._firsts[begin:end] = [first]
        self._lasts[begin:end] = [last]

    @property
    def newest(self) -> int | None:
        """The newest end, None where there is none."""
        return self._lasts[-1] if self._lasts else None

    def take_newest(self, most: int, after_ms: int, until_ms: int) -> range:
        """Remove and return the newest ends after an instant and not after another: at most so many, all of one run.

        An empty range where there are none.
        """
        place = bisect_right(self._firsts, until_ms) - 1
        if place < 0:
            return range(0)
        first, last = self._firsts[place], self._lasts[place]
        newest = min(last, self._kind.first_end(until_ms) - self._step)
        oldest = max(first, newest - (most - 1) * self._step, self._kind.first_end(after_ms))
        if oldest > newest:
            return range(0)
        left = [(first, oldest - self._step), (newest + self._step, last)]
        left = [(begin, end) for begin, end in left if begin <= end]
        self._firsts[place : place + 1] = [begin for begin, _ in left]
        self._lasts[place : place + 1] = [end for _, end in left]
        return range(oldest, newest + 1, self._step)

    def drop_until(self, instant_ms: int) -> None:
        """Remove the ends that are not later than an instant."""
        while self._firsts and self._firsts[0] <= instant_ms:
            if self._lasts[0] <= instant_ms:
                del self._firsts[0], self._lasts[0]
            else:
                self._firsts[0] = self._kind.first_end(instant_ms)
