"""Which of two events is chosen, and in what order events stand: rules 1 and 2 of the domain.

Both are functions of the set of events: no order of arrival, duplication or batching can change them.
"""

from __future__ import annotations

from itertools import groupby

from streams.core.event import Event

_BEFORE_ALL_TIME = -(2**63)


def choice_of(event: Event) -> tuple[int, int, str, bytes]:
    """Sort key of rule 1, the chosen one last: revision, emission as an instant, event_id, canonical JSON.

    An event that does not say when it was emitted counts as emitted before all others.
    """
    emitted = _BEFORE_ALL_TIME if event.emitted_us is None else event.emitted_us
    return (event.revision, emitted, event.event_id, event.canonical)


def outranks(challenger: Event, holder: Event) -> bool:
    """Say whether `challenger` is chosen over `holder` for the same identity (rule 1)."""
    return choice_of(challenger) > choice_of(holder)


def _id_of(event: Event) -> str:
    return event.event_id


def instant_of(event: Event) -> tuple[int, int]:
    """The part of the order that decides between events of different instants or types: time, lifecycle rank."""
    return (event.occurred_us, event.rank)


def in_order(events: list[Event]) -> None:
    """Sort in place by time, lifecycle rank, then source_seq within one source, then event_id (rule 2).

    "Within one source" is no total order by itself: a tie between several sources is settled by merging the sources,
    each in its own sequence, by the event_id at its head. With one event a source that is plain event_id order, with
    one source plain source_seq order.
    """
    events.sort(key=instant_of)
    previous = None
    for event in events:
        now = (event.occurred_us, event.rank)
        if now == previous:
            break
        previous = now
    else:
        return
    events[:] = [event for _, tie in groupby(events, key=instant_of) for event in settle(list(tie))]


def settle(tie: list[Event]) -> list[Event]:
    """Order events of one instant and one type; see `in_order`."""
    tie = sorted(tie, key=_id_of)
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
