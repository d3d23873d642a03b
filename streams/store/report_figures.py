"""Reads what a report is made of: exact sums of the finest cells of two years, as they stand at the moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any, Final

from clickhouse_connect.driver.client import Client

from streams.core.decompose import Both
from streams.core.period import Period
from streams.core.report import INTERVALS, PART, WHOLE
from streams.core.report_facts import Enforced, Facts, Leaf, Lengths, Worth, YearFacts
from streams.core.vocabulary import INTERVAL_CODES
from streams.store.schema import DATABASE

_OF_PERIODS: Final = """({day} >= {{this_begin:Date32}} AND {day} < {{this_end:Date32}}
       OR {day} >= {{last_begin:Date32}} AND {day} < {{last_end:Date32}})
  AND ({{office:String}} = 'all' OR office = {{office:String}})"""
_IS_THIS: Final = "{day} >= {{this_begin:Date32}} AND {day} < {{this_end:Date32}} AS is_this"


def _place(code: str) -> str:
    """Write where an interval stands in the arrays of a row; 0 is nowhere, and what stands there is NULL."""
    return f"indexOf(codes, {INTERVAL_CODES.index(code) + 1})"


def _counts(code: str) -> str:
    """Write the columns of Lengths of one interval, in their order."""
    place = _place(code)
    measured = f"NOT is_withdrawn AND elapsed[{place}] IS NOT NULL"
    return f"""
       countIf(NOT is_withdrawn AND {place} > 0), countIf({measured}),
       countIf(NOT is_withdrawn AND {place} > 0 AND released_at IS NULL), countIf(is_withdrawn AND {place} > 0),
       sumIf(assumeNotNull(elapsed[{place}]), {measured}), sumIf(assumeNotNull(working[{place}]), {measured})"""


_HAVE_BOTH: Final = " AND ".join(
    ["NOT is_withdrawn", *(f"elapsed[{_place(code)}] IS NOT NULL" for code in (WHOLE, PART))]
)

_LEAVES: Final = f"""
SELECT {_IS_THIS.format(day="registered_on")}, ifNull(office, 'none'), ifNull(direction, 'none'),
       ifNull(toString(channel), 'none'), {",".join(map(_counts, INTERVALS))},
       countIf({_HAVE_BOTH}), sumIf(assumeNotNull(elapsed[{_place(WHOLE)}]), {_HAVE_BOTH}),
       sumIf(assumeNotNull(elapsed[{_place(PART)}]), {_HAVE_BOTH})
FROM {DATABASE}.declaration_intervals FINAL
WHERE in_scope AND {_OF_PERIODS.format(day="registered_on")}
GROUP BY is_this, office, direction, channel
ORDER BY ALL
"""

_WORTHS: Final = f"""
SELECT {_IS_THIS.format(day="registered_on")}, ifNull(office, 'none'), ifNull(direction, 'none'), count(),
       sum(value_usd), sum(tax_vnd)
FROM {DATABASE}.declarations FINAL
WHERE in_scope AND status != 'cancelled' AND {_OF_PERIODS.format(day="registered_on")}
GROUP BY is_this, office, direction
ORDER BY ALL
"""

_ENFORCED: Final = f"""
SELECT {_IS_THIS.format(day="occurred_on")}, office, kind, sum(count), sum(amount_vnd)
FROM {DATABASE}.outcomes
WHERE {_OF_PERIODS.format(day="occurred_on")}
GROUP BY is_this, office, kind
ORDER BY ALL
"""

_TARGETS: Final = f"""
SELECT office, measure, toString(value)
FROM {DATABASE}.yearly_targets
WHERE year = {{year:UInt16}}
"""


def read_facts(client: Client, period: Period, against: int) -> Facts:
    """Read the facts of a period and of the same one of the year `against`.

    Figures are about declarations in scope by their day of registration (domain, section 3), outcomes by their own day.
    """
    last = period.of_year(against)
    parameters: dict[str, Any] = {
        "office": period.office,
        "this_begin": _text(period.begin()),
        "this_end": _text(period.end()),
        "last_begin": _text(last.begin()),
        "last_end": _text(last.end()),
    }

    def rows(sql: str, **more: int) -> list[list[Any]]:
        return [list(row) for row in client.query(sql, parameters={**parameters, **more}).result_rows]

    leaves, worths, enforced = rows(_LEAVES), rows(_WORTHS), rows(_ENFORCED)
    watermark = rows(f"SELECT toUnixTimestamp64Micro(watermark) FROM {DATABASE}.watermark")
    this_year, last_year = (
        YearFacts(
            tuple(_leaves(_of(is_this, leaves))),
            tuple(Worth(*row) for row in _of(is_this, worths)),
            tuple(Enforced(*row) for row in _of(is_this, enforced)),
        )
        for is_this in (True, False)
    )
    targets = {
        (office, measure): Decimal(value) for office, measure, value in rows(_TARGETS, year=period.year)
    }
    return Facts(this_year, last_year, targets, watermark[0][0] if watermark else None)


def _text(day: date) -> str:
    return day.isoformat()


def _of(is_this: bool, rows: Iterable[list[Any]]) -> Iterator[list[Any]]:
    return (row[1:] for row in rows if bool(row[0]) is is_this)


def _leaves(rows: Iterable[list[Any]]) -> Iterator[Leaf]:
    for office, direction, channel, *numbers in rows:
        whole, part, both = numbers[:6], numbers[6:12], numbers[12:]
        yield Leaf(office, direction, channel, {WHOLE: Lengths(*whole), PART: Lengths(*part)}, Both(*both))
