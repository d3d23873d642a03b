"""Rule 14: kinds and low-value consignments outside the scope, by the day of the registration."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from streams.core.scope import Scope, ScopeRule

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def at(text: str) -> int:
    return int(dt.datetime.fromisoformat(text).timestamp()) * 1_000_000


OLD = ScopeRule(valid_to=dt.date(2025, 12, 31), excluded_kinds=frozenset({"H11"}))
NEW = ScopeRule(
    valid_from=dt.date(2026, 1, 1),
    excluded_kinds=frozenset({"C11"}),
    excluded_message_prefixes=("MIC", "MEC"),
)
SCOPE = Scope((OLD, NEW), VIETNAM)
MARCH = at("2026-03-02T10:00:00+07:00")


def test_kinds() -> None:
    assert [SCOPE.covers(kind, False, MARCH) for kind in ("A11", "C11", "H11", None)] == [
        True,
        False,
        True,
        True,
    ]


def test_low_value() -> None:
    assert [SCOPE.is_low_value([code]) for code in ("MIC", "MIC1", "MEC", "MID", "")] == [
        *(True, True, True),
        *(False, False),
    ]
    assert SCOPE.is_low_value(("VAD1AC", "MIC"))
    assert not SCOPE.is_low_value(("VAD1AC", "IDC"))
    assert not SCOPE.is_low_value(())
    assert not SCOPE.covers("A11", True, MARCH)
    assert SCOPE.covers("A11", True, at("2025-06-01T00:00:00+07:00")), "no rule about low value then"


def test_the_rule_is_that_of_the_day_of_registration_in_the_zone() -> None:
    last, first = at("2025-12-31T23:59:59+07:00"), at("2026-01-01T00:00:00+07:00")
    assert [SCOPE.covers("H11", False, when) for when in (last, first)] == [False, True]
    assert [SCOPE.covers("C11", False, when) for when in (last, first)] == [True, False]


def test_without_a_rule_everything_is_inside() -> None:
    assert Scope((), VIETNAM).covers("H11", True, MARCH)
    assert not Scope((), VIETNAM).is_low_value(["MIC"])
    assert Scope((NEW,), VIETNAM).covers("C11", True, at("2025-06-01T00:00:00+07:00"))


def test_a_rule_for_ever_is_asked_for_no_day() -> None:
    ever = ScopeRule(excluded_kinds=frozenset({"C11"}), excluded_message_prefixes=("MIC",))
    scope = Scope((ever,), VIETNAM)
    for when in (MARCH, at("1970-01-02T00:00:00+07:00")):
        assert not scope.covers("C11", False, when)
        assert scope.covers("A11", False, when)
        assert not scope.covers("A11", True, when)
