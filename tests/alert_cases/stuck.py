"""Declarations that do not move, by who must act and whether the office works."""

from __future__ import annotations

from typing import Any

from alert_cases.case import NOBODY, Alarm, Case, absent, hold, then

STUCK, OLD = "ReleaseDeclarationsStuck", "ReleaseDeclarationsTooOld"


def place(metric: str, waiting_on: str = "customs", instance: str = "a", channel: str = "3") -> str:
    return (
        f'{metric}{{office="27B1", direction="import", channel="{channel}", stage="inspection",'
        f' waiting_on="{waiting_on}", instance="{instance}"}}'
    )


def inspections(stuck: str, opened: str, waiting_on: str = "customs", **of: str) -> dict[str, str]:
    """At the scanner of 27B1: how many are stuck and how many there are."""
    return {
        place("release_stuck_declarations", waiting_on, **of): stuck,
        place("release_open_declarations", waiting_on, **of): opened,
    }


def working(values: str, office: str = "27B1") -> dict[str, str]:
    return {f'release_office_working{{office="{office}", instance="a"}}': values}


def alarm(severity: str, waiting_on: str = "customs") -> list[Alarm]:
    return [{"severity": severity, "office": "27B1", "stage": "inspection", "waiting_on": waiting_on}]


PAGE, TICKET = alarm("page"), alarm("ticket")


def told(
    name: str, series: dict[str, str], firing: dict[str, Any], alert: str = STUCK, step: str = "1m"
) -> Case:
    return Case(name, alert, series, firing, ("shared", "stuck"), step)


def months(values: str, opened: str, instance: str = "a") -> dict[str, str]:
    """How many are open for 30 days, and how many in all."""
    of = f'office="27B1", direction="import", channel="2", instance="{instance}"'
    return {
        f'release_open_older_declarations{{{of}, age="30d"}}': values,
        f'release_open_declarations{{{of}, stage="payment", waiting_on="declarant"}}': opened,
    }


CASES = [
    told(
        # The scanner breaks. From minute 10 on four of five are past the limit.
        "four of five wait for customs for ten minutes: page",
        {**inspections(then(hold(0, 10), hold(4, 30)), hold(5, 40)), **working(hold(1, 40))},
        {"9m": NOBODY, "19m": NOBODY, "20m": PAGE, "39m": PAGE},
    ),
    told(
        "innocent: three past the limit",
        {**inspections(hold(3, 40), hold(3, 40)), **working(hold(1, 40))},
        {"20m": NOBODY, "39m": NOBODY},
    ),
    told(
        "innocent: ten of forty, which is a busy day",
        {**inspections(hold(10, 40), hold(40, 40)), **working(hold(1, 40))},
        {"20m": NOBODY, "39m": NOBODY},
    ),
    told(
        "innocent: two workers say the same three",
        {
            **inspections(hold(3, 40), hold(3, 40)),
            **inspections(hold(3, 40), hold(3, 40), instance="b"),
            **working(hold(1, 40)),
        },
        {"20m": NOBODY, "39m": NOBODY},
    ),
    told(
        "channels are added up",
        {
            **inspections(hold(2, 40), hold(2, 40), channel="2"),
            **inspections(hold(2, 40), hold(2, 40), channel="3"),
            **working(hold(1, 40)),
        },
        {"39m": PAGE},
    ),
    told(
        # Six times at once, for 8 minutes.
        "innocent: it passes within ten minutes",
        {**inspections(then(hold(6, 8), hold(0, 32)), hold(6, 40)), **working(hold(1, 40))},
        {"7m": NOBODY, "12m": NOBODY, "39m": NOBODY},
    ),
    told(
        # At 4 and 5 min the worker is started anew, and tells nothing.
        "a restart of the worker does not begin the ten minutes anew",
        {
            **inspections(then(hold(6, 4), "stale", absent(1), hold(6, 34)), hold(6, 40)),
            **working(hold(1, 40)),
        },
        {"9m": NOBODY, "11m": PAGE},
    ),
    told(
        # The scanner works again at 20. Of 30 that wait 19 are stuck, then 9 of 18, 9 of 15, 5 of 20, 4 of 20.
        "worked off, it does not end and come again about the half, but below a quarter",
        {
            **inspections(
                then(hold(19, 20), hold(9, 10), hold(9, 10), hold(5, 10), hold(4, 10)),
                then(hold(30, 20), hold(18, 10), hold(15, 10), hold(20, 10), hold(20, 10)),
            ),
            **working(hold(1, 60)),
        },
        {"19m": PAGE, "29m": PAGE, "39m": PAGE, "40m": NOBODY, "59m": NOBODY},
    ),
    told(
        # Minutes  0 .. works, 6 of 6 .. 60 .. works, 6 of 15 .. 120 .. night .. 360 .. works .. 500
        "two of five, worked off slowly: a page, in the night a ticket, in the morning a page",
        {
            **inspections(hold(6, 100), then(hold(6, 12), hold(15, 88))),
            **working(then(hold(1, 24), hold(0, 48), hold(1, 28))),
        },
        {"55m": PAGE, "115m": PAGE, "260m": TICKET, "355m": TICKET, "380m": PAGE, "495m": PAGE},
        step="5m",
    ),
    told(
        "innocent: ten of thirty do not begin what they would keep up",
        {**inspections(hold(10, 40), hold(30, 40)), **working(hold(1, 40))},
        {"39m": NOBODY},
    ),
    told(
        "the declarant must act: ticket",
        {**inspections(hold(9, 40), hold(9, 40), "declarant"), **working(hold(1, 40))},
        {"39m": alarm("ticket", "declarant")},
    ),
    told(
        # Minutes  0 .... works .... 60 .... noon .... 150 .... works .... 200
        "the break at noon is no end of a page",
        {**inspections(hold(6, 40), hold(6, 40)), **working(then(hold(1, 12), hold(0, 18), hold(1, 10)))},
        {"55m": PAGE, "100m": PAGE, "145m": PAGE, "195m": PAGE},
        step="5m",
    ),
    told(
        # Minutes  0 .... works .... 60 .... night .... 400
        "in the night a page becomes a ticket",
        {**inspections(hold(6, 80), hold(6, 80)), **working(then(hold(1, 12), hold(0, 68)))},
        {"100m": PAGE, "250m": TICKET, "395m": TICKET},
        step="5m",
    ),
    told(
        "on a holiday customs gets a ticket",
        {**inspections(hold(6, 60), hold(6, 60)), **working(hold(0, 60))},
        {"59m": TICKET},
    ),
    told(
        # Another office works; 27B1 does not.
        "nobody is paged because another office works",
        {**inspections(hold(6, 60), hold(6, 60)), **working(hold(0, 60)), **working(hold(1, 60), "27F1")},
        {"59m": TICKET},
    ),
    told(
        "nine of a hundred are open for a month",
        months(hold(9, 30), hold(100, 30)),
        {"55m": NOBODY, "70m": [{"severity": "ticket", "office": "27B1"}]},
        OLD,
        step="5m",
    ),
    told(
        "innocent: five of a hundred",
        months(hold(5, 30), hold(100, 30)),
        {"70m": NOBODY, "145m": NOBODY},
        OLD,
        step="5m",
    ),
    told(
        "innocent: nine of a thousand",
        months(hold(9, 30), hold(1_000, 30)),
        {"70m": NOBODY, "145m": NOBODY},
        OLD,
        step="5m",
    ),
    told(
        "innocent: two workers say the same five",
        {**months(hold(5, 30), hold(5, 30)), **months(hold(5, 30), hold(5, 30), "b")},
        {"70m": NOBODY, "145m": NOBODY},
        OLD,
        step="5m",
    ),
]
