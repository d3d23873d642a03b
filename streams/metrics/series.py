"""How many series there can be: an upper bound by the size of the reference data, and what is given up to stay below.

Every label has few values, whatever the events say (`labels.Known`), so the bound holds for any feed (decision 0028).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple, get_args

from streams.core.event import Source
from streams.core.outlook import HORIZONS_H
from streams.core.reference import Reference
from streams.core.verdicts import VERDICTS
from streams.core.vocabulary import EVENT_TYPES, INTERVAL_CODES, RejectReason
from streams.core.window import KINDS
from streams.metrics import catalogue as c
from streams.metrics.buckets import bucket_edges
from streams.metrics.news import STATS

OPEN_STAGES: Final[tuple[tuple[str, str], ...]] = (
    ("registered", "customs"),
    ("dossier", "declarant"),
    ("document_check", "customs"),
    ("amendment", "declarant"),
    ("inspection", "declarant"),
    ("inspection", "customs"),
    ("specialised", "oga"),
    ("payment", "declarant"),
    ("payment", "bank"),
    ("decision", "customs"),
    ("held", "customs"),
)
"""Where an open declaration can stand, and who must act then (docs/reference/stages.md)."""

AGES: Final = ("2h_working", "8h_working", "15d", "30d", "target")
"""The label `age`: the marks of the view `open_declarations`."""

_RED_ONLY: Final = ("INSP_WAIT", "INSP")
_INPUT_TOPICS: Final = 3
"""Those with a lag: two inputs, and the packs."""
_TABLES: Final = 6
"""Those that a batch is written to."""


class Shape(NamedTuple):
    """How large the reference data is: known offices, targets and so on, and the partitions of a topic."""

    offices: int
    targets: int
    target_intervals: int
    stage_limits: int
    edges: int
    partitions: int


class Detail(NamedTuple):
    """Which metrics tell the channels apart."""

    window_channels: bool
    time_channels: bool

    @property
    def dropped(self) -> Mapping[str, bool]:
        """The metrics that may give their channels together, and whether they do."""
        return {
            c.WINDOW_SECONDS.name: not self.window_channels,
            c.WINDOW_DECLARATIONS.name: not self.window_channels,
            c.RELEASE_TIME.name: not self.time_channels,
        }


DETAILS: Final = (Detail(True, True), Detail(False, True), Detail(False, False))
"""From all that there is to the least. The windows lose their channels first: they have a roll-up of them."""


def shape_of(reference: Reference, partitions: int) -> Shape:
    """Measure the reference data."""
    return Shape(
        len(reference.offices),
        len(reference.targets),
        len({target.interval for target in reference.targets}),
        len(reference.stage_limits),
        len(bucket_edges(reference)),
        partitions,
    )


def bounds(shape: Shape, detail: Detail = DETAILS[0]) -> dict[str, int]:
    """Return, for each metric of the catalogue, how many series one worker can give at most."""
    intervals, red = len(INTERVAL_CODES), len(_RED_ONLY)
    offices, directions, channels = shape.offices + 2, 3, 4  # with `other` and `none`; with `none`
    places = offices * directions * channels
    pairs = (intervals - red) * channels + red if detail.time_channels else intervals
    samples = shape.edges + 1 + 2  # the bucket without an end, the sum and the count
    # In windows what is not known is in `all` only, and red is a channel beside its roll-up.
    cells = (intervals - red) * channels + red * 2 if detail.window_channels else intervals
    windows = (shape.offices + 1) * directions * cells * len(KINDS)
    outlook = offices * directions * shape.target_intervals
    sources = len(get_args(Source))
    of = dict.fromkeys((one.name for one in c.CATALOGUE), 1)
    return of | {
        c.RELEASE_TIME.name: offices * directions * pairs * samples,
        c.DECISIONS.name: places * shape.target_intervals * len(VERDICTS),
        c.CHANNEL_ASSIGNED.name: offices * directions * 3,
        c.WINDOW_SECONDS.name: windows * len(STATS),
        c.WINDOW_DECLARATIONS.name: windows,
        c.WINDOW_END.name: len(KINDS),
        c.OPEN.name: places * len(OPEN_STAGES),
        c.OLDEST_OPEN.name: places,
        c.OPEN_OLDER.name: places * len(AGES),
        c.STUCK.name: places * len(OPEN_STAGES),
        c.STAGE_LIMIT.name: shape.stage_limits,
        c.PAST_TARGET.name: outlook,
        c.EXPECTED_BREACHES.name: outlook * len(HORIZONS_H),
        c.TARGET_SECONDS.name: shape.targets,
        c.TARGET_RATIO.name: shape.targets,
        c.OFFICE_INFO.name: shape.offices + 3,
        c.OFFICE_WORKING.name: shape.offices,
        c.FEED_SILENCE.name: shape.offices,
        c.FEED_SILENCE_LIMIT.name: shape.offices,
        c.LAST_EVENT.name: sources * offices,
        c.EVENTS.name: sources * len(EVENT_TYPES),
        c.REJECTED.name: len(RejectReason),
        c.LAG.name: _INPUT_TOPICS * shape.partitions,
        c.SINK_ROWS.name: _TABLES,
        c.DETAIL_DROPPED.name: len(detail.dropped),
    }


def detail_within(shape: Shape, budget: int) -> Detail:
    """Return the most detail whose bound is within a budget of series; where there is none, the least detail."""
    fitting = (detail for detail in DETAILS if sum(bounds(shape, detail).values()) <= budget)
    return next(fitting, DETAILS[-1])


def most_series(shape: Shape, budget: int) -> int:
    """Return how many series there can be with the detail that a budget leaves; more than it where none fits."""
    return sum(bounds(shape, detail_within(shape, budget)).values())


def telling(shape: Shape, budget: int) -> str:
    """Say in a line what the budget leaves of the metrics."""
    detail, most = detail_within(shape, budget), most_series(shape, budget)
    told = f"at most {most:,} series of a budget of {budget:,}"
    dropped = ", ".join(name for name, is_dropped in detail.dropped.items() if is_dropped)
    if dropped:
        told += f"; to stay below it, channels are given together in {dropped}"
    if most > budget:
        told += "; that is above it even so: raise RELEASE_MONITOR_METRIC_SERIES_BUDGET"
    return told
