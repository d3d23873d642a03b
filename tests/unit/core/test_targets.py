"""Which target holds: the narrowest that is valid, whatever their order."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from streams.core.targets import Target, Targets

GENERAL = Target(interval="REG_REL", clock="elapsed", seconds=1)
IMPORTS = Target(interval="REG_REL", clock="elapsed", seconds=2, direction="import")
RED = Target(interval="REG_REL", clock="elapsed", seconds=3, channel=3)
RED_IMPORTS = Target(interval="REG_REL", clock="elapsed", seconds=4, channel=3, direction="import")
PORT = Target(interval="REG_REL", clock="working", seconds=5, office="27F1", valid_from=dt.date(2026, 1, 1))
LAST_YEARS = Target(
    interval="REG_REL", clock="elapsed", seconds=6, office="27F1", valid_to=dt.date(2024, 12, 31)
)
OTHER = Target(interval="INSP", clock="working", seconds=7)
ALL = (GENERAL, IMPORTS, RED, RED_IMPORTS, PORT, LAST_YEARS, OTHER)

TODAY = dt.date(2026, 3, 2)


@pytest.mark.parametrize(
    ("interval", "direction", "channel", "office", "day", "expected"),
    [
        ("REG_REL", "export", 1, "27B1", TODAY, GENERAL),
        ("REG_REL", None, None, None, TODAY, GENERAL),
        ("REG_REL", "import", 1, "27B1", TODAY, IMPORTS),
        ("REG_REL", "export", 3, "27B1", TODAY, RED),
        ("REG_REL", "import", 3, None, TODAY, RED_IMPORTS),
        ("REG_REL", "import", 3, "27F1", TODAY, PORT),
        ("REG_REL", "import", 3, "27F1", dt.date(2026, 1, 1), PORT),
        ("REG_REL", "import", 3, "27F1", dt.date(2025, 12, 31), RED_IMPORTS),
        ("REG_REL", "import", 3, "27F1", dt.date(2024, 12, 31), LAST_YEARS),
        ("INSP", "import", 3, "27F1", TODAY, OTHER),
        ("PAY", "import", 3, "27F1", TODAY, None),
    ],
)
def test_the_narrowest_that_is_valid(
    interval: str,
    direction: str | None,
    channel: int | None,
    office: str | None,
    day: dt.date,
    expected: Target | None,
) -> None:
    for order in itertools.permutations(ALL, len(ALL)):
        if order[0] is ALL[-1] or order[0] is ALL[0]:
            assert Targets(order).of(interval, direction, channel, office, day) is expected


def test_there_may_be_none() -> None:
    assert Targets(()).of("REG_REL", "import", 1, "27F1", TODAY) is None
