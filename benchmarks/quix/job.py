"""The job in Quix Streams, written as its documentation shows: release times in hopping windows, one event at a time.

It runs in `.venv-bench`, so it imports only quixstreams and the standard library. Says on standard output `begun` when
it has processed its first message, `updates N` and `late N`, how often a release was to be added to a window and how
often that was refused because the window was closed, and `done N` when all N messages and all that came of them are
processed and committed.

Taken from the documentation: `Application`, a topic with the JSON deserializer, a filter by column, `apply` with state
of the key, `set_timestamp`, `group_by` (which goes through a repartition topic), `hopping_window(...).agg(...)`,
`to_topic`. All else is at its defaults: state in RocksDB, changelog topics, a commit every 5 seconds.

It does less than our pipeline, all in its favour:
- one interval (registration to release, elapsed) of the fifteen with two clocks
- no roll-ups: only office x direction x channel
- nothing is checked, refused, or kept: no events, no declarations, no history in any store; output is a topic
- a second event for the same milestone is ignored: no corrections, no retractions, and no revisions of windows
- n, mean, min, max; no deviation, no quantiles, nothing of what is open, no live quantiles
- nothing is seen of a window before it is closed (`final`); with `current` every update is sent, as ours are seen
- at least once: a crash between commits counts releases again

It keeps a clock for each key and takes from the partitions what comes first, so catching up with a full topic it sees
releases hours apart in event time, and what is older than the grace is dropped. The grace is given from outside.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from quixstreams import Application, State
from quixstreams.dataframe.windows import Count, Max, Mean, Min

KINDS = {
    "1h": (timedelta(hours=1), timedelta(minutes=1)),
    "24h": (timedelta(hours=24), timedelta(minutes=5)),
    "7d": (timedelta(days=7), timedelta(hours=1)),
    "30d": (timedelta(days=30), timedelta(hours=1)),
}
"""Size and step of each window."""


MILESTONES = ("REGISTERED", "CHANNEL_ASSIGNED", "RELEASED", "CLEARED")

counts: Counter[str] = Counter()
"""Messages processed (`input`, `regrouped`), releases `paired`, and updates of windows refused as `late`."""


class Job:
    """What is asked for, in the environment: where the messages are, how many, which windows, what is sent of them."""

    def __init__(self) -> None:
        self.bootstrap = os.environ["BENCH_BOOTSTRAP"]
        self.events = int(os.environ["BENCH_EVENTS"])
        self.topic = os.environ["BENCH_TOPIC"]
        self.group = os.environ["BENCH_QUIX_GROUP"]
        self.kinds = os.environ["BENCH_QUIX_WINDOWS"].split(",")
        self.grace = timedelta(seconds=int(os.environ["BENCH_QUIX_GRACE_S"]))
        self.emits_all = os.environ["BENCH_QUIX_EMIT"] == "current"


def pair(event: dict[str, Any], state: State) -> dict[str, Any] | None:
    """Bring an event into the state of its declaration; return its release time when that becomes known."""
    told = state.get("told", {})
    if "released" in told:
        return None
    kind, at = event["event_type"], event["occurred_at"]
    attrs = event["attrs"]
    told.setdefault("REGISTERED" if kind == "REGISTERED" else "CLEARED" if kind == "RELEASED" else kind, at)
    if "channel" in attrs:
        told["channel"] = attrs["channel"]
    if "REGISTERED" not in told or "CLEARED" not in told:
        state.set("told", told)
        return None
    state.set("told", {"released": True})
    counts["paired"] += 1
    begin, end = datetime.fromisoformat(told["REGISTERED"]), datetime.fromisoformat(told["CLEARED"])
    return {
        "cell": f"{attrs['office']}/{attrs['direction']}/{told.get('channel', 'none')}",
        "released_ms": int(end.timestamp() * 1000),
        "elapsed_s": int((end - begin).total_seconds()),
    }


def count_late(*_: Any) -> bool:
    """Count an update that came too late for its window; nothing is logged."""
    counts["late"] += 1
    return False


def build(job: Job) -> Application:
    """Make the application."""

    def processed(topic: str, _partition: int, _offset: int) -> None:
        if not counts["input"]:
            say("begun")
        counts["input" if topic == job.topic else "regrouped"] += 1
        if done(job):
            app.stop()  # which commits

    app = Application(
        broker_address=job.bootstrap,
        consumer_group=job.group,
        auto_offset_reset="earliest",
        state_dir=f"state-{job.group}",
        loglevel="WARNING",
        on_message_processed=processed,
    )
    sdf = app.dataframe(app.topic(job.topic, value_deserializer="json"))
    output = app.topic(f"{job.group}-windows", value_serializer="json")
    sdf = sdf[sdf["event_type"].isin(MILESTONES)]
    sdf = sdf.apply(pair, stateful=True)
    sdf = sdf[sdf.apply(lambda release: release is not None)]
    sdf = sdf.set_timestamp(lambda release, *_: release["released_ms"])
    sdf = sdf.group_by("cell", key_deserializer="str", key_serializer="str")
    for kind in job.kinds:
        size, step = KINDS[kind]
        window = sdf.hopping_window(size, step, grace_ms=job.grace, on_late=count_late).agg(
            n=Count(), mean_s=Mean("elapsed_s"), min_s=Min("elapsed_s"), max_s=Max("elapsed_s")
        )
        (window.current() if job.emits_all else window.final()).to_topic(output)
    return app


def done(job: Job) -> bool:
    """Tell whether every message was processed, and every release that came of them too."""
    return counts["input"] == job.events and counts["regrouped"] == counts["paired"]


def say(text: str) -> None:
    print(text, file=sys.stdout, flush=True)


def main() -> None:
    """Run until all messages are done."""
    job = Job()
    build(job).run()
    if done(job):
        say(
            f"updates {counts['paired'] * sum(size // step for size, step in map(KINDS.__getitem__, job.kinds))}"
        )
        say(f"late {counts['late']}")
        say(f"done {counts['input']}")


if __name__ == "__main__":
    main()
