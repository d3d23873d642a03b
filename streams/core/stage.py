"""Where a declaration stands and who must act next, for the open view: what was begun and not finished, first.

The table of stages is in docs/reference/stages.md; decision 0012 says why it is so.
"""

from __future__ import annotations

from typing import Final

from streams.core.milestones import (
    AMENDED,
    AMENDMENT_REQUESTED,
    DOC_CHECK_COMPLETED,
    DOC_CHECK_STARTED,
    DOSSIER_COMPLETE,
    GATE_IN,
    GOODS_PRESENTED,
    INSPECTION_COMPLETED,
    INSPECTION_ORDER_CANCELLED,
    INSPECTION_ORDERED,
    INSPECTION_STARTED,
    MOVED_TO_STORAGE,
    OGA_RESULT,
    OGA_STARTED,
    TAX_DUE,
    Milestones,
    Timed,
)
from streams.core.vocabulary import LIFECYCLE_RANK

_HOLD_PLACED: Final = LIFECYCLE_RANK["HOLD_PLACED"]
_HOLD_LIFTED: Final = LIFECYCLE_RANK["HOLD_LIFTED"]

Stage = tuple[str | None, str | None]


def find_stage(timed: Timed, found: Milestones, status: str, taxed: bool) -> Stage:
    """Return (stage, waiting_on) in the contract's words; (None, None) for an orphan, nobody to wait for when done.

    `taxed` says that the declaration owes tax by its attributes.
    """
    if status == "orphan":
        return None, None
    if status == "cancelled":
        return "done", None
    if status == "open":
        return _while_open(timed, found, taxed)
    if found.exited is not None:
        return "exited", None
    if _pending(timed, _HOLD_PLACED, _HOLD_LIFTED):
        return "held", "customs"
    if status == "cleared":
        return "done", "port" if GATE_IN in timed else None
    asked = _asked_for(timed) or _payment(timed, found, taxed)
    if asked is not None:
        return asked
    return ("storage" if MOVED_TO_STORAGE in timed else "decision"), "customs"


def _while_open(timed: Timed, found: Milestones, taxed: bool) -> Stage:
    if _pending(timed, _HOLD_PLACED, _HOLD_LIFTED):
        return "held", "customs"
    begun = _asked_for(timed) or _ordered(timed, found)
    if begun is not None:
        return begun
    if _pending(timed, DOC_CHECK_STARTED, DOC_CHECK_COMPLETED):
        return "document_check", "customs"
    channel = found.channel_final
    if channel is None:
        return "registered", "customs"
    if channel >= 2 and DOC_CHECK_STARTED not in timed and DOC_CHECK_COMPLETED not in timed:
        return ("document_check", "customs") if DOSSIER_COMPLETE in timed else ("dossier", "declarant")
    if (
        channel == 3
        and INSPECTION_COMPLETED not in timed
        and INSPECTION_ORDERED not in timed
        and INSPECTION_ORDER_CANCELLED not in timed
    ):
        return "inspection", "customs"
    return _payment(timed, found, taxed) or ("decision", "customs")


def _asked_for(timed: Timed) -> Stage | None:
    if _pending(timed, AMENDMENT_REQUESTED, AMENDED):
        return "amendment", "declarant"
    if _pending(timed, OGA_STARTED, OGA_RESULT):
        return "specialised", "oga"
    return None


def _ordered(timed: Timed, found: Milestones) -> Stage | None:
    """Tell who must act on an inspection order that stands and was not carried out."""
    order = found.order
    if order is None or _any_from(timed, INSPECTION_COMPLETED, order.occurred_us):
        return None
    here = _any_from(timed, GOODS_PRESENTED, order.occurred_us)
    begun = _any_from(timed, INSPECTION_STARTED, order.occurred_us)
    return "inspection", "customs" if here or begun else "declarant"


def _payment(timed: Timed, found: Milestones, taxed: bool) -> Stage | None:
    due = timed.get(TAX_DUE)
    if found.tax_secured is not None or not (taxed or due):
        return None
    return "payment", "bank" if due and due[-1].actor == "BANK" else "declarant"


def _pending(timed: Timed, opener: int, closer: int) -> bool:
    """Say whether the last opening event has no answer after it (at one instant the answer ranks after it)."""
    opened = timed.get(opener)
    if opened is None:
        return False
    closed = timed.get(closer)
    return closed is None or closed[-1].occurred_us < opened[-1].occurred_us


def _any_from(timed: Timed, rank: int, since_us: int) -> bool:
    line = timed.get(rank)
    return line is not None and line[-1].occurred_us >= since_us
