"""The intervals of one declaration: whether it is in their population, and from when to when (domain, section 7)."""

from __future__ import annotations

from streams.core.event import Event
from streams.core.lines import Lines
from streams.core.measure import Measure
from streams.core.milestones import (
    AMENDED,
    AMENDMENT_REQUESTED,
    GATE_IN,
    GATE_OUT,
    MOVED_TO_STORAGE,
    OGA_RESULT,
    OGA_STARTED,
    RELEASED_CONDITIONAL,
    TAX_DUE,
    Milestones,
    Timed,
    last_until,
)


def find_intervals(lines: Lines, found: Milestones, taxed: bool, measure: Measure) -> None:
    """Add a row for each interval whose population the declaration belongs to.

    `taxed` says that it owes tax by its attributes. Missing start or end: the row is there, its length is None, so that
    a figure can show n of N (rule 4). An orphan has no rows (rule 13).
    """
    registered, released, between = found.registered, found.released, measure.between
    if registered is None:
        return
    timed = lines.timed
    between("REG_REL", registered, released)
    if found.ever_checked:
        started, completed = found.check_started, found.check_completed
        between("DOC_REL", started, released)
        between("REG_DOC", registered, started)
        between("DOC_CHK", started, completed)
        if found.dossier is not None:
            between("DOC_LIMIT", found.dossier, completed)
        else:
            measure.deemed("DOC_LIMIT", registered, completed)
        if found.channel_final == 3:
            between("INSP_WAIT", found.order, found.presented)
            between("INSP", _inspection_start(timed, found), found.inspected)
    if lines.amendments is not None and AMENDMENT_REQUESTED in timed:
        measure.episodes("AMEND", lines.amendments, timed[AMENDMENT_REQUESTED], timed.get(AMENDED))
    if lines.specialised is not None and (OGA_STARTED in timed or OGA_RESULT in timed):
        measure.episodes("OGA", lines.specialised, timed.get(OGA_STARTED), timed.get(OGA_RESULT))
    conditions = latest(found.check_completed, found.inspected)
    paid = found.tax_secured
    if paid is not None and (taxed or TAX_DUE in timed):
        between("PAY", conditions or found.notice, paid, "prepaid")
    if paid is not None and (released is None or paid.occurred_us <= released.occurred_us):
        conditions = latest(conditions, paid)
    between("DECIDE", conditions or found.notice, released)
    if released is not None and released.rank == RELEASED_CONDITIONAL:
        between("COND_FIN", released, found.cleared)
    if MOVED_TO_STORAGE in timed:
        between("STORE_FIN", timed[MOVED_TO_STORAGE][0], found.cleared)
    if GATE_OUT in timed or GATE_IN in timed:
        between("REL_EXIT", released, found.exited)
    if found.arrived is not None:
        between("ARR_REL", found.arrived, released, "pre_arrival")


def latest(a: Event | None, b: Event | None) -> Event | None:
    """Return the later of two events, the first where they are equal or the second is missing."""
    if a is None or (b is not None and b.occurred_us > a.occurred_us):
        return b
    return a


def _inspection_start(timed: Timed, found: Milestones) -> Event | None:
    """Goods must be there and the specialised inspection over; without goods there is no start."""
    if found.presented is None or OGA_RESULT not in timed:
        return found.presented
    return latest(found.presented, last_until(timed[OGA_RESULT], found.inspected))
