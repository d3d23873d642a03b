"""The fifteen intervals of one declaration (domain, section 7) with both lengths and flags, and what they find."""

from __future__ import annotations

from typing import NamedTuple

from oracle.findings import Finding
from oracle.milestones import Milestones, Point
from oracle.story import Story
from oracle.told import Told
from oracle.working import Office, working_us

CODES = (
    "REG_REL",
    "DOC_REL",
    "REG_DOC",
    "DOC_CHK",
    "DOC_LIMIT",
    "INSP_WAIT",
    "INSP",
    "AMEND",
    "OGA",
    "PAY",
    "DECIDE",
    "COND_FIN",
    "STORE_FIN",
    "REL_EXIT",
    "ARR_REL",
)
SECOND_US = 1_000_000
CLAMP_US = 5 * SECOND_US


class Interval(NamedTuple):
    """One row: bounds in microseconds, both lengths in whole seconds, flags in their fixed order."""

    start_us: int | None
    end_us: int | None
    elapsed_s: int | None
    working_s: int | None
    flags: tuple[str, ...]


class Meter:
    """Measures the intervals of one declaration, and collects what is wrong with them."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.rows: dict[str, Interval] = {}
        self.found: set[Finding] = set()

    def span(
        self, code: str, start: Told | Point | None, end: Told | None, if_negative: str | None = None
    ) -> None:
        """Measure from one event to another; `if_negative` is the flag of what may end before it starts."""
        elapsed: int | None = None
        working: int | None = None
        deemed = isinstance(start, Point) and start.deemed
        flags = ["deemed"] if deemed else []
        if start is not None and end is not None:
            length = end.us - start.us
            if length >= 0:
                elapsed = length // SECOND_US
                working = working_us(start.us, end.us, self.office) // SECOND_US
            elif if_negative is not None:
                elapsed = working = 0
                flags.append(if_negative)
            elif length >= -CLAMP_US:
                elapsed = working = 0
                flags.append("clamped")
                self.found.add(Finding("clamped", end.id, f"{code}: {length // 1000} ms"))
            elif not deemed:
                self.found.add(Finding("negative", end.id, f"{code}: {length // SECOND_US} s"))
        first = start.event if isinstance(start, Point) else start
        if any(told is not None and told.backfill for told in (first, end)):
            flags.append("backfill")
        self.rows[code] = Interval(
            None if start is None else start.us,
            None if end is None else end.us,
            elapsed,
            working,
            tuple(flags),
        )

    def episodes(self, code: str, events: list[Told], opening: str) -> None:
        """Sum the episodes from the first open request to the next answer."""
        spans: list[list[Told]] = []
        for told in events:
            is_open = bool(spans) and len(spans[-1]) == 1
            if told.type == opening and not is_open:
                spans.append([told])
            elif told.type != opening and is_open:
                spans[-1].append(told)
        elapsed: int | None = None
        working: int | None = None
        answered = bool(spans) and len(spans[-1]) == 2
        if answered:
            elapsed = sum(end.us - start.us for start, end in spans) // SECOND_US
            working = sum(working_us(start.us, end.us, self.office) for start, end in spans) // SECOND_US
        # Of several events at the instant of a bound it cannot matter which one is taken (decision 0012).
        bounds = {(told.us, told.type) for span in spans for told in span}
        backfill = any(told.backfill for told in events if (told.us, told.type) in bounds)
        self.rows[code] = Interval(
            spans[0][0].us if spans else None,
            spans[-1][1].us if answered else None,
            elapsed,
            working,
            ("backfill",) if backfill else (),
        )


def latest(*events: Told | None) -> Told | None:
    """The latest of those present; of equal instants the one named first."""
    present = [told for told in events if told is not None]
    return max(present, key=lambda told: told.us) if present else None


def owes_tax(story: Story) -> bool:
    tax = story.last_said("tax_vnd")
    return story.has("TAX_DUE") or (isinstance(tax, int | float) and tax > 0)


def intervals(story: Story, m: Milestones, office: Office) -> Meter:
    """Measure every interval of whose population the declaration is a member."""
    meter = Meter(office)
    if m.m1 is None or m.cancelled_first:
        return meter
    meter.span("REG_REL", m.m1, m.m8)
    if m.ever_checked:
        meter.span("DOC_REL", m.m3, m.m8)
        meter.span("REG_DOC", m.m1, m.m3)
        meter.span("DOC_CHK", m.m3, m.m4)
        meter.span("DOC_LIMIT", m.m2, m.m4)
    if m.channel == 3:
        meter.span("INSP_WAIT", m.order, m.m5)
        results = [t for t in story.all("OGA_RESULT") if m.m6 is None or t.us <= m.m6.us]
        result = results[-1] if results else None
        meter.span("INSP", None if m.m5 is None else latest(m.m5, result), m.m6)
    if story.has("AMENDMENT_REQUESTED"):
        meter.episodes("AMEND", story.all("AMENDMENT_REQUESTED", "AMENDED"), "AMENDMENT_REQUESTED")
    if story.has("OGA_STARTED", "OGA_RESULT"):
        meter.episodes("OGA", story.all("OGA_STARTED", "OGA_RESULT"), "OGA_STARTED")
    if owes_tax(story) and m.m7 is not None:
        meter.span("PAY", latest(m.m4, m.m6) or m.notice, m.m7, "prepaid")
    secured = m.m7 if m.m7 is not None and (m.m8 is None or m.m7.us <= m.m8.us) else None
    meter.span("DECIDE", latest(m.m4, m.m6, secured) or m.notice, m.m8)
    if m.m8 is not None and m.m8.type == "RELEASED_CONDITIONAL":
        meter.span("COND_FIN", m.m8, m.m9)
    if story.has("MOVED_TO_STORAGE"):
        meter.span("STORE_FIN", story.first("MOVED_TO_STORAGE"), m.m9)
    if story.has("GATE_IN", "GATE_OUT"):
        meter.span("REL_EXIT", m.m8, m.m10)
    if m.m0 is not None:
        meter.span("ARR_REL", m.m0, m.m8, "pre_arrival")
    return meter
