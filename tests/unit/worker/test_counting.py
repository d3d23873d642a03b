"""What a written batch counts for: label values are few, channels once, back-fill not."""

from __future__ import annotations

from prometheus_client import generate_latest

from builders import CALENDARS, FEED, channel, event
from streams.core.event import Event
from streams.core.pack import Pack
from streams.metrics.registry import Metrics
from streams.metrics.series import DETAILS, Detail
from streams.pipeline.folder import FedPack, Folder
from streams.reference import load_reference
from streams.worker.counting import Counting
from streams.worker.heard import Heard


class Nothing:
    """A store without any history."""

    def load(self, keys: object) -> dict[str, list[object]]:
        return {}


class Bench:
    """Counts what a folder makes of events, batch after batch."""

    def __init__(self, detail: Detail = DETAILS[0]) -> None:
        self.metrics = Metrics(load_reference(None), detail)
        self.heard = Heard(("27F1",))
        self.counting = Counting(self.metrics, 60, self.heard)
        self.folder = Folder(Nothing(), CALENDARS)  # type: ignore[arg-type]

    def take(self, *events: Event) -> None:
        batch = self.folder.fold([FedPack(Pack(FEED.topic, "", 0, list(events), []), FEED)])
        self.counting.written(batch, {"declaration_events": len(events)})

    def told(self, name: str) -> set[str]:
        """The series of a metric that are not 0."""
        lines = generate_latest(self.metrics.registry).decode().splitlines()
        return {line for line in lines if line.startswith(name) and not line.endswith(" 0.0")}


ATTRS = {"office": "27F1", "direction": "import"}


def test_the_first_channel_of_a_declaration_counts_once() -> None:
    bench = Bench()
    bench.take(event("REGISTERED", "08:00:00", 0, attrs=ATTRS), channel(2, "08:01:00", offset=1))
    bench.take(channel(2, "08:01:00", offset=2), channel(3, "09:00:00", "CHANNEL_CHANGED", offset=3))
    bench.take(channel(2, "08:02:00", offset=4, occurrence_no=2))
    assert bench.told("release_channel_assigned_total") == {
        'release_channel_assigned_total{channel="2",direction="import",office="27F1"} 1.0'
    }


def test_a_channel_that_was_entered_in_bulk_does_not() -> None:
    bench = Bench()
    bench.take(
        event("REGISTERED", "08:00:00", 0, attrs=ATTRS), channel(2, "08:01:00", offset=1, is_backfill=True)
    )
    bench.take(channel(3, "09:00:00", "CHANNEL_CHANGED", offset=2))
    assert bench.told("release_channel_assigned_total") == set()


def test_channels_of_release_times_are_given_together_where_the_budget_asks_for_it() -> None:
    whole, less = Bench(), Bench(Detail(False, False))
    for bench in (whole, less):
        bench.take(
            event("REGISTERED", "08:00:00", 0, attrs=ATTRS),
            channel(2, "08:01:00", offset=1),
            event("CLEARED", "09:00:00", 2),
        )
    for bench, label in ((whole, "2"), (less, "all")):
        counted = {line for line in bench.told("release_time_seconds_count") if "REG_REL" in line}
        assert counted == {
            f'release_time_seconds_count{{channel="{label}",direction="import",interval="REG_REL",office="27F1"}} 1.0'
        }


def test_an_office_was_heard_of_by_an_event_that_does_not_say_it() -> None:
    bench = Bench()
    cleared = event("CLEARED", "09:00:00", 1)
    bench.take(event("REGISTERED", "08:00:00", 0, attrs=ATTRS), cleared)
    assert bench.heard.latest_us() == {"27F1": cleared.occurred_us}


def test_the_latest_event_of_each_source_and_office_is_told() -> None:
    bench = Bench()
    cleared = event("CLEARED", "09:00:00", 2)
    bench.take(
        event("REGISTERED", "08:00:00", 0, attrs=ATTRS),
        event("HEARTBEAT", "08:30:00", 1, source="ETAX"),
        cleared,
    )
    bench.take(event("REGISTERED", "08:15:00", 3, attrs=ATTRS, occurrence_no=2))
    (told,) = (line for line in bench.told("release_last_event") if "ETAX" not in line)
    labels, value = told.split(" ")
    assert 'office="27F1"' in labels
    assert float(value) == cleared.occurred_us / 1e6


def test_a_wrong_year_that_says_no_time_of_sending_is_passed_over() -> None:
    far = "2090-03-02T08:00:00+07:00"
    bench = Bench()
    bench.take(event("REGISTERED", far, 0, attrs=ATTRS))
    assert bench.heard.latest_us() == {}
    assert bench.told("release_last_event") == set()
    sent = event("REGISTERED", far, 1, emitted_at=far, attrs=ATTRS, occurrence_no=2)
    bench.take(sent)
    assert bench.heard.latest_us() == {"27F1": sent.occurred_us}


def test_a_worker_without_partitions_tells_no_watermark() -> None:
    bench = Bench()
    assert bench.told("release_watermark") == set()
    bench.counting.passed({0: 1_000_000_000_000, 1: 900_000_000_000})
    assert bench.told("release_watermark") == {"release_watermark_timestamp_seconds 899939.999"}
    bench.counting.forget()
    assert bench.told("release_watermark") == set()
