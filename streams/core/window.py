"""Rolling windows on the axis of event time: which windows hold an instant, and which ends lie between two instants.

A window is [end − size, end): what happens at its end is the next window's (domain, section 11). Windows of a kind are
numbered by nothing but their ends, so nothing has to be opened, and an instant before 1970 is like any other. All
instants are whole milliseconds since the epoch, floored.
"""

from __future__ import annotations

from typing import Final, NamedTuple

_MINUTE_MS: Final = 60_000
_HOUR_MS: Final = 60 * _MINUTE_MS
_DAY_MS: Final = 24 * _HOUR_MS


class WindowKind(NamedTuple):
    """All windows of one size that end one step apart, in milliseconds.

    One of them starts at `offset_ms`. A step is above 0 and at most the size, else instants would fall between windows.
    Where the step divides the size and the offset is 0, as in all of `KINDS`, ends are multiples of the step.
    """

    name: str
    size_ms: int
    step_ms: int
    offset_ms: int = 0

    def first_end(self, instant_ms: int) -> int:
        """Return the first end after an instant: that of the first window that holds it."""
        phase_ms = self.offset_ms + self.size_ms
        return instant_ms + self.step_ms - (instant_ms - phase_ms) % self.step_ms

    def last_end(self, instant_ms: int) -> int:
        """Return the end of the last window that holds an instant: the one that starts at it or last before it."""
        return instant_ms - (instant_ms - self.offset_ms) % self.step_ms + self.size_ms

    def ends_between(self, after_ms: int, until_ms: int) -> range:
        """Return, in order, the ends that are later than `after_ms` and not later than `until_ms`."""
        return range(self.first_end(after_ms), until_ms + 1, self.step_ms)

    def starts_of(self, instant_ms: int) -> list[int]:
        """Return the starts of all windows that hold an instant, in order."""
        ends = self.ends_between(instant_ms, instant_ms + self.size_ms)
        return [end_ms - self.size_ms for end_ms in ends]


KINDS: Final = (
    WindowKind("1h", _HOUR_MS, _MINUTE_MS),
    WindowKind("24h", _DAY_MS, 5 * _MINUTE_MS),
    WindowKind("7d", 7 * _DAY_MS, _HOUR_MS),
    WindowKind("30d", 30 * _DAY_MS, _HOUR_MS),
)
"""The windows that are kept, the smallest first."""

KIND_OF: Final = {kind.name: kind for kind in KINDS}
"""The same by name."""
