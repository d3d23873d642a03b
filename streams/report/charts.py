"""The charts of a report, as SVG that stands inside the page: no script, nothing to fetch, colours by class.

Every bar has its value beside it in words, and what a colour tells is told by place or shade too, so that nothing hangs
on seeing colours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import ceil, floor
from typing import Final

from markupsafe import Markup

from streams.core.report import DIRECTIONS, WHOLE, Excess
from streams.report.writer import Writer, lowered

_WIDTH: Final = 960
_VALUE: Final = 150
"""Room for the words beside a bar."""
_TICK: Final = 26
"""Room for half the words below the first or the last mark of the axis."""
_STEPS: Final = tuple(
    step * 60 for step in (1, 5, 10, 30, 60, 120, 240, 360, 720, 1440, 2880, 7200, 14400, 43200, 144000)
)
_MOST_TICKS: Final = 8


class _Scale:
    """Puts seconds between `left` and the right edge; 0 is always among them.

    There is room for the words of bars: on the side that they reach to from 0; with `both` where they begin elsewhere.
    """

    def __init__(self, values: Iterable[float], left: float, *, both: bool = False) -> None:
        given = [0.0, *values]
        low, high = min(given), max(given)
        self.step = next((s for s in _STEPS if (high - low) / s <= _MOST_TICKS), _STEPS[-1])
        self.low, self.high = floor(low / self.step) * self.step, max(ceil(high / self.step), 0) * self.step
        if self.low == self.high:
            self.high = self.low + self.step
        self._left = left + (_VALUE if both or self.low < 0 else _TICK)
        self._right = _WIDTH - (_VALUE if both or self.high > 0 else _TICK)

    def x(self, seconds: float) -> float:
        return self._left + (seconds - self.low) / (self.high - self.low) * (self._right - self._left)

    def ticks(self) -> list[int]:
        return list(range(int(self.low), int(self.high) + 1, self.step))


def lengths_chart(w: Writer) -> Markup:
    """Draw the means of both periods below each other."""
    of = [one for one in w.report.figures.total.lengths if one.elapsed.this_mean_s is not None]
    means = [(one.elapsed.this_mean_s or 0.0, one.elapsed.last_mean_s) for one in of]
    scale = _Scale((mean for pair in means for mean in pair if mean is not None), 0)
    row, top = 74, 8
    bottom = top + row * len(of)
    drawn = [*_grid(w, scale, top, bottom)]
    for number, (one, (this, last)) in enumerate(zip(of, means, strict=True)):
        y = top + row * number
        drawn.append(
            Markup('<text x="32" y="{}"><tspan class="strong">{}</tspan> · {}</text>').format(
                y + 17, w.direction(one.direction), lowered(w.interval(one.interval))
            )
        )
        drawn += _bar(scale, 0, this, y + 25, 20, "this", w.length(this))
        if last is not None:
            drawn += _bar(scale, 0, last, y + 48, 12, "last", w.length(last))
    return _picture(drawn, bottom + 26, w.text("chart_lengths"))


def offices_chart(w: Writer) -> Markup:
    """Draw by how much each office changed with the mix held still."""
    rows = [
        (section.office, direction, change)
        for section in w.report.figures.offices
        for direction in DIRECTIONS
        if (change := section.length(WHOLE, direction).elapsed.standardised_change_s) is not None
    ]
    left = 170
    scale = _Scale((change for *_, change in rows), left)
    top, row = 8, 24
    drawn: list[Markup] = []
    y = top
    before = ""
    for office, direction, change in rows:
        if office != before:
            y += 8 if before else 0
            drawn.append(
                Markup('<text x="2" y="{}"><tspan class="strong">{}</tspan></text>').format(y + 16, office)
            )
            before = office
        drawn.append(
            Markup('<text x="{}" y="{}" class="end">{}</text>').format(left, y + 16, w.direction(direction))
        )
        drawn += _bar(scale, 0, change, y + 3, 17, direction, w.change(change))
        y += row
    return _picture([*_grid(w, scale, top, y), *drawn], y + 26, w.text("chart_offices"))


def excess_chart(w: Writer, of: Excess) -> Markup:
    """Draw how the change of the whole becomes that of the part: cause after cause, each where the one before ends."""
    causes = (("wait", of.wait_s or 0.0), ("populations", of.populations_s or 0.0), ("mix", of.mix_s or 0.0))
    bars = [(w.text("short_whole"), 0.0, of.whole_change_s, "sum", of.whole_change_s)]
    at = of.whole_change_s
    for name, by in causes:
        kind = "along" if by * of.excess_s > 0 else "against"
        bars.append((w.text(f"short_{name}"), at, at + by, kind, by))
        at += by
    bars.append((w.text("short_part"), 0.0, of.part_change_s, "sum", of.part_change_s))
    left = 230
    scale = _Scale((edge for _, begin, end, *_ in bars for edge in (begin, end)), left, both=True)
    top, row = 8, 30
    bottom = top + row * len(bars)
    drawn = [*_grid(w, scale, top, bottom)]
    for number, (name, begin, end, kind, by) in enumerate(bars):
        y = top + row * number
        drawn.append(Markup('<text x="{}" y="{}" class="end">{}</text>').format(left, y + 20, name))
        drawn += _bar(scale, begin, end, y + 5, 20, kind, w.change(by))
    return _picture(drawn, bottom + 26, w.text("chart_excess"))


def _bar(
    scale: _Scale, begin: float, end: float, y: float, height: float, kind: str, words: str
) -> Iterator[Markup]:
    left, right = sorted((scale.x(begin), scale.x(end)))
    yield Markup('<rect class="{}" x="{:.1f}" y="{}" width="{:.1f}" height="{}" rx="2"/>').format(
        kind, left, y, max(right - left, 1.5), height
    )
    at_left = end < begin or (end == begin and end < 0)
    yield Markup('<text class="value{}" x="{:.1f}" y="{:.1f}">{}</text>').format(
        " end" if at_left else "", left - 7 if at_left else right + 7, y + height / 2 + 4.5, words
    )


def _grid(w: Writer, scale: _Scale, top: float, bottom: float) -> Iterator[Markup]:
    for tick in scale.ticks():
        x = scale.x(tick)
        yield Markup('<line class="{}" x1="{:.1f}" x2="{:.1f}" y1="{}" y2="{}"/>').format(
            "grid" if tick else "zero", x, x, top, bottom
        )
        yield Markup('<text class="tick" x="{:.1f}" y="{}">{}</text>').format(x, bottom + 17, w.tick(tick))


def _picture(drawn: Iterable[Markup], height: float, title: str) -> Markup:
    return Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        _WIDTH, height, title, Markup("").join(drawn)
    )
