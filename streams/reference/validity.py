"""Checks validity dates: none runs backwards, and of things that exclude each other one is valid at a time."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import date, timedelta

from streams.core.office_hours import Validity
from streams.reference.errors import WrongError
from streams.reference.spec import ValiditySpec


def read_validity(place: str, spec: ValiditySpec) -> tuple[date, date]:
    """Return the first and the last day."""
    first, last = spec.valid_from or date.min, spec.valid_to or date.max
    if last < first:
        raise WrongError(place, f"valid_to {last} is before valid_from {first}")
    return first, last


def check_apart(placed: Sequence[tuple[str, Hashable, Validity]], what: str) -> None:
    """Refuse two things with one identity that are valid on one day. Each comes with its place and its identity."""
    seen: dict[Hashable, list[tuple[str, Validity]]] = {}
    for place, identity, one in placed:
        for other_place, other in seen.get(identity, []):
            first, last = max(one.valid_from, other.valid_from), min(one.valid_to, other.valid_to)
            if first <= last:
                raise WrongError(
                    place,
                    f"{what} already, valid {when(first, last)}, in {other_place}; valid_from and valid_to part them",
                )
        seen.setdefault(identity, []).append((place, one))


def check_unbroken(placed: Sequence[tuple[str, Validity]], what: str) -> None:
    """Refuse periods that are apart and leave a day out. Each comes with its place."""
    in_order = sorted(placed, key=lambda one: one[1].valid_from)
    expected = date.min
    for place, period in in_order:
        if period.valid_from > expected:
            gap = when(expected, period.valid_from - timedelta(1))
            raise WrongError(
                place, f"{what} says nothing of the days {gap}: let valid_from be earlier, or leave it away"
            )
        if period.valid_to == date.max:
            return
        expected = period.valid_to + timedelta(1)
    raise WrongError(
        in_order[-1][0], f"{what} says nothing of the days {when(expected, date.max)}: leave valid_to away"
    )


def when(first: date, last: date) -> str:
    """Write a validity in words."""
    if first == date.min:
        return "at any time" if last == date.max else f"until {last}"
    return f"from {first} on" if last == date.max else f"from {first} to {last}"
