"""What happens to one declaration, without faults.

The shapes are plausible, not calibrated: for trying the pipeline out and for tests, not for figures.
"""

from __future__ import annotations

from random import Random
from typing import Any, Final

import msgspec

MINUTE: Final = 60_000_000
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR

_OFFICES: Final = (("27F1", 0.55), ("27F2", 0.15), ("27B1", 0.30))
_KINDS: Final = {"import": ("A11", "A12", "E21", "E31"), "export": ("B11", "E42", "E52", "E62")}
_CHANNELS: Final = {"import": (0.55, 0.405, 0.045), "export": (0.765, 0.205, 0.03)}


class Step(msgspec.Struct):
    """One event of a history, before it becomes a message. `at_us` is in microseconds since the epoch."""

    event_type: str
    at_us: int
    actor: str
    attrs: dict[str, Any]
    occurrence_no: int = 1
    precision: str = "second"


class Case(msgspec.Struct):
    """One declaration: its number, whether it is an import, and its steps in order of time."""

    number: str
    direction: str
    office: str
    steps: list[Step]

    @property
    def key(self) -> str:
        """The declaration key: the number without the digit of the amendment."""
        return self.number[:11]


def make_case(chance: Random, serial: int, registered_us: int) -> Case:
    """Make the history of one declaration that is registered at a given time."""
    direction = "import" if chance.random() < 0.47 else "export"
    office = chance.choices([name for name, _ in _OFFICES], [share for _, share in _OFFICES])[0]
    prefix = "10" if direction == "import" else "30"
    case = Case(f"{prefix}{serial:09d}0", direction, office, [])
    taxed = direction == "import" and chance.random() < 0.42
    attrs: dict[str, Any] = {
        "direction": direction,
        "office": office,
        "kind": chance.choice(_KINDS[direction]),
        "transport": chance.choice((1, 2, 3, 4)),
        "hs2": f"{chance.randrange(1, 98):02d}",
        "value_usd": round(chance.lognormvariate(9, 1.5), 2),
        "tax_vnd": round(chance.lognormvariate(17, 1.5)) if taxed else 0,
    }
    at = registered_us
    if chance.random() < 0.8:
        _add(case, "PRE_REGISTERED", at - _wait(chance, 30 * MINUTE), "DECLARANT", attrs)
    _add(case, "REGISTERED", at, "DECLARANT", attrs)
    channel = chance.choices((1, 2, 3), _CHANNELS[direction])[0]
    at += 2_000_000 + chance.randrange(1_500_000)
    _add(case, "CHANNEL_ASSIGNED", at, "SYSTEM", {"channel": channel})
    if channel >= 2:
        at = _check_documents(chance, case, at)
    if channel == 3:
        at = _inspect(chance, case, at)
    if taxed:
        _add(case, "TAX_DUE", at + MINUTE, "SYSTEM", {})
        at += _wait(chance, 150 * MINUTE)
        _add(case, "TAX_SECURED", at, "BANK", {})
    _finish(chance, case, at)
    return case


def _check_documents(chance: Random, case: Case, at: int) -> int:
    at += _wait(chance, 30 * MINUTE)
    _add(case, "DOSSIER_COMPLETE", at, "DECLARANT", {})
    at += _wait(chance, 35 * MINUTE)
    _add(case, "DOC_CHECK_STARTED", at, "CUSTOMS", {})
    if chance.random() < 0.06:
        _add(case, "AMENDMENT_REQUESTED", at + 5 * MINUTE, "CUSTOMS", {})
        at += 5 * MINUTE + _wait(chance, 7 * HOUR)
        _add(case, "AMENDED", at, "DECLARANT", {})
    at += _wait(chance, 25 * MINUTE)
    _add(case, "DOC_CHECK_COMPLETED", at, "CUSTOMS", {})
    if case.direction == "import" and chance.random() < 0.05:
        _add(case, "OGA_STARTED", at + MINUTE, "OGA", {"oga": "quarantine"})
        at += _wait(chance, 3 * DAY)
        _add(case, "OGA_RESULT", at, "OGA", {"oga": "quarantine"})
    return at


def _inspect(chance: Random, case: Case, at: int) -> int:
    _add(case, "INSPECTION_ORDERED", at + MINUTE, "CUSTOMS", {})
    at += _wait(chance, 8 * HOUR)
    _add(case, "GOODS_PRESENTED", at, "DECLARANT", {})
    _add(case, "INSPECTION_STARTED", at + 10 * MINUTE, "CUSTOMS", {})
    at += 10 * MINUTE + _wait(chance, 150 * MINUTE)
    _add(case, "INSPECTION_COMPLETED", at, "CUSTOMS", {})
    return at


def _finish(chance: Random, case: Case, at: int) -> None:
    fate = chance.random()
    if fate < 0.03:
        return  # still open
    if fate < 0.045:
        _add(case, "CANCEL_REQUESTED", at + HOUR, "DECLARANT", {})
        _add(case, "CANCELLED", at + 2 * HOUR, "CUSTOMS", {})
        return
    at += 3_000_000 + chance.randrange(900_000)
    if fate < 0.10:
        _add(case, "RELEASED_CONDITIONAL", at, "CUSTOMS", {})
        _add(case, "MOVED_TO_STORAGE", at + 20 * MINUTE, "DECLARANT", {})
        at += _wait(chance, 2 * DAY)
    _add(case, "CLEARED", at, "CUSTOMS" if fate < 0.5 else "SYSTEM", {})
    if fate > 0.985:
        _add(case, "CANCELLED", at + DAY, "CUSTOMS", {})
    if chance.random() < 0.85:
        at += _wait(chance, 3 * HOUR)
        _add(case, "GATE_IN", at, "PORT", {})
        _add(case, "GATE_OUT", at + 20 * MINUTE, "PORT", {})


def _add(case: Case, event_type: str, at_us: int, actor: str, attrs: dict[str, Any]) -> None:
    case.steps.append(Step(event_type, at_us, actor, attrs))


def _wait(chance: Random, median_us: int) -> int:
    return int(median_us * chance.lognormvariate(0, 1.0))
