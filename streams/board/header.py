"""The top of the board: what is looked at, how fresh and how whole it is, and the three numbers to know."""

from __future__ import annotations

from streams.board.answers import Told
from streams.board.doubts import doubts
from streams.board.grid import Line, Piece, fit, line, spread
from streams.board.view import View
from streams.report.numbers import ABSENT


def header(view: View, width: int) -> list[Line]:
    """Return the three lines."""
    return [_place(view, width), _freshness(view, width), _numbers(view, width)]


def _place(view: View, width: int) -> Line:
    scribe, told = view.scribe, view.known.store.value
    offices = told.offices if told is not None else ()
    right = "" if told is None else f"{scribe.time(told.now)} {told.now.astimezone(scribe.zone):%z}"
    paused = (Piece(f"{scribe.say('paused')} ", "warn"),) if view.paused else ()
    return spread(line(scribe.place(view.asked, offices), "head"), (*paused, Piece(right)), width)


def _freshness(view: View, width: int) -> Line:
    scribe, told = view.scribe, view.known.store.value
    against = list(doubts(view))
    if against:
        more = f", {scribe.say('more', count=len(against) - 1)}" if len(against) > 1 else ""
        sign = f"‼ {scribe.say('incomplete')}: "
        return line(sign + fit(against[0], max(8, width - len(sign) - len(more))) + more, "bad")
    if told is None:
        return line(scribe.say("asking"), "dim")
    return line(fit(f"✓ {_until(view, told)}", width), "good")


def _until(view: View, told: Told) -> str:
    """Say up to when there is data, and by which clock that is far behind or not."""
    scribe = view.scribe
    if told.replay:
        return f"{scribe.say('until', when=scribe.time(told.now))}, {scribe.say('replay')}"
    health = view.known.health.value
    latest = health.last_event if health is not None and health.last_event is not None else told.watermark
    if latest is None:
        return scribe.say("until", when=ABSENT)
    behind = scribe.length(max(0.0, (told.now - latest).total_seconds()))
    return f"{scribe.say('until', when=scribe.time(latest))}, {scribe.say('behind', age=behind)}"


def _numbers(view: View, width: int) -> Line:
    scribe, told, alerts = view.scribe, view.told, view.known.alerts
    opened = ABSENT if told is None else scribe.number(told.open_n)
    stuck = ABSENT if told is None else scribe.number(told.stuck_n)
    firing = (
        None
        if alerts is None or alerts.value is None
        else sum(alert.state == "firing" for alert in alerts.value)
    )
    pieces = (
        Piece(scribe.say("open", count=opened)),
        Piece(" · "),
        Piece(scribe.say("stuck", count=stuck), "warn" if told is not None and told.stuck_n else "plain"),
        Piece(" · "),
        Piece(scribe.say("alerts_unknown"), "dim")
        if firing is None
        else Piece(scribe.say("alerts", count=firing), "bad" if firing else "plain"),
    )
    return spread(pieces, (), width)
