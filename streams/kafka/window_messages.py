"""The messages of the topic `release-time-windows`: one for each window and place, with all its intervals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import msgspec

from streams.core.window_values import WindowRows

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_encoder = msgspec.json.Encoder()


class _Figures(msgspec.Struct, gc=False):
    """The figures of one interval on one clock."""

    interval_code: str
    clock: str
    n: int
    population_n: int
    coverage: float | None
    mean_s: float | None
    sd_s: float | None
    min_s: float | None
    max_s: float | None
    p50_s: float | None
    p90_s: float | None
    p95_s: float | None
    live_n: int
    live_p50_s: float | None
    live_p90_s: float | None
    open_n: int


class _Window(msgspec.Struct, gc=False):
    """One message."""

    window_size: str
    window_end: str
    direction: str
    office: str
    channel: str
    is_final: bool
    figures: list[_Figures]


class _Final(msgspec.Struct, gc=False):
    """The final marker: windows of this size that end then are computed from all that came in time."""

    window_size: str
    window_end: str
    is_final: bool


_VALUES = _Figures.__struct_fields__[2:]


def window_messages(
    size: str, end_ms: int, rows: WindowRows, changed: Sequence[int], is_final: bool
) -> Iterator[tuple[str, bytes]]:
    """Yield key and value of a message for each place (direction, office, channel) that a changed row belongs to.

    It tells all intervals of the place, the unchanged ones too, for the topic is compacted: the last message is the
    whole of the window there.
    """
    places = list(zip(rows.direction.tolist(), rows.office.tolist(), rows.channel.tolist(), strict=True))
    wanted = {places[place] for place in changed}
    columns = [
        [None if value != value else value for value in getattr(rows, name).tolist()] for name in _VALUES
    ]
    told: dict[tuple[str, str, str], list[_Figures]] = {}
    for place, code, clock, *values in zip(
        places, rows.interval_code.tolist(), rows.clock.tolist(), *columns, strict=True
    ):
        if place in wanted:
            told.setdefault(place, []).append(_Figures(code, clock, *values))
    end = _text(end_ms)
    for place, figures in told.items():
        yield "|".join((size, end, *place)), _encoder.encode(_Window(size, end, *place, is_final, figures))


def emptied_message(
    size: str, end_ms: int, direction: str, office: str, channel: str
) -> tuple[str, bytes | None]:
    """Return key and value of a message that takes back what was said of a place: nothing is left there."""
    return "|".join((size, _text(end_ms), direction, office, channel)), None


def final_message(size: str, end_ms: int) -> tuple[str, bytes]:
    """Return key and value of the final marker of all windows of one size and end."""
    end = _text(end_ms)
    return "|".join((size, end, "final")), _encoder.encode(_Final(size, end, True))


def _text(instant_ms: int) -> str:
    return (_EPOCH + dt.timedelta(milliseconds=instant_ms)).strftime("%Y-%m-%dT%H:%M:%SZ")
