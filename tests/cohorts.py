"""The figures of cohorts by pandas and plain Python, from the rows of the views that they are made from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import combinations
from typing import Any, Final

import numpy as np
import pandas as pd
from clickhouse_connect.driver.client import Client

Key = tuple[Any, ...]
"""(period, first day, direction, office, channel, interval code, clock)"""

CELL: Final = ("direction", "office", "channel")
AFTER_RELEASE: Final = ("COND_FIN", "STORE_FIN", "REL_EXIT")
VIETNAM: Final = dt.timedelta(hours=7)


def figures(
    client: Client, withdrawn: Mapping[str, list[str]], watermark: dt.datetime
) -> dict[Key, dict[str, Any]]:
    """Every figure of every period and roll-up; `withdrawn`: the intervals that cancelled declarations would have."""
    spans = pd.DataFrame(client.query("SELECT * FROM release_monitor.intervals").named_results())
    declarations = pd.DataFrame(
        client.query("SELECT * FROM release_monitor.declarations_current").named_results()
    )
    known = declarations[["declaration_key", "released_at"]]
    spans = spans.merge(known, on="declaration_key", validate="many_to_one")
    spans["cancelled"] = 0
    gone = declarations[declarations.status.eq("cancelled")].rename(columns={"channel_final": "channel"})
    gone = gone.assign(interval_code=gone.declaration_key.map(withdrawn), cancelled=1).explode(
        "interval_code"
    )
    rows = pd.concat([spans, gone[gone.interval_code.notna()]], ignore_index=True)
    rows = rows[rows.in_scope.astype(bool) & rows.registered_on.notna()].copy()
    rows["channel"] = [None if pd.isna(one) else str(int(one)) for one in rows.channel]
    for name in CELL:
        rows[name] = rows[name].fillna("none")
    rows["population"] = 1 - rows.cancelled
    runs_on = rows.interval_code.isin(AFTER_RELEASE)
    rows["open"] = rows.population.eq(1) & rows.ended_at.isna() & (rows.released_at.isna() | runs_on)
    rows["month"] = [day.replace(day=1) for day in rows.registered_on]
    rows["year"] = [day.replace(month=1, day=1) for day in rows.registered_on]
    return {
        key: one
        for period in ("month", "year")
        for apart in (names for count in range(4) for names in combinations(CELL, count))
        for place, part in rows.groupby([period, "interval_code", *apart])
        for key, one in _cell(period, place, apart, part, watermark)
    }


def _cell(
    period: str, place: Any, apart: tuple[str, ...], part: pd.DataFrame, watermark: dt.datetime
) -> Iterator[tuple[Key, dict[str, Any]]]:
    first, code, *values = place
    said = dict(zip(apart, values, strict=True))
    cell = [said.get(name, "all") for name in CELL]
    population, still_open = int(part.population.sum()), int(part.open.sum())
    for clock in ("elapsed", "working"):
        lengths = [int(one) for one in part[f"{clock}_s"] if pd.notna(one)]
        n = len(lengths)
        mean = Fraction(sum(lengths), n) if n else None
        yield (
            (period, first, *cell, code, clock),
            {
                "n": n,
                "population_n": population,
                "open_n": still_open,
                "open_share": still_open / population if population else None,
                "cancelled_n": int(part.cancelled.sum()),
                "coverage": n / (population - still_open) if population > still_open else None,
                "mean_s": None if mean is None else float(mean),
                "sd_s": float(np.std(lengths)) if n else None,
                "p50_s": float(np.quantile(lengths, 0.5)) if n else None,
                "p90_s": float(np.quantile(lengths, 0.9)) if n else None,
                "is_mature": watermark >= _end(period, first) + dt.timedelta(days=30),
                "sum": sum(lengths),
                "over": population - still_open,
            },
        )


def _end(period: str, first: dt.date) -> dt.datetime:
    """The instant in UTC at which the period is over in Viet Nam."""
    months = first.year * 12 + first.month - 1 + (12 if period == "year" else 1)
    return dt.datetime(months // 12, months % 12 + 1, 1, tzinfo=dt.UTC) - VIETNAM


def year_on_year(found: Mapping[Key, Mapping[str, Any]]) -> dict[Key, dict[str, Any]]:
    """Every row of `year_on_year`, by the same key, from the figures of smallest cells alone."""
    matures = {key[:2]: one["is_mature"] for key, one in found.items()}
    pairs = [
        (period, first, _year_before(first))
        for period, first in matures
        if (period, _year_before(first)) in matures
    ]
    leaves = {key: one for key, one in found.items() if "all" not in key[2:5]}
    compared: dict[Key, dict[str, Any]] = {}
    for period, first, before in pairs:
        sums: dict[Key, list[Fraction]] = {}
        places = {key[2:] for key in leaves if key[0] == period and key[1] in (first, before)}
        for place in places:
            this, last = (leaves.get((period, day, *place)) for day in (first, before))
            for apart in (names for count in range(4) for names in combinations(range(3), count)):
                cell = tuple(value if at in apart else "all" for at, value in enumerate(place[:3]))
                _add(sums.setdefault((*cell, *place[3:]), [Fraction(0)] * 9), this, last)
        for place, total in sums.items():
            compared[period, first, *place] = {
                **_changes(total),
                "is_mature": matures[period, first],
                "is_mature_last": matures[period, before],
            }
    return compared


def _add(total: list[Fraction], this: Mapping[str, Any] | None, last: Mapping[str, Any] | None) -> None:
    for at, name in enumerate(("n", "sum", "over")):
        total[at] += this[name] if this else 0
        total[3 + at] += last[name] if last else 0
    if this and last and this["n"] and last["n"]:
        total[6] += last["n"]
        total[7] += last["sum"]
        total[8] += last["n"] * Fraction(this["sum"], this["n"])


def _changes(total: list[Fraction]) -> dict[str, Any]:
    n, sum_s, over, n_last, sum_last, over_last, matched, matched_last, weighed = total
    mean, mean_last = (sum_s / n if n else None), (sum_last / n_last if n_last else None)
    return {
        "n": int(n),
        "n_last": int(n_last),
        "coverage": _number(n / over if over else None),
        "coverage_last": _number(n_last / over_last if over_last else None),
        "mean_s": _number(mean),
        "mean_last_s": _number(mean_last),
        "raw_change_s": _number(None if mean is None or mean_last is None else mean - mean_last),
        "standardised_mean_s": _number(weighed / matched if matched else None),
        "standardised_change_s": _number((weighed - matched_last) / matched if matched else None),
        "matched_share": _number(matched / n_last if n_last else None),
    }


def _number(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def _year_before(day: dt.date) -> dt.date:
    return day.replace(year=day.year - 1)
