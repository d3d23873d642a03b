"""Which declarations a figure is about (rule 14). It filters windows, cohorts and reports, never what is stored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, tzinfo

from streams.core.office_hours import Validity


class ScopeRule(Validity, frozen=True, kw_only=True):
    """What is left out of declarations registered while it is valid.

    A declaration is left out by its kind, or as of low value: when one of its messages has a code that begins so.
    """

    excluded_kinds: frozenset[str] = frozenset()
    excluded_message_prefixes: tuple[str, ...] = ()


class Scope:
    """The scope over time; a declaration registered on a day that no rule is valid on is inside it.

    `zone` says where the days of the validity begin.
    """

    def __init__(self, rules: Sequence[ScopeRule], zone: tzinfo) -> None:
        self.rules = tuple(rules)
        self._zone = zone
        self._prefixes = tuple({prefix for rule in rules for prefix in rule.excluded_message_prefixes})
        self._always = next(
            (rule for rule in rules if rule.valid_from == date.min and rule.valid_to == date.max), None
        )

    def is_low_value(self, message_codes: Iterable[str]) -> bool:
        """Say whether one of these messages is of those for low-value consignments."""
        for code in message_codes:  # noqa: SIM110  # asked at every fold, and any() costs twice as much
            if code.startswith(self._prefixes):
                return True
        return False

    def covers(self, kind: str | None, low_value: bool, registered_us: int) -> bool:
        """Say whether figures are about a declaration of this kind, registered at this instant (microseconds).

        `low_value`: `is_low_value` of its messages. A kind that was not said is inside.
        """
        if self._always is not None:  # the usual case; no other rule may be valid beside it
            return _inside(self._always, kind, low_value)
        day = datetime.fromtimestamp(registered_us // 1_000_000, self._zone).date()
        for rule in self.rules:
            if rule.holds(day):
                return _inside(rule, kind, low_value)
        return True


def _inside(rule: ScopeRule, kind: str | None, low_value: bool) -> bool:
    return kind not in rule.excluded_kinds and not (low_value and rule.excluded_message_prefixes)
