"""What is open now against the same hour of the weeks before. Steps of six hours: a week has 28."""

from __future__ import annotations

from typing import Any

from alert_cases.case import NOBODY, Case, absent, hold, then

BACKLOG = "ReleaseBacklogHigh"
WEEK = 28
EARLIER, AT = f"{4 * 7 * 24 - 6}h", f"{4 * 7 * 24 + 6}h"
"""Six hours before and after the fifth week begins."""

TICKET = [{"severity": "ticket", "office": "27F2"}]


def opened(values: str, instance: str = "a") -> dict[str, str]:
    return {
        f'release_open_declarations{{office="27F2", direction="import", channel="2", stage="dossier",'
        f' waiting_on="declarant", instance="{instance}"}}': values
    }


def weeks(*each: float, now: float) -> str:
    """A number open all week, for some weeks, and then for the first hours of the next."""
    return then(*(hold(value, WEEK) for value in each), hold(now, 2))


def working(value: float) -> dict[str, str]:
    return {'release_office_working{office="27F2", instance="a"}': hold(value, 4 * WEEK + 2)}


def told(name: str, series: dict[str, str], firing: dict[str, Any]) -> Case:
    return Case(name, BACKLOG, series, firing, ("shared", "backlog"), step="6h")


CASES = [
    told(
        "60 open, where there were 28 to 32: ticket",
        {**opened(weeks(30, 32, 28, 31, now=60)), **working(1)},
        {EARLIER: NOBODY, AT: TICKET},
    ),
    told(
        "innocent: 36 open, where there were 28 to 32",
        {**opened(weeks(30, 32, 28, 31, now=36)), **working(1)},
        {AT: NOBODY},
    ),
    told(
        # Every week begins with 200 and goes on with 20.
        "innocent: every week begins like this",
        {**opened(" ".join([hold(200, 2), hold(20, WEEK - 2)] * 4 + [hold(210, 2)])), **working(1)},
        {AT: NOBODY},
    ),
    told(
        "innocent: the weeks were unlike each other",
        {**opened(weeks(20, 70, 15, 60, now=90)), **working(1)},
        {AT: NOBODY},
    ),
    told(
        "innocent: missing history, Prometheus knows one week only",
        {**opened(then(absent(3 * WEEK), hold(30, WEEK), hold(200, 2))), **working(1)},
        {AT: NOBODY},
    ),
    told(
        "two weeks of history are enough",
        {**opened(then(absent(2 * WEEK), hold(30, 2 * WEEK), hold(200, 2))), **working(1)},
        {AT: TICKET},
    ),
    told(
        "innocent: a holiday, on which everything waits",
        {**opened(weeks(30, 32, 28, 31, now=90)), **working(0)},
        {AT: NOBODY},
    ),
    told(
        "innocent: a small office, 8 instead of 2",
        {**opened(weeks(2, 2, 2, 2, now=8)), **working(1)},
        {AT: NOBODY},
    ),
    told(
        # A second worker was added this week.
        "innocent: two workers say the same 30",
        {
            **opened(weeks(30, 30, 30, 30, now=30)),
            **opened(then(absent(4 * WEEK), hold(30, 2)), instance="b"),
            **working(1),
        },
        {AT: NOBODY},
    ),
]
