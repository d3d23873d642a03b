"""The pane of alerts: what Prometheus holds against the pipeline and the offices now."""

from __future__ import annotations

from typing import Final

from streams.board.answers import ALL, Alert
from streams.board.grid import Line, Mark, Piece, fit, fold, line
from streams.board.view import View
from streams.board.words import ALERT_STATES, SEVERITIES
from streams.core.printable import printable

MOST: Final = 40
_MARKS: Final[dict[str, Mark]] = {"page": "bad", "ticket": "warn"}


def alert_lines(view: View, width: int) -> list[Line]:
    """Return the pane's lines: firing before pending, the severe ones first, the oldest first."""
    heard, scribe = view.known.alerts, view.scribe
    if heard is None:
        return [line(part, "dim") for part in fold(scribe.say("no_prometheus"), width)]
    if heard.value is None:
        text = scribe.say("prometheus_away", why=heard.failure) if heard.failure else "…"
        return [line(part, "bad") for part in fold(printable(text), width)]
    alerts = sorted((alert for alert in heard.value if _concerns(alert, view.asked.office)), key=_rank)
    lines = [line(scribe.say("prometheus_old", age=view.age(heard.at_s)), "bad")] if heard.failure else []
    if not alerts:
        return [*lines, line(scribe.say("no_alerts"), "good")]
    for alert in alerts[:MOST]:
        lines += _lines(alert, view, width)
    if len(alerts) > MOST:
        lines.append(line(scribe.say("alerts_more", count=len(alerts) - MOST), "dim"))
    return lines


def _concerns(alert: Alert, office: str) -> bool:
    """Say whether an alert is about an office; one that names none is about all."""
    return office == ALL or alert.office in (None, office)


def _rank(alert: Alert) -> tuple[bool, bool, float, str]:
    since = 0.0 if alert.since is None else alert.since.timestamp()
    return alert.state != "firing", alert.severity != "page", since, alert.name


def _lines(alert: Alert, view: View, width: int) -> list[Line]:
    scribe = view.scribe
    firing = alert.state == "firing"
    tag = f"{'‼' if firing and alert.severity == 'page' else '!' if firing else '·'} " + scribe.word(
        SEVERITIES, alert.severity
    )
    state = scribe.word(ALERT_STATES, alert.state)
    since = scribe.say("alert_since", when=scribe.time(alert.since))
    summary = fold(printable(alert.summary.in_(scribe.language)), width - 2)
    return [
        (
            Piece(tag, _MARKS.get(alert.severity, "plain") if firing else "dim"),
            Piece(fit(f"  {printable(alert.name)} · {state}, {since}", width - len(tag)), "dim"),
        ),
        *(line(f"  {part}") for part in summary),
    ]
