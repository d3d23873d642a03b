"""Which events count, and in what order: rules 1 and 2 of the domain.

Both are functions of the set of events: no order of arrival, duplication or batching can change them.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from streams.core.event import Event

_BEFORE_ALL_TIME = -(2**63)


def outranks(challenger: Event, holder: Event) -> bool:
    """Say whether `challenger` is chosen over `holder` for the same identity (rule 1).

    The highest revision wins; then the later emitted_at as an instant (absent is earliest); then the greater event_id;
    then the greater canonical JSON.
    """
    if challenger.revision != holder.revision:
        return challenger.revision > holder.revision
    a = _BEFORE_ALL_TIME if challenger.emitted_us is None else challenger.emitted_us
    b = _BEFORE_ALL_TIME if holder.emitted_us is None else holder.emitted_us
    if a != b:
        return a > b
    if challenger.event_id != holder.event_id:
        return challenger.event_id > holder.event_id
    return challenger.canonical > holder.canonical


def standing(by_event_id: Iterable[Event]) -> list[Event]:
    """Choose one event for each natural key (source, declaration_key, event_type, occurrence_no), retractions included.

    `by_event_id` holds one event for each event_id of one declaration.
    """
    best: dict[tuple[str, str, int], Event] = {}
    for event in by_event_id:
        key = (event.source, event.event_type, event.occurrence_no)
        holder = best.get(key)
        if holder is None or outranks(event, holder):
            best[key] = event
    return list(best.values())


def effective(by_event_id: Iterable[Event]) -> list[Event]:
    """Return the events that count, in rule-2 order: what stands and is not a retraction."""
    events = [event for event in standing(by_event_id) if not event.retract]
    if len(events) > 1:
        in_order(events)
    return events


def _sort_key(event: Event) -> tuple[int, int, str]:
    return (event.occurred_us, event.rank, event.event_id)


def _instant(event: Event) -> tuple[int, int]:
    return (event.occurred_us, event.rank)


def in_order(events: list[Event]) -> None:
    """Sort in place by time, lifecycle rank, then source_seq within one source, then event_id (rule 2).

    "Within one source" is no total order by itself: a tie between several sources is settled by merging the sources,
    each in its own sequence, by the event_id at its head. With one event a source that is plain event_id order, with
    one source plain source_seq order.
    """
    events.sort(key=_sort_key)
    previous = None
    for event in events:
        now = (event.occurred_us, event.rank)
        if now == previous:
            break
        previous = now
    else:
        return
    events[:] = [event for _, tie in groupby(events, key=_instant) for event in _settle(list(tie))]


def _settle(tie: list[Event]) -> list[Event]:
    """Order events of one instant and one type (they come sorted by event_id)."""
    if len(tie) == 1 or all(event.source_seq is None for event in tie):
        return tie
    queues: dict[tuple[str, bool], list[Event]] = {}
    for event in tie:
        queues.setdefault((event.source, event.source_seq is None), []).append(event)
    for queue in queues.values():
        queue.sort(key=lambda event: (event.source_seq or 0, event.event_id), reverse=True)
    merged: list[Event] = []
    heads = list(queues.values())
    while heads:
        queue = min(heads, key=lambda waiting: waiting[-1].event_id)
        merged.append(queue.pop())
        heads = [waiting for waiting in heads if waiting]
    return merged
