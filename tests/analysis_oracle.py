"""The views of the analysis in plain Python, from the rows of `declarations_current` and `intervals` alone.

Each function returns the rows of the view of its name by the columns that identify them. Sums are exact, and a mean is
a fraction; quantiles are numpy's `linear`.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from analysed import Exported, Row

Rows = dict[tuple[Any, ...], Row]

DAY = dt.timedelta(days=1)
VIETNAM = dt.timedelta(hours=7)
AFTER_RELEASE = ("COND_FIN", "STORE_FIN", "REL_EXIT")
STEPS = (
    ("dossier", "declarant"),
    ("check_wait", "customs"),
    ("document_check", "customs"),
    ("presentation", "declarant"),
    ("inspection", "customs"),
    ("payment", "declarant"),
    ("decision", "customs"),
)


def said(value: object) -> str:
    return "none" if value is None else str(value)


def month(row: Row) -> dt.date:
    day: dt.date = row["registered_on"]
    return day.replace(day=1)


def standing(exported: Exported) -> list[Row]:
    """Those that were not cancelled before their release."""
    return [row for row in exported.declarations.values() if row["status"] != "cancelled"]


def grouped(rows: Iterable[Row], key: Callable[[Row], tuple[Any, ...]]) -> dict[tuple[Any, ...], list[Row]]:
    groups: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups


def mean(values: Sequence[int]) -> Fraction | None:
    return Fraction(sum(values), len(values)) if values else None


def quantile(values: Sequence[int], level: float) -> float | None:
    return float(np.quantile(values, level)) if values else None


def share(part: int, whole: int) -> Fraction | None:
    return Fraction(part, whole) if whole else None


def length_of(exported: Exported, row: Row, code: str, clock: str = "elapsed") -> int | None:
    found = exported.intervals[row["declaration_key"]].get(code)
    return None if found is None else found[f"{clock}_s"]


def lengths(exported: Exported, rows: Iterable[Row], code: str = "REG_REL") -> list[int]:
    found = (length_of(exported, row, code) for row in rows)
    return [one for one in found if one is not None]


def stage_waterfall(exported: Exported) -> Rows:
    def key(row: Row) -> tuple[Any, ...]:
        return month(row), said(row["direction"]), said(row["office"]), said(row["channel_final"])

    found: Rows = {}
    released = [row for row in standing(exported) if row["released_at"] is not None]
    for of, members in grouped(released, key).items():
        parts = [steps(exported.intervals[row["declaration_key"]], row) for row in members]
        whole = [(row, one) for row, one in zip(members, parts, strict=True) if one is not None]
        n, everything = len(whole), sum(sum(one) for _, one in whole)
        for number, (step, who) in enumerate(STEPS):
            total = sum(one[number] for _, one in whole)
            found[(*of, step)] = {
                "step_no": number + 1,
                "waiting_on": who,
                "n": n,
                "missing_n": len(members) - n,
                "total_s": total if n else None,
                "mean_s": share(total, n),
                "share": share(total, everything),
                "of_which_amend_s": sum(lengths(exported, (row for row, _ in whole), "AMEND")) if n else None,
                "of_which_oga_s": sum(lengths(exported, (row for row, _ in whole), "OGA")) if n else None,
            }
    return found


def steps(intervals: dict[str, Row], row: Row) -> list[int] | None:
    """The seven steps of one declaration, which add up to its REG_REL; None where they can't be told."""

    def at(code: str, end: str) -> dt.datetime | None:
        return intervals[code][end] if code in intervals else None

    whole, released = intervals["REG_REL"]["elapsed_s"], row["released_at"]
    started, completed, dossier = (
        at("DOC_REL", "started_at"),
        at("DOC_CHK", "ended_at"),
        at("DOC_LIMIT", "started_at"),
    )
    paid = at("PAY", "ended_at")
    checked = started is not None and started <= released and completed is not None
    if whole is None or ("DOC_REL" in intervals and not checked):
        return None
    if started is not None and dossier is not None and "deemed" in intervals["DOC_LIMIT"]["flags"]:
        dossier = min(dossier, started)
    if paid is not None and paid > released and "COND_FIN" in intervals:
        paid = None
    cuts = [0]
    for cut in (dossier, started, completed, at("INSP_WAIT", "ended_at"), at("INSP", "ended_at"), paid):
        passed = 0 if cut is None else (cut - row["registered_at"]) // dt.timedelta(seconds=1)
        cuts.append(max(cuts[-1], min(passed, whole)))
    cuts.append(whole)
    return [later - earlier for earlier, later in zip(cuts, cuts[1:], strict=False)]


def channel_migration(exported: Exported) -> Rows:
    def key(row: Row) -> tuple[Any, ...]:
        return (*key_initial(row), said(row["channel_final"]))

    def key_initial(row: Row) -> tuple[Any, ...]:
        return month(row), said(row["direction"]), said(row["office"]), said(row["channel_initial"])

    of_initial = Counter(key_initial(row) for row in standing(exported))
    found: Rows = {}
    for of, members in grouped(standing(exported), key).items():
        long = lengths(exported, members)
        found[of] = {
            "n": len(members),
            "share": share(len(members), of_initial[of[:-1]]),
            "measured_n": len(long),
            "mean_s": mean(long),
            "p50_s": quantile(long, 0.5),
        }
    return found


def arrival_pattern(exported: Exported) -> Rows:
    found: Rows = {}
    for direction_of in (lambda row: said(row["direction"]), lambda _: "all"):
        for office_of in (lambda row: said(row["office"]), lambda _: "all"):

            def key(row: Row, direction: Any = direction_of, office: Any = office_of) -> tuple[Any, ...]:
                at = row["registered_at"] + VIETNAM
                return direction(row), office(row), at.isoweekday(), at.hour

            groups = grouped(exported.declarations.values(), key)
            days: dict[tuple[Any, ...], set[dt.date]] = defaultdict(set)
            for of, members in groups.items():
                days[of[:-1]] |= {row["registered_on"] for row in members}
            for of, members in groups.items():
                long = lengths(exported, members)
                found[of] = {
                    "n": len(members),
                    "days": len(days[of[:-1]]),
                    "measured_n": len(long),
                    "mean_s": mean(long),
                    "p50_s": quantile(long, 0.5),
                    "p90_s": quantile(long, 0.9),
                }
    return found


def release_shares(exported: Exported) -> Rows:
    names = ("direction", "office", "channel_final", "kind", "transport")
    found: Rows = {}
    for of, members in grouped(
        standing(exported), lambda row: (month(row), *(said(row[name]) for name in names))
    ).items():
        # Of each: its age now, and the age at which it was released if it was.
        ages = [(exported.watermark - row["registered_at"], age_at_release(row)) for row in members]
        same_day = sum(row["registered_on"] == row["released_on"] for row in members)
        long = sum((now if at is None else at) >= 5 * DAY for now, at in ages)
        known = sum(now >= 5 * DAY or (at is not None and at >= 5 * DAY) for now, at in ages)
        followed = [at for now, at in ages if now >= 30 * DAY]
        late = sum(at is None or at > 30 * DAY for at in followed)
        found[of] = {
            "n": len(members),
            "open_n": sum(at is None for _, at in ages),
            "same_day_n": same_day,
            "same_day_share": share(same_day, len(members)),
            "five_days_n": long,
            "five_days_known_n": known,
            "five_days_share": share(long, known),
            "not_in_month_n": late,
            "followed_n": len(followed),
            "not_in_month_share": share(late, len(followed)),
        }
    return found


def age_at_release(row: Row) -> dt.timedelta | None:
    return None if row["released_at"] is None else row["released_at"] - row["registered_at"]


def trade_monthly(exported: Exported) -> Rows:
    names = ("direction", "office", "kind", "transport")
    found: Rows = {}
    for of, members in grouped(
        exported.declarations.values(), lambda row: (month(row), *(said(row[name]) for name in names))
    ).items():
        stay = [row for row in members if row["status"] != "cancelled"]
        values = [row["value_usd"] for row in stay if row["value_usd"] is not None]
        taxes = [row["tax_vnd"] for row in stay if row["tax_vnd"] is not None]
        found[of] = {
            "declarations": len(stay),
            "value_usd": sum(values) if values else None,
            "value_n": len(values),
            "tax_vnd": sum(taxes) if taxes else None,
            "tax_n": len(taxes),
            "cancelled_n": len(members) - len(stay),
            "cancellation_rate": share(len(members) - len(stay), len(members)),
        }
    return found


def interval_distribution(exported: Exported) -> Rows:
    groups: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for row in standing(exported):
        for code in exported.intervals[row["declaration_key"]]:
            for clock in ("elapsed", "working"):
                one = length_of(exported, row, code, clock)
                if one is None:
                    continue
                for office in (said(row["office"]), "all"):
                    for channel in (said(row["channel_final"]), "all"):
                        of = row["registered_on"].year, said(row["direction"]), office, channel, code, clock
                        groups[of].append(one)
    return {of: distribution(long) for of, long in groups.items()}


def distribution(long: Sequence[int]) -> Row:
    minutes = Counter(one // 60 for one in long)
    q1, q3 = float(np.quantile(long, 0.25)), float(np.quantile(long, 0.75))
    near = [one for one in long if one <= q3 + 3 * (q3 - q1)]
    return {
        "n": len(long),
        "mean_s": mean(long),
        "median_s": quantile(long, 0.5),
        "mode_s": 60 * min(minutes, key=lambda minute: (-minutes[minute], minute)),
        "min_s": min(long),
        "max_s": max(long),
        "range_s": max(long) - min(long),
        "sd_s": deviation(long),
        "q1_s": q1,
        "q3_s": q3,
        "iqr_s": q3 - q1,
        "outlier_n": len(long) - len(near),
        "trimmed_mean_s": mean(near),
        "trimmed_median_s": quantile(near, 0.5),
        "trimmed_sd_s": deviation(near),
    }


def deviation(values: Sequence[int]) -> float:
    n, total = len(values), sum(values)
    return math.sqrt(n * sum(one * one for one in values) - total * total) / n


def by_kind_transport(exported: Exported) -> Rows:
    groups: dict[tuple[Any, ...], list[tuple[Row, Row]]] = defaultdict(list)
    for row in standing(exported):
        for code, one in exported.intervals[row["declaration_key"]].items():
            for clock in ("elapsed", "working"):
                of = (
                    month(row),
                    said(row["direction"]),
                    said(row["kind"]),
                    said(row["transport"]),
                    code,
                    clock,
                )
                groups[of].append((row, one))
    found: Rows = {}
    for of, members in groups.items():
        code, clock = of[-2:]
        long = [one[f"{clock}_s"] for _, one in members if one[f"{clock}_s"] is not None]
        not_over = sum(
            one["ended_at"] is None and (row["released_at"] is None or code in AFTER_RELEASE)
            for row, one in members
        )
        found[of] = {
            "n": len(long),
            "population_n": len(members),
            "open_n": not_over,
            "coverage": share(len(long), len(members) - not_over),
            "mean_s": mean(long),
            "p50_s": quantile(long, 0.5),
            "p90_s": quantile(long, 0.9),
        }
    return found


VIEWS: dict[str, tuple[tuple[str, ...], Callable[[Exported], Rows]]] = {
    "stage_waterfall": (("month", "direction", "office", "channel", "step"), stage_waterfall),
    "channel_migration": (
        ("month", "direction", "office", "channel_initial", "channel_final"),
        channel_migration,
    ),
    "arrival_pattern": (("direction", "office", "weekday", "hour"), arrival_pattern),
    "release_shares": (("month", "direction", "office", "channel", "kind", "transport"), release_shares),
    "trade_monthly": (("month", "direction", "office", "kind", "transport"), trade_monthly),
    "interval_distribution": (
        ("year", "direction", "office", "channel", "interval_code", "clock"),
        interval_distribution,
    ),
    "by_kind_transport": (
        ("month", "direction", "kind", "transport", "interval_code", "clock"),
        by_kind_transport,
    ),
}
"""Each view with the columns that identify a row, and how it is computed here."""
