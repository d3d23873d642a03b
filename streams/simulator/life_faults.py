"""What goes wrong at the counter: unusual but true events of a declaration. The truth changes with them."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final

import msgspec

from streams.core.working_time import WorkingCalendar
from streams.simulator.arrivals import DAY, HOUR, MINUTE
from streams.simulator.lives import SECOND, Life, condition, draw_length, draw_life
from streams.simulator.telling import event_id
from streams.simulator.truth import Label


class Counter(msgspec.Struct):
    """Where unusual things happen: the office's calendar, and the next number for a new declaration."""

    calendar: WorkingCalendar
    next_serial: Callable[[], int]


class Change(msgspec.Struct):
    """What a fault did: its label without the name, and new declarations that came of it."""

    event_id: str | None
    detail: str
    children: tuple[Life, ...] = ()


LifeFault = Callable[[Random, Life, Counter], Change | None]
"""Changes a life; None where it does not fit."""


def channel_change(chance: Random, life: Life, _: Counter) -> Change | None:
    """After its document check a declaration is sent to inspection, or from yellow to green."""
    if life.channel == 1 or life.check_completed is None or life.released is None:
        return None
    life.first_channel = 2
    if life.channel == 3:
        life.channel_changed = life.check_completed + 2 * SECOND
        life.inspection_ordered = life.check_completed + 10 * SECOND
    else:
        life.channel = 1
        gap = life.released - life.check_completed
        life.channel_changed = life.check_completed + int(gap * (0.2 + 0.6 * chance.random()))
    return Change(event_id("VCIS", life.key, "CHANNEL_CHANGED", 1), f"2 to {life.channel}")


def inspection_cancelled(chance: Random, life: Life, _: Counter) -> Change | None:
    """An inspection is ordered after the document check, and the order is cancelled."""
    if life.channel != 2 or life.check_completed is None or life.released is None:
        return None
    gap = life.released - life.check_completed
    life.inspection_ordered = life.check_completed + int(gap * (0.1 + 0.2 * chance.random()))
    life.inspection_called_off = life.check_completed + int(gap * (0.5 + 0.3 * chance.random()))
    return Change(event_id("VNACCS", life.key, "INSPECTION_ORDER_CANCELLED", 1), "")


def conditional(chance: Random, life: Life, _: Counter) -> Change | None:
    """The goods are released on conditions, and cleared days later."""
    if life.channel == 1 or life.released is None or life.conditional:
        return None
    condition(chance, life)
    return Change(event_id("VNACCS", life.key, "RELEASED_CONDITIONAL", 1), "")


def held(chance: Random, life: Life, _: Counter) -> Change | None:
    """Cleared goods are held at the gate, and let go."""
    if life.released is None or life.gate_in is None:
        return None
    gap = life.gate_in - life.released
    life.held = life.released + int(gap * (0.1 + 0.3 * chance.random()))
    life.hold_lifted = life.released + int(gap * (0.5 + 0.4 * chance.random()))
    return Change(event_id("VASSCM", life.key, "HOLD_PLACED", 1), "")


def cleared_cancelled(chance: Random, life: Life, _: Counter) -> Change | None:
    """A cleared declaration is cancelled later."""
    if life.released is None or life.conditional:
        return None
    life.gate_in = life.gate_out = None
    life.cancel_requested = life.released + MINUTE + draw_length(chance, (DAY, 0.8))
    life.cancelled = life.cancel_requested + MINUTE + draw_length(chance, (2 * HOUR, 0.8))
    return Change(event_id("VNACCS", life.key, "CANCELLED", 1), "")


def reverted(chance: Random, life: Life, _: Counter) -> Change | None:
    """A clearance is reverted; two in three are cleared again, the others stay open."""
    if life.released is None or life.conditional:
        return None
    life.gate_in = life.gate_out = None
    life.first_release = life.released
    life.reverted = life.released + MINUTE + draw_length(chance, (HOUR, 0.8))
    life.released = life.cleared = None
    if chance.random() < 2 / 3:
        life.released = life.cleared = life.reverted + MINUTE + draw_length(chance, (6 * HOUR, 1.0))
        life.gate_in = life.released + 3 * MINUTE + draw_length(chance, (2 * HOUR, 1.0))
        life.gate_out = life.gate_in + 20 * MINUTE
    return Change(event_id("VNACCS", life.key, "RELEASE_REVERTED", 1), "")


_SHORTEST_TO_SPLIT: Final = 3 * HOUR
_DROPPED: Final = (
    *("dossier", "check_started", "amendment_requested", "amended", "check_completed", "inspection_ordered"),
    *("presented", "inspection_started", "inspection_completed", "oga_started", "oga_result", "tax_secured"),
    *("tax_secured_again", "arrived", "gate_in", "gate_out", "stored"),
)


def split(chance: Random, life: Life, counter: Counter) -> Change | None:
    """A declaration is cancelled before its release, and two new ones take its place."""
    if life.channel == 1 or life.released is None or life.registered is None:
        return None
    length = life.released - life.registered
    if length < _SHORTEST_TO_SPLIT:
        return None
    end = life.registered + int(length * (0.1 + 0.7 * chance.random()))
    for name in _DROPPED:
        at = getattr(life, name)
        if at is not None and at >= end:
            setattr(life, name, None)
    life.released = life.cleared = None
    life.conditional = False
    life.cancel_requested, life.cancelled = end, end + 5 * MINUTE + draw_length(chance, (20 * MINUTE, 0.5))
    half = msgspec.structs.replace(
        life.goods, value_usd=round(life.goods.value_usd / 2, 2), tax_vnd=life.goods.tax_vnd // 2
    )
    children = []
    for _ in range(2):
        registered = life.cancelled + MINUTE + draw_length(chance, (30 * MINUTE, 0.8))
        child = draw_life(chance, counter.calendar, counter.next_serial(), half, registered)
        # Goods and papers are those of the first declaration: no second arrival, no second pre-registration.
        child.pre_registered = child.arrived = None
        child.replaces = life.key
        children.append(child)
    keys = ", ".join(child.key for child in children)
    return Change(event_id("VNACCS", life.key, "CANCELLED", 1), f"replaced by {keys}", tuple(children))


def split_label(child: Life) -> Label:
    """Return the label of a declaration that came of a split."""
    return Label("split", event_id("VNACCS", child.key, "REGISTERED", 1), f"replaces {child.replaces}")
