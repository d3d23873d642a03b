"""Which declarations a figure is about (rule 14). It filters windows, cohorts and reports, never what is stored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

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

    def is_low_value(self, message_code: str | None) -> bool:
        """Say whether a message is one of those for low-value consignments."""
        return message_code is not None and message_code.startswith(self._prefixes)

    def covers(self, kind: str | None, low_value: bool, registered_us: int) -> bool:
        """Say whether figures are about a declaration of this kind, registered at this instant (microseconds).

        `low_value`: `is_low_value` of one of its messages. A kind that was not said is inside.
        """
        day = datetime.fromtimestamp(registered_us // 1_000_000, self._zone).date()
        for rule in self.rules:
            if rule.holds(day):
                return kind not in rule.excluded_kinds and not (low_value and rule.excluded_message_prefixes)
        return True
