"""The benchmark's pure parts: its messages, its verdict, and what it reads of processes."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import pytest
from rich.console import Console

from benchmarks.delays import Delays
from benchmarks.events import generate
from benchmarks.inprocess import OneCore
from benchmarks.live import Live
from benchmarks.message import decode
from benchmarks.processes import Machine, Usage, between, usage
from benchmarks.quix.measure import CHEAPEST, QuixRun
from benchmarks.readers import Readers
from benchmarks.recovery import Recovery
from benchmarks.report import Report, save, show
from benchmarks.span import BenchmarkError, Measured, Stopwatch
from benchmarks.verdicts import BASELINE, FRESH, ONE_WORKER
from streams.core.decode import decode_event
from streams.core.event import Event


def measured(name: str, rate: float, **groups: Usage) -> Measured:
    return Measured(name, 1000, 1000 / rate, rate, 0.5, None, groups)


def report() -> Report:
    return Report(
        at="2026-03-01T00:00:00+00:00",
        machine=Machine(2, "a processor", 8.0, "Linux", "3.11", 0.1),
        messages=1000,
        message_bytes=600,
        readers=Readers(
            limit=measured("limit", 400_000, reader=Usage(1.0, 50.0), benchmark=Usage(9.0, 900.0)),
            baseline=measured("baseline", 10_000, agent=Usage(1.0, 90.0)),
            quix=QuixRun(CHEAPEST, measured("Quix Streams", 7_000, quix=Usage(1.0, 80.0)), 600, 150),
            quix_others=(),
        ),
        pipeline=measured("one", 35_000, worker=Usage(2.0, 300.0), store=Usage(1.0, 400.0)),
        two_workers=measured("two", 40_000, worker=Usage(2.0, 200.0)),
        one_core=OneCore(1000, 100_000, 61_000, {"decode": 9.5}, {5: 10.0, 500: 11.0}),
        live=Live(
            rate=17_500.0,
            sent_rate=17_490.0,
            seconds=10.0,
            freshness=[
                Delays("view events", 50, 0, 0.3, 0.9, 1.0, 0.012, 0.03),
                Delays("view windows", 49, 1, 0.5, 1.5, float("inf"), 0.02, 0.05),
            ],
            recoveries=[Recovery(5.25, 7.5, 90_000), Recovery(6.0, None, 80_000)],
            groups={"worker": Usage(5.0, 300.0)},
        ),
    )


def test_messages_are_valid_alike_in_every_run_and_as_many_as_asked_for() -> None:
    messages = generate(3_000)
    assert len(messages) == 3_000
    assert generate(3_000) == messages
    assert generate(3_000, seed=2) != messages
    events = [decode_event(message.value) for message in messages]
    assert all(isinstance(event, Event) for event in events)
    assert [decode(m.value).declaration_key.encode() for m in messages] == [m.key for m in messages]


def test_messages_come_in_the_order_of_sending_and_have_the_stated_size() -> None:
    messages = generate(5_000)
    first = list(
        dict.fromkeys(message.value for message in messages)
    )  # a repeated one has its old emitted_at
    sent = [decode(value).emitted_at for value in first]
    assert sent == sorted(sent)  # type: ignore[type-var]
    assert 550 < sum(len(message.value) for message in messages) / len(messages) < 650


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (BASELINE.verdict(2.99), "floor 3 x baseline: not met, aim 6 x: not reached (measured 2.99 x)"),
        (BASELINE.verdict(3.0), "floor 3 x baseline: met, aim 6 x: not reached (measured 3.00 x)"),
        (BASELINE.verdict(6.5), "floor 3 x baseline: met, aim 6 x: reached (measured 6.50 x)"),
        (
            ONE_WORKER.verdict(25_432.1),
            "floor 20,000/s pipeline, 1 worker: met, aim 40,000/s: not reached (measured 25,432/s)",
        ),
    ],
)
def test_verdict(verdict: str, words: str) -> None:
    assert verdict == words


@pytest.mark.parametrize(
    ("seconds", "floor", "aim"),
    [(0.9, "met", "reached"), (1.5, "met", "not reached"), (2.1, "not met", "not reached")],
)
def test_what_should_be_little_meets_its_floor_from_above(seconds: float, floor: str, aim: str) -> None:
    said = FRESH.verdict(seconds)
    assert f": {floor}, aim" in said
    assert f": {aim} (measured {seconds:.2f} s)" in said


def test_table_and_file_have_the_ratios_of_the_run(tmp_path: Path) -> None:
    page = io.StringIO()
    show(report(), Console(file=page, width=130))
    said = page.getvalue()
    assert "35,000" in said
    assert "3.50" in said
    assert "floor 3 x baseline: met" in said
    assert "floor 2 x Quix Streams: met, aim 3 x: reached (measured 5.00 x)" in said
    assert "25% of 600 additions to windows refused as late" in said
    assert "1.500" in said
    assert "works again after 5.2 s, no backlog after 7.5 s, at most 90,000 messages waited" in said
    assert "no backlog after too long to wait for" in said
    assert "decode 9.5" in said
    assert "floor 60,000/s decode + fold on one core: met, aim 100,000/s: not reached" in said
    target = tmp_path / "results" / "latest.json"
    save(report(), target)
    content = json.loads(target.read_text())
    assert content["ratios_to_baseline"] == {
        "limit": 40.0,
        "baseline": 1.0,
        "Quix Streams": 0.7,
        "one": 3.5,
        "two": 4.0,
    }
    assert content["ratios_to_quix"]["one"] == 5.0
    assert content["pipeline"]["groups"]["store"] == {"cpu_s": 1.0, "peak_mb": 400.0}
    assert content["live"]["freshness"][1]["max_s"] is None  # JSON has no infinity


def test_cpu_of_a_part_leaves_out_who_only_looks_on() -> None:
    assert report().readers.limit.cpu_s == 1.0
    assert report().pipeline.cpu_s == 3.0


def test_usage_counts_this_process_and_only_what_was_used_in_between() -> None:
    now = usage()["benchmark"]
    times = os.times()
    assert 0 <= now.cpu_s <= times.user + times.system + 0.1
    assert now.peak_mb > 1
    used = between({"store": Usage(1.0, 5.0)}, {"store": Usage(3.5, 7.0), "worker": Usage(0.5, 9.0)})
    assert used == {"store": Usage(2.5, 7.0), "worker": Usage(0.5, 9.0)}


def test_a_part_that_ends_before_it_begins_is_an_error() -> None:
    with pytest.raises(BenchmarkError, match="limit"):
        Stopwatch("limit").end(10)
    watch = Stopwatch("limit")
    watch.begin()
    assert watch.end(10).events == 10
