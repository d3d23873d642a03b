"""What the simulator knows and a measurement has to find: the true times of every declaration, and every fault.

One JSON object a line, told apart by `record`: `declaration` or `feed`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec

from streams.simulator.lives import SECOND, Life


class Label(msgspec.Struct, frozen=True, omit_defaults=True):
    """One fault on one declaration. `event_id` is the one that a finding of it names, where one does."""

    fault: str
    event_id: str | None = None
    detail: str | None = None


class DeclarationTruth(
    msgspec.Struct, frozen=True, omit_defaults=True, tag_field="record", tag="declaration"
):
    """What really happened to a declaration. `milestones` M0 to M10 and MX are in microseconds since the epoch.

    `elapsed_s` has the intervals of domain, section 7, that have both ends, in seconds, rounded down; `channel` is the
    one in force at the release. A declaration of status `expired` is pre-registered only; a cancelled one has no
    intervals.
    """

    declaration_key: str
    declaration_no: str
    office: str
    direction: str
    kind: str
    channel: int | None
    status: str
    milestones: dict[str, int]
    elapsed_s: dict[str, int]
    tax_vnd: int
    value_usd: float
    channel_initial: int | None = None
    replaces: str | None = None
    faults: tuple[Label, ...] = ()


class FeedTruth(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="record", tag="feed"):
    """A fault of the feed as a whole. Times in microseconds since the epoch, the end excluded."""

    fault: str
    source: str | None = None
    source_partition: str | None = None
    office: str | None = None
    from_us: int | None = None
    to_us: int | None = None
    source_seq: int | None = None
    event_id: str | None = None
    skew_us: int | None = None
    messages: int | None = None


Truth = DeclarationTruth | FeedTruth
Tell = Callable[[Truth], None]
"""Takes what becomes known while the feed is made: a declaration when its last message is out."""

_PARTS: Final = (
    ("REG_REL", "M1", "M8"),
    ("DOC_REL", "M3", "M8"),
    ("REG_DOC", "M1", "M3"),
    ("DOC_CHK", "M3", "M4"),
    ("COND_FIN", "M8", "M9"),
    ("REL_EXIT", "M8", "M10"),
    ("ARR_REL", "M0", "M8"),
)


def true_status(life: Life) -> str:
    """Return the status in the contract's words."""
    if life.registered is None:
        return "expired"
    if life.cleared is not None:
        return "cleared"
    if life.released is not None:
        return "released"
    return "open" if life.cancelled is None else "cancelled"


def true_milestones(life: Life) -> dict[str, int]:
    """Return the milestones that a life has (domain, section 6); the dossier is never deemed here."""
    found = {
        "M0": life.arrived,
        "M1": life.registered,
        "M2": life.dossier,
        "M3": life.check_started,
        "M4": life.check_completed,
        "M5": life.presented,
        "M6": life.inspection_completed,
        "M7": _secured(life),
        "M8": life.released,
        "M9": life.cleared,
        "M10": life.gate_out,
        "MX": life.cancelled,
    }
    return {name: at for name, at in found.items() if at is not None}


def true_lengths(life: Life, milestones: dict[str, int]) -> dict[str, int]:
    """Return the elapsed seconds of the intervals that have both ends (domain, section 7)."""
    if true_status(life) in ("cancelled", "expired"):
        return {}
    ends = {name: (milestones.get(start), milestones.get(end)) for name, start, end in _PARTS}
    if not life.conditional:
        del ends["COND_FIN"]
    elif life.stored is not None:
        ends["STORE_FIN"] = (life.stored, life.cleared)
    if life.amendment_requested is not None:
        ends["AMEND"] = (life.amendment_requested, life.amended)
    if life.oga_started is not None:
        ends["OGA"] = (life.oga_started, life.oga_result)
    if life.channel == 3:
        ends["INSP_WAIT"] = (life.inspection_ordered, life.presented)
        ends["INSP"] = (life.presented, life.inspection_completed)
    checked = max(milestones.get("M4", 0), milestones.get("M6", 0)) or life.notice
    secured = milestones.get("M7")
    ends["PAY"] = (checked, secured)
    paid = secured if secured is not None and (life.released is None or secured <= life.released) else 0
    decidable = max(milestones.get("M4", 0), milestones.get("M6", 0), paid or 0) or life.notice
    ends["DECIDE"] = (decidable, life.released)
    lengths = {
        name: (end - start) // SECOND
        for name, (start, end) in ends.items()
        if start is not None and end is not None
    }
    for name in ("ARR_REL", "PAY"):  # released before the arrival, paid before the check
        if lengths.get(name, 0) < 0:
            lengths[name] = 0
    return lengths


def true_record(life: Life, labels: tuple[Label, ...]) -> DeclarationTruth:
    """Return the truth of a declaration."""
    goods = life.goods
    milestones = true_milestones(life)
    known = life.registered is not None
    return DeclarationTruth(
        life.key,
        f"{life.key}{0 if life.amended is None else 1}",
        goods.office.code,
        goods.direction,
        goods.kind,
        life.channel if known else None,
        true_status(life),
        milestones,
        true_lengths(life, milestones),
        goods.tax_vnd,
        goods.value_usd,
        (life.first_channel or life.channel) if known else None,
        life.replaces,
        labels,
    )


def _secured(life: Life) -> int | None:
    """M7: the tax is secured for the declaration as it was last amended."""
    first = life.tax_secured
    if life.amended is None or (first is not None and first > life.amended):
        return first
    return life.tax_secured_again
