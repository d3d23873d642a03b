"""What happens to one declaration, and when: the calibrated model of domain, section 9, before anybody tells of it.

Lengths are log-normal, given by their median and sigma. Queues and checks take working time of the office's calendar,
what the declarant, the bank or another agency does takes calendar time.
"""

from __future__ import annotations

from math import exp
from random import Random
from typing import Final

import msgspec

from streams.core.working_time import WorkingCalendar
from streams.simulator.arrivals import DAY, HOUR, MINUTE
from streams.simulator.goods import Goods

SECOND: Final = 1_000_000

CHANNELS: Final = {"import": (0.55, 0.405, 0.045), "export": (0.765, 0.205, 0.03)}
"""Green, yellow, red (section 9)."""

DOSSIER: Final = (30 * MINUTE, 1.2)
QUEUE: Final = (35 * MINUTE, 1.0)  # working
CHECK: Final = (25 * MINUTE, 0.9)  # working
AMENDED_SHARE: Final = 0.06
AMENDMENT: Final = (7 * HOUR, 1.1)
PRESENTATION: Final = (8 * HOUR, 1.0)
INSPECTION: Final = (150 * MINUTE, 0.8)  # working
SPECIALISED_SHARE: Final = 0.05  # of the imports that are not green
SPECIALISED: Final = (84 * HOUR, 0.8)  # 3.5 days
TAX: Final = (150 * MINUTE, 1.7)
"""Section 9: medians in microseconds, and sigma."""

# What section 9 leaves open. None of it moves the published figures by more than a few minutes.
DECISION: Final = (4 * MINUTE, 0.6)  # where somebody checked; a green declaration is decided by the system
DEEMED_SHARE: Final = 0.10  # checks without a word of the dossier's completion
CONDITIONAL_SHARE: Final = 0.03  # of what is not green: released before it is cleared
CONDITIONAL: Final = (2 * DAY, 0.8)
STORAGE_SHARE: Final = 0.5  # of conditional releases
CANCELLED_SHARE: Final = 0.010
ABANDONED_SHARE: Final = 0.003
PRE_REGISTERED_SHARE: Final = 0.85
PRE_REGISTERED_ONLY: Final = 0.004  # beside the declarations, of their number
PRE_REGISTRATION: Final = (30 * MINUTE, 1.2)
ARRIVED_SHARE: Final = 0.70  # of imports
GATE_SHARE: Final = 0.85  # of releases
LONGEST_LEAD: Final = 3 * DAY
"""No event of a declaration lies longer before its registration."""


class Life(msgspec.Struct, gc=False):
    """The instants of one declaration in microseconds since the epoch; None is what does not happen to it."""

    serial: int
    goods: Goods
    registered: int | None
    """None where no more comes than the pre-registration."""
    pre_registered: int | None = None
    arrived: int | None = None
    channel: int = 1
    notice: int | None = None
    dossier: int | None = None
    check_started: int | None = None
    amendment_requested: int | None = None
    amended: int | None = None
    check_completed: int | None = None
    inspection_ordered: int | None = None
    presented: int | None = None
    inspection_started: int | None = None
    inspection_completed: int | None = None
    oga_started: int | None = None
    oga_result: int | None = None
    tax_due: int | None = None
    tax_secured: int | None = None
    tax_secured_again: int | None = None
    released: int | None = None
    conditional: bool = False
    stored: int | None = None
    cleared: int | None = None
    gate_in: int | None = None
    gate_out: int | None = None
    cancel_requested: int | None = None
    cancelled: int | None = None
    first_channel: int | None = None
    """The channel that was assigned, where another one is in force at the release: `channel`."""
    channel_changed: int | None = None
    inspection_called_off: int | None = None
    first_release: int | None = None
    """A release that was reverted; `released` is the one after the revert."""
    reverted: int | None = None
    held: int | None = None
    hold_lifted: int | None = None
    replaces: str | None = None

    @property
    def key(self) -> str:
        """The declaration key: 10 for imports, 30 for exports, and nine digits."""
        return f"{'10' if self.goods.direction == 'import' else '30'}{self.serial:09d}"


def draw_length(chance: Random, length: tuple[int, float]) -> int:
    """Draw from a log-normal distribution of this median and sigma."""
    median, sigma = length
    return int(median * exp(sigma * chance.gauss(0, 1)))


def draw_life(chance: Random, calendar: WorkingCalendar, serial: int, goods: Goods, registered: int) -> Life:
    """Draw what happens to a declaration that is registered at this instant.

    The tax is paid beside the checks, from the channel notice on; all else is one after the other: dossier, queue,
    check with its amendment, presentation, inspection, specialised inspection. The decision follows the last of them.
    """
    life = Life(serial, goods, registered)
    incoming = goods.direction == "import"
    green, yellow, _ = CHANNELS[goods.direction]
    drawn = chance.random()
    life.channel = 1 if drawn < green else 2 if drawn < green + yellow else 3
    life.notice = at = registered + SECOND + int(0.8 * SECOND * chance.random())
    if life.channel > 1:
        at = _check(chance, calendar, life)
        if life.channel == 3:
            at = _inspect(chance, calendar, life, at)
        if incoming and chance.random() < SPECIALISED_SHARE:
            life.oga_started = at + MINUTE
            life.oga_result = at = life.oga_started + draw_length(chance, SPECIALISED)
    if goods.tax_vnd:
        at = max(at, _pay(chance, life))
    if life.channel == 1:
        at += int((1.2 + 0.9 * chance.random()) * SECOND)
    else:
        at += draw_length(chance, DECISION)
    _finish(chance, life, at)
    if chance.random() < PRE_REGISTERED_SHARE:
        life.pre_registered = registered - min(LONGEST_LEAD, draw_length(chance, PRE_REGISTRATION))
    return life


def _check(chance: Random, calendar: WorkingCalendar, life: Life) -> int:
    assert life.notice is not None
    life.dossier = life.notice + draw_length(chance, DOSSIER)
    life.check_started = calendar.after(life.dossier, draw_length(chance, QUEUE))
    work = draw_length(chance, CHECK)
    if chance.random() < AMENDED_SHARE:
        life.amendment_requested = calendar.after(life.check_started, work // 2)
        life.amended = life.amendment_requested + draw_length(chance, AMENDMENT)
        life.check_completed = calendar.after(life.amended, work - work // 2)
    else:
        life.check_completed = calendar.after(life.check_started, work)
    if chance.random() < DEEMED_SHARE:
        # Deemed complete an hour after the registration; not where that would be the very moment of the check's end,
        # which rule 3 would count as clamped.
        ahead = calendar.after(life.notice, HOUR) - life.check_completed
        if not -MINUTE < ahead < MINUTE:
            life.dossier = None
    return life.check_completed


def _inspect(chance: Random, calendar: WorkingCalendar, life: Life, at: int) -> int:
    life.inspection_ordered = at + int(5 * SECOND * chance.random())
    life.presented = at + max(MINUTE, draw_length(chance, PRESENTATION))
    work = draw_length(chance, INSPECTION)
    life.inspection_started = calendar.after(life.presented, work // 10)
    life.inspection_completed = calendar.after(life.presented, work)
    return life.inspection_completed


def _pay(chance: Random, life: Life) -> int:
    assert life.notice is not None
    life.tax_due = life.notice + SECOND
    life.tax_secured = at = life.tax_due + draw_length(chance, TAX)
    if life.amended is not None and at <= life.amended:
        # What was paid is paid on a declaration that has changed since: the bank confirms it for the amended one.
        life.tax_secured_again = at = life.amended + max(2 * MINUTE, draw_length(chance, (5 * MINUTE, 0.5)))
    return at


def _finish(chance: Random, life: Life, decided: int) -> None:
    registered, incoming = life.registered, life.goods.direction == "import"
    assert registered is not None
    fate = chance.random()
    if fate < CANCELLED_SHARE + ABANDONED_SHARE:
        # Nothing is said after the end; what would have happened before it did happen.
        end = registered + int((decided - registered) * (0.2 + 0.7 * chance.random()))
        for name in _UNTIL_DECISION:
            at = getattr(life, name)
            if at is not None and at >= end:
                setattr(life, name, None)
        if fate < CANCELLED_SHARE:
            last = max(end, registered + 10 * SECOND)
            life.cancel_requested = last + draw_length(chance, (20 * MINUTE, 0.8))
            life.cancelled = life.cancel_requested + draw_length(chance, (40 * MINUTE, 0.8))
        return
    life.released = life.cleared = decided
    if life.channel > 1 and chance.random() < CONDITIONAL_SHARE:
        condition(chance, life)
    if incoming and chance.random() < ARRIVED_SHARE:
        if chance.random() < 0.15:  # declared before the goods are there
            life.arrived = registered + draw_length(chance, (6 * HOUR, 0.8))
        else:
            life.arrived = registered - min(LONGEST_LEAD, draw_length(chance, (12 * HOUR, 1.0)))
    if chance.random() < GATE_SHARE:
        there = decided if life.arrived is None else max(decided, life.arrived)
        life.gate_in = there + max(3 * MINUTE, draw_length(chance, (2 * HOUR, 1.0)))
        life.gate_out = life.gate_in + max(MINUTE, draw_length(chance, (20 * MINUTE, 0.6)))


def condition(chance: Random, life: Life) -> None:
    """Make the release a conditional one: cleared later, half of the goods in storage until then."""
    assert life.released is not None
    life.conditional = True
    if chance.random() < STORAGE_SHARE:
        life.stored = life.released + draw_length(chance, (20 * MINUTE, 0.5))
    life.cleared = (life.stored or life.released) + draw_length(chance, CONDITIONAL)


_UNTIL_DECISION: Final = (
    "dossier", "check_started", "amendment_requested", "amended", "check_completed", "inspection_ordered",
    "presented", "inspection_started", "inspection_completed", "oga_started", "oga_result", "tax_secured",
    "tax_secured_again",
)  # fmt: skip
