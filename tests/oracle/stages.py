"""Status, stage, and who must act now (decision 0012)."""

from __future__ import annotations

from oracle.intervals import owes_tax
from oracle.milestones import Milestones, milestones
from oracle.story import Story
from oracle.working import Office

Stage = tuple[str | None, str | None]


def status(m: Milestones) -> str:
    if m.m1 is None:
        return "orphan"
    if m.cancelled_first:
        return "cancelled"
    if m.m9 is not None:
        return "cleared"
    return "open" if m.m8 is None else "released"


def stage(story: Story, m: Milestones) -> Stage:
    """The stage and who is waited for: the first row of the table that holds."""
    now = status(m)
    if now == "orphan":
        return None, None
    if now == "cancelled":
        return "done", None
    return _open(story, m) if now == "open" else _decided(story, m)


def stage_since(story: Story, m: Milestones, office: Office) -> int | None:
    """Since when the answer has been the same: take the last events away, one by one, until it is another."""
    if status(m) != "open":
        return None
    since = None
    for count in range(len(story.events), 0, -1):
        before = Story(story.events[:count])
        then = milestones(before, office)
        if status(then) != "open" or stage(before, then) != stage(story, m):
            break
        since = story.events[count - 1].us
    return since


def _open(story: Story, m: Milestones) -> Stage:
    waiting = _held(story) or _asked(story)
    if waiting is not None:
        return waiting
    if m.order is not None:
        since = m.order.us
        if not any(t.us >= since for t in story.all("INSPECTION_COMPLETED")):
            begun = any(t.us >= since for t in story.all("GOODS_PRESENTED", "INSPECTION_STARTED"))
            return "inspection", "customs" if begun else "declarant"
    if _pending(story, "DOC_CHECK_STARTED", "DOC_CHECK_COMPLETED"):
        return "document_check", "customs"
    if m.channel is None:
        return "registered", "customs"
    if m.channel >= 2 and not story.has("DOC_CHECK_STARTED", "DOC_CHECK_COMPLETED"):
        return ("document_check", "customs") if story.has("DOSSIER_COMPLETE") else ("dossier", "declarant")
    inspection = ("INSPECTION_COMPLETED", "INSPECTION_ORDERED", "INSPECTION_ORDER_CANCELLED")
    if m.channel == 3 and not story.has(*inspection):
        return "inspection", "customs"
    return _unpaid(story, m) or ("decision", "customs")


def _decided(story: Story, m: Milestones) -> Stage:
    if m.m10 is not None:
        return "exited", None
    held = _held(story)
    if held is not None:
        return held
    if m.m9 is not None:
        return "done", "port" if story.has("GATE_IN") else None
    waiting = _asked(story) or _unpaid(story, m)
    if waiting is not None:
        return waiting
    return "storage" if story.has("MOVED_TO_STORAGE") else "decision", "customs"


def _held(story: Story) -> Stage | None:
    return ("held", "customs") if _pending(story, "HOLD_PLACED", "HOLD_LIFTED") else None


def _asked(story: Story) -> Stage | None:
    if _pending(story, "AMENDMENT_REQUESTED", "AMENDED"):
        return "amendment", "declarant"
    return ("specialised", "oga") if _pending(story, "OGA_STARTED", "OGA_RESULT") else None


def _unpaid(story: Story, m: Milestones) -> Stage | None:
    if m.m7 is not None or not owes_tax(story):
        return None
    due = story.last("TAX_DUE")
    return "payment", "bank" if due is not None and due.c.get("actor") == "BANK" else "declarant"


def _pending(story: Story, question: str, answer: str) -> bool:
    both = story.last(question, answer)
    return both is not None and both.type == question
