"""The steps of the windows, with a store and a topic that only take note of what is written in which order."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from confluent_kafka import KafkaError, KafkaException

from spans import HOUR_MS
from streams.core.span_message import Straggler, end_message
from streams.core.window_changes import Changes, Known
from streams.kafka.topics import LATE, WINDOWS
from streams.metrics.news import DecisionNews, WindowNews
from streams.store.sink import SinkError
from streams.store.window_progress import NOTHING, Progress
from streams.worker import window_steps as module
from streams.worker.window_steps import LostOwnershipError
from window_bench import MINUTE_MS, SIX_MS, Bench, drained, kept, told


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(monkeypatch)


def test_windows_are_published_then_written_then_progress_says_so(bench: Bench) -> None:
    steps = bench.steps()
    steps.take(0, told())
    assert steps.said_offset == -1
    while not steps.settled:
        bench.now += 1.0
        more = steps.round()
        assert steps.waiting or not more
        if not bench.progress[-1].settled:
            assert steps.waiting
    done = [what for what in bench.done if what != "outlook"]
    assert done[:3] == ["topic", "windows", "topic"]
    assert all(done[place + 1] == "windows" for place, what in enumerate(done) if what == "topic")
    assert done[done.index("markers") + 1] == "progress"
    assert done[-1] == "progress"
    assert set(bench.windows) == kept(SIX_MS - 60_001, SIX_MS)
    assert len(bench.windows) == len(set(bench.windows))
    assert bench.progress[-1] == Progress(SIX_MS - 60_001, {"0": SIX_MS}, 1, True)
    assert steps.said_offset == 1


def test_progress_is_said_once_and_not_twice_a_second(bench: Bench) -> None:
    steps = bench.steps()
    steps.take(0, told())
    drained(steps, bench)
    count = len(bench.progress)
    for _ in range(5):
        bench.now += 1
        assert steps.round() is False
    assert len(bench.progress) == count
    assert not bench.progress[0].settled or count == 1


def test_what_was_not_published_or_not_written_is_done_again(bench: Bench) -> None:
    steps = bench.steps()
    steps.take(0, told())
    bench.faults = {
        "topic": [KafkaException(KafkaError(KafkaError._TIMED_OUT))],
        "windows": [SinkError("0 of 1"), OSError("refused")],
        "progress": [SinkError("0 of 1")],
    }
    raised = 0
    while not steps.settled:
        bench.now += 100.0
        try:
            steps.round()
        except (KafkaException, SinkError, OSError):
            raised += 1
            assert bench.progress == []
    assert raised == 4
    assert set(bench.windows) == kept(SIX_MS - 60_001, SIX_MS)
    assert steps.said_offset == 1


def test_messages_that_come_again_are_passed_over_by_their_offset(bench: Bench) -> None:
    steps = bench.steps(NOTHING._replace(spans_offset=5))
    for offset in (5, 6, 5, 6, 7, 7):
        steps.take(offset, told(version=offset))
    assert steps.replayed == 3
    drained(steps, bench)
    assert steps.said_offset == 8
    assert bench.progress[-1].spans_offset == 8
    steps.take(6, told(version=6))
    assert steps.replayed == 4
    assert steps.waiting == 0


def test_a_topic_that_was_made_again_is_read_from_its_beginning(bench: Bench) -> None:
    steps = bench.steps()
    steps.take(5, told())
    steps.take(0, told(version=2))
    steps.take(1, told(version=3))
    assert steps.replayed == 0
    drained(steps, bench)
    assert steps.said_offset == 2


def test_a_message_that_is_none_is_told_and_passed_over_for_good(bench: Bench) -> None:
    steps = bench.steps()
    steps.take(0, told())
    with pytest.raises(msgspec.MsgspecError):
        steps.take(1, b"alien")
    drained(steps, bench)
    assert steps.said_offset == 2


def test_nothing_is_written_by_one_that_has_lost_the_windows(bench: Bench) -> None:
    steps = bench.steps()
    steps.take(0, told())
    bench.lost_after = 0
    with pytest.raises(LostOwnershipError):
        steps.round()
    assert bench.done == []
    assert bench.begun == 0


def test_one_that_lost_them_during_a_write_makes_the_new_owner_begin_anew(bench: Bench) -> None:
    steps = bench.steps()
    steps.take(0, told())
    bench.lost_after = 1
    with pytest.raises(LostOwnershipError):
        steps.round()
    assert bench.done == ["topic", "windows"]
    assert bench.begun == 1


def test_markers_follow_the_watermark_without_a_gap_and_go_on_after_a_restart(bench: Bench) -> None:
    steps = bench.steps()
    steps.take(0, told())
    drained(steps, bench)
    assert bench.markers() == [("short", "2026-03-02T05:50:00Z"), ("long", "2026-03-02T05:00:00Z")]
    bench.published.clear()
    # 06:30 needs a watermark of 06:35 less 1 ms, which is a minute and 1 ms behind the event.
    steps.take(1, told(2, SIX_MS + 36 * MINUTE_MS - 1))
    drained(steps, bench)
    assert bench.markers() == [
        ("short", "2026-03-02T06:00:00Z"),
        ("short", "2026-03-02T06:10:00Z"),
        ("short", "2026-03-02T06:20:00Z"),
        ("long", "2026-03-02T06:00:00Z"),
    ]
    bench.published.clear()
    again = bench.steps(bench.progress[-1])
    drained(again, bench)
    assert bench.markers() == []
    again.take(2, told(3, SIX_MS + 36 * MINUTE_MS))
    drained(again, bench)
    again.take(3, told(4, SIX_MS + 57 * MINUTE_MS))
    drained(again, bench)
    assert bench.markers() == [("short", f"2026-03-02T06:{minute}:00Z") for minute in (30, 40, 50)]


def test_markers_that_could_not_be_sent_are_sent_later(bench: Bench) -> None:
    steps = bench.steps()
    steps.take(0, told())
    bench.faults = {"markers": [KafkaException(KafkaError(KafkaError._TIMED_OUT))]}
    with pytest.raises(KafkaException):
        drained(steps, bench)
    assert bench.progress == []
    drained(steps, bench)
    assert bench.markers() == [("short", "2026-03-02T05:50:00Z"), ("long", "2026-03-02T05:00:00Z")]


def test_late_events_are_written_and_told_before_progress_says_that_they_were_taken_in(bench: Bench) -> None:
    steps = bench.steps()
    steps.take(0, told())
    drained(steps, bench)
    bench.done.clear()
    late = Straggler("d", "e9", "CLEARED", SIX_MS - 3 * HOUR_MS, "events", 1, 2, 77)
    bench.faults = {"late topic": [KafkaException(KafkaError(KafkaError._TIMED_OUT))]}
    steps.take(1, told(2, stragglers=[late]))
    with pytest.raises(KafkaException):
        steps.round()
    assert steps.said_offset == 1
    drained(steps, bench)
    assert [what for what in bench.done if what.startswith("late")] == ["late", "late", "late topic"]
    assert bench.done.index("late topic") < bench.done.index("progress")
    ((key, value),) = [(key, value) for topic, key, value in bench.published if topic == LATE]
    assert key == "d"
    assert json.loads(value or b"") == {
        "declaration_key": "d",
        "event_id": "e9",
        "event_type": "CLEARED",
        "occurred_at": "2026-03-02T03:00:00Z",
        "late_s": 3 * 3600.0,
        "closed_windows": ["short", "long"],
    }
    assert steps.said_offset == 2


def test_the_window_that_runs_is_told_to_the_metrics(bench: Bench) -> None:
    steps = bench.steps()
    steps.take(0, told())
    drained(steps, bench)
    last = {one.window: one for one in bench.news if isinstance(one, WindowNews)}
    assert {name: one.end_s * 1000 for name, one in last.items()} == {
        "short": SIX_MS + 10 * MINUTE_MS,
        "long": SIX_MS + HOUR_MS,
    }
    assert set(last["long"].intervals) == {"REG_REL"}
    assert set(last["long"].n) == {1}
    assert len(last["long"].n) == 8
    assert [set(values) for values in last["long"].stats] == [{3600.0}] * 5


def test_while_more_is_behind_only_what_runs_is_computed(bench: Bench) -> None:
    steps = bench.steps()
    steps.take(0, told(behind=True))
    steps.round()
    assert bench.windows == [("short", SIX_MS + 10 * MINUTE_MS), ("long", SIX_MS + HOUR_MS)]
    assert not bench.progress[-1].settled
    bench.now += 1.5
    steps.round()
    assert len(bench.windows) == 2 + 2  # the others that the watermark has not passed, one at a time
    bench.now += 1.0
    drained(steps, bench)  # nothing came for two seconds
    assert set(bench.windows) == kept(SIX_MS - 60_001, SIX_MS)


def test_places_that_are_emptied_are_taken_back_and_others_are_told_whole(bench: Bench) -> None:
    steps = bench.steps()
    gone = [
        (("27F9", "import", "2", "PAY", "elapsed"), Known(1, 1)),  # nothing is left there
        (("all", "all", "all", "PAY", "elapsed"), Known(1, 1)),  # its release is
    ]
    bench.changes_of = lambda _: Changes([], [], gone)  # type: ignore[arg-type]
    steps.take(0, told())
    drained(steps, bench)
    emptied = {key: value for _, key, value in bench.published if key and key.endswith("|import|27F9|2")}
    assert emptied
    assert set(emptied.values()) == {None}
    whole = [
        json.loads(value or b"") for _, key, value in bench.published if (key or "").endswith("|all|all|all")
    ]
    assert len(whole) == len(emptied)
    assert {one["interval_code"] for message in whole for one in message["figures"]} == {"REG_REL"}


def test_without_kafka_nothing_is_published(bench: Bench) -> None:
    steps = bench.steps(publish=False)
    steps.take(0, told())
    steps.take(1, end_message())
    drained(steps, bench)
    assert bench.published == []
    assert set(bench.windows) == kept(SIX_MS - 60_001, SIX_MS)
    assert WINDOWS not in bench.done


def test_verdicts_are_told_when_progress_vouches_for_them_and_never_again(bench: Bench) -> None:
    steps = bench.steps()
    steps.take(0, told())
    bench.faults = {"progress": [SinkError("0 of 1")]}
    with pytest.raises(SinkError):
        drained(steps, bench)
    assert decisions(bench) == []
    drained(steps, bench)
    counted = [("27F1", "import", 1, "REG_REL", "within_target", 1)]
    assert decisions(bench) == counted
    steps.take(1, told(2))
    drained(steps, bench)
    assert decisions(bench) == counted


def test_what_was_not_told_by_who_ended_is_told_by_who_comes_after(bench: Bench) -> None:
    steps = bench.steps()
    steps.take(0, told())
    again = bench.steps()
    again.take(0, told())
    drained(again, bench)
    assert [count for *_, count in decisions(bench)] == [1]


def test_who_lost_the_windows_while_saying_so_leaves_its_verdicts_to_the_next(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next owner may have read the progress of before, and then gives them itself."""

    def lost_after(*of: Any) -> None:
        bench.write_progress(*of)
        bench.lost_after = bench.looks

    monkeypatch.setattr(module, "write_progress", lost_after)
    steps = bench.steps()
    steps.take(0, told())
    with pytest.raises(LostOwnershipError):
        drained(steps, bench)
    assert len(bench.progress) == 1
    assert decisions(bench) == []


def decisions(bench: Bench) -> list[tuple[object, ...]]:
    return [count for news in bench.news if isinstance(news, DecisionNews) for count in news.counts]
