"""What the board was told, by the store, by the workers' metrics and by Prometheus: values, and how old they are."""

from __future__ import annotations

import datetime as dt
from typing import Final, Generic, Literal, NamedTuple, TypeVar

from streams.words import Word

T = TypeVar("T")

ALL: Final = "all"
"""Every office, or both directions."""

Direction = Literal["all", "import", "export"]

DIRECTIONS: Final[tuple[Direction, ...]] = ("all", "import", "export")


class Filter(NamedTuple):
    """What is looked at: one office or all, one direction or both."""

    office: str = ALL
    direction: Direction = ALL


class Office(NamedTuple):
    """An office of the reference data, by its newest entry."""

    code: str
    name: Word


class WindowRow(NamedTuple):
    """A running window of an interval in one direction; lengths in seconds, None where there is none.

    A live quantile of None with declarations (`live_n`) is one that is not reached.
    """

    interval: str
    size: str
    direction: str
    n: int
    mean_s: float | None
    p50_s: float | None
    p90_s: float | None
    live_n: int
    live_p50_s: float | None
    live_p90_s: float | None


class StageRow(NamedTuple):
    """What is open in a stage and waits for the same: how many, the oldest's age, how many past the stage's limit."""

    stage: str | None
    waiting_on: str | None
    open_n: int
    oldest_s: int
    stuck_n: int


class OpenRow(NamedTuple):
    """An open declaration. `past_limit` is None where its stage has no limit."""

    key: str
    office: str | None
    stage: str | None
    waiting_on: str | None
    age_s: int
    past_limit: bool | None


class Ledger(NamedTuple):
    """Positions of the input that have an outcome, by outcome, and the most frequent reasons of refusals."""

    accounted: int
    stored: int
    duplicate: int
    rejected: int
    reasons: tuple[tuple[str, int], ...]


class Told(NamedTuple):
    """What the store said.

    `now` is the clock against which ages are told, in a `replay` that of the data. `oldest` is the first of `open_n`.
    `ends` are the ends of the running windows by their size. `took_s` says how long it took to answer.
    """

    of: Filter
    now: dt.datetime
    replay: bool
    watermark: dt.datetime | None
    settled: bool
    offices: tuple[Office, ...]
    ends: tuple[tuple[str, dt.datetime], ...]
    windows: tuple[WindowRow, ...]
    stages: tuple[StageRow, ...]
    oldest: tuple[OpenRow, ...]
    ledger: Ledger
    took_s: float

    @property
    def open_n(self) -> int:
        """How many are open."""
        return sum(row.open_n for row in self.stages)

    @property
    def stuck_n(self) -> int:
        """How many of these are past the limit of their stage."""
        return sum(row.stuck_n for row in self.stages)


class Silence(NamedTuple):
    """For how much working time an office has told nothing, and how much is allowed; seconds."""

    office: str
    seconds: float
    limit_s: float


class Health(NamedTuple):
    """What the workers' metrics say; None where none of them says it.

    `ready` is of `workers`, of which `silent` did not answer. `lag` is by topic, `last_event` the latest event's time.
    """

    workers: int
    ready: int
    silent: tuple[str, ...]
    gap: int | None
    lag: tuple[tuple[str, int], ...]
    stalled: bool
    failures: int
    last_event: dt.datetime | None
    silences: tuple[Silence, ...] | None
    restarts: int | None


class Alert(NamedTuple):
    """An alert of Prometheus: `firing` or `pending`, since when, and what it says."""

    name: str
    severity: str
    state: str
    office: str | None
    summary: Word
    since: dt.datetime | None


class Heard(NamedTuple, Generic[T]):
    """The last good answer of somebody, when it came (seconds of a clock that only goes on), and what is wrong now."""

    value: T | None = None
    at_s: float = 0.0
    failure: str = ""

    def but(self, failure: str) -> Heard[T]:
        """Return the same answer with what is wrong since."""
        return self._replace(failure=failure)


class Known(NamedTuple):
    """All that the board has heard. `alerts` is None where no Prometheus is known."""

    store: Heard[Told] = Heard()
    health: Heard[Health] = Heard()
    alerts: Heard[tuple[Alert, ...]] | None = None
