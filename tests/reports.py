"""Reports for tests of their making and of how they are written."""

from __future__ import annotations

from decimal import Decimal

from builders import VIETNAM
from streams.core.decompose import Both
from streams.core.period import Period
from streams.core.reference import Reference
from streams.core.report import PART, WHOLE, Report
from streams.core.report_facts import Enforced, Facts, Leaf, Lengths, Worth, YearFacts
from streams.core.report_making import make_report
from streams.reference import load_reference

H = 3600
REFERENCE: Reference = load_reference(None)
PERIOD = Period(2023)
MATURE_US = int(PERIOD.mature_at(VIETNAM).timestamp()) * 1_000_000


def leaf(
    office: str,
    direction: str,
    channel: str,
    n: int,
    whole_s: int,
    part_s: int | None = None,
    *,
    open_n: int = 0,
    unmeasured_n: int = 0,
    cancelled_n: int = 0,
) -> Leaf:
    """Return a cell of `n` declarations of equal lengths; without `part_s` their documents are not checked."""
    lengths = {
        WHOLE: Lengths(n + open_n + unmeasured_n, n, open_n, cancelled_n, n * whole_s, n * whole_s // 4),
    }
    both = Both(0, 0, 0)
    if part_s is not None:
        lengths[PART] = Lengths(n + open_n, n, open_n, 0, n * part_s, n * part_s // 4)
        both = Both(n, n * whole_s, n * part_s)
    return Leaf(office, direction, channel, lengths, both)


def worth(office: str, direction: str, declarations: int, usd: str, vnd: str) -> Worth:
    return Worth(office, direction, declarations, Decimal(usd), Decimal(vnd))


LAST = YearFacts(
    (
        leaf("27F1", "export", "1", 60, 2 * H),
        leaf("27F1", "export", "2", 20, 30 * H, 24 * H),
        leaf("27F1", "import", "1", 30, 10 * H),
        leaf("27F1", "import", "2", 20, 40 * H, 30 * H),
        leaf("27B1", "import", "2", 10, 20 * H, 16 * H),
    ),
    (worth("27F1", "export", 80, "2000000.50", "0"), worth("27F1", "import", 60, "3000000", "2000000000")),
    (Enforced("27F1", "fine", 5, Decimal("990000000")), Enforced("27B1", "violation", 7, None)),
)
THIS = YearFacts(
    (
        leaf("27F1", "export", "1", 60, 1 * H, cancelled_n=2),
        leaf("27F1", "export", "2", 20, 25 * H, 23 * H),
        leaf("27F1", "import", "1", 30, 10 * H, open_n=2, unmeasured_n=1),
        leaf("27F1", "import", "2", 20, 33 * H, 22 * H, open_n=1),
        leaf("27B1", "import", "2", 10, 13 * H, 8 * H),
    ),
    (
        worth("27F1", "export", 80, "2500000.75", "0"),
        worth("27F1", "import", 64, "6000000", "16196600000000"),
    ),
    (Enforced("27F1", "fine", 4, Decimal("1250000000")), Enforced("27F1", "fine", 1, None)),
)
FACTS = Facts(THIS, LAST, {("all", "revenue_vnd"): Decimal("13500000000000")}, MATURE_US)


def report(facts: Facts = FACTS, period: Period = PERIOD, against: int = 2022) -> Report:
    """Return the report on some facts."""
    return make_report(facts, period, against, REFERENCE)
