"""Where a declaration stands and who must act next, from its effective events in rule-2 order.

A first reading for the open view: what was begun and not finished, the most pressing first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from streams.core.event import Event

_CLOSES: Final[dict[str, str]] = {
    "HOLD_LIFTED": "HOLD_PLACED",
    "AMENDED": "AMENDMENT_REQUESTED",
    "OGA_RESULT": "OGA_STARTED",
    "INSPECTION_ORDER_CANCELLED": "INSPECTION_ORDERED",
    "INSPECTION_COMPLETED": "INSPECTION_ORDERED",
    "DOC_CHECK_COMPLETED": "DOC_CHECK_STARTED",
}
"""What ends what: the closing event type and the one it answers."""

_OPENS: Final = frozenset((*_CLOSES.values(), "MOVED_TO_STORAGE"))


def find_stage(
    events: Sequence[Event], status: str, channel: int | None, taxed: bool
) -> tuple[str | None, str | None]:
    """Return (stage, waiting_on) in the contract's words; (None, None) for an orphan, no one to wait for when done.

    `taxed` says that the declaration owes tax by its attributes (tax_vnd above 0).
    """
    if status == "orphan":
        return None, None
    if status == "cancelled":
        return "done", None
    seen: set[str] = set()
    pending: set[str] = set()
    for event in events:
        name = event.event_type
        seen.add(name)
        if name in _CLOSES:
            pending.discard(_CLOSES[name])
        elif name in _OPENS:
            pending.add(name)
    if status == "open":
        return _while_open(seen, pending, channel, taxed)
    return _after_release(seen, pending, status)


def _while_open(seen: set[str], pending: set[str], channel: int | None, taxed: bool) -> tuple[str, str]:
    if "HOLD_PLACED" in pending:
        return "held", "customs"
    if "AMENDMENT_REQUESTED" in pending:
        return "amendment", "declarant"
    if "OGA_STARTED" in pending:
        return "specialised", "oga"
    if "INSPECTION_ORDERED" in pending:
        return "inspection", "customs" if "GOODS_PRESENTED" in seen else "declarant"
    if "DOC_CHECK_STARTED" in pending:
        return "document_check", "customs"
    if channel is None:
        return "registered", "customs"
    if channel >= 2 and not seen & {"DOC_CHECK_STARTED", "DOC_CHECK_COMPLETED"}:
        if "DOSSIER_COMPLETE" in seen:
            return "document_check", "customs"
        return "dossier", "declarant"
    if (taxed or "TAX_DUE" in seen) and "TAX_SECURED" not in seen:
        return "payment", "declarant"
    return "decision", "customs"


def _after_release(seen: set[str], pending: set[str], status: str) -> tuple[str, str | None]:
    if "GATE_OUT" in seen:
        return "exited", None
    if "HOLD_PLACED" in pending:
        return "held", "customs"
    if status == "cleared":
        return "done", None
    if "MOVED_TO_STORAGE" in pending:
        return "storage", "customs"
    return "decision", "customs"
