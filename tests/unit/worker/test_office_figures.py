"""Offices, targets and limits as the reference data has them at the clock; silence in the office's own hours."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from streams.metrics.registry import Metrics
from streams.reference import load_reference
from streams.worker.heard import Heard
from streams.worker.office_figures import OfficeFigures

OWN = """
reference: 1
defaults: {calendar: plain, zone: Asia/Ho_Chi_Minh}
calendars:
  - {name: plain, hours: {mon-fri: [07:30-11:30, 13:00-17:00]}}
  - {name: always, hours: {mon-sun: [00:00-24:00]}}
offices:
  - {code: 11B1, name: {vi: Cũ, en: Old}, valid_to: 2026-03-03}
  - {code: 11B1, name: {vi: Mới, en: New}, department: 11B2, valid_from: 2026-03-04}
  - {code: 11B2, name: {vi: Cổng, en: Gate}, calendar: always, valid_to: 2026-03-08}
targets:
  - {interval: REG_REL, clock: elapsed, limit: 48 h, direction: import, channel: 2, office: 11B1, statistic: p90}
  - {interval: INSP, clock: working, limit: 8 h, valid_to: 2026-03-05}
  - {interval: INSP, clock: working, limit: 6 h, valid_from: 2026-03-06}
stage_limits:
  - {stage: payment, clock: working, limit: 40 h}
  - {stage: held, waiting_on: customs, office: 11B1, clock: elapsed, limit: 10 h}
feed:
  - silence: 2 h
  - {silence: 30 min, office: 11B2}
"""


def us(text: str) -> int:
    """An instant of March 2026 in Viet Nam: Mon 2 to Sun 8."""
    return int(dt.datetime.fromisoformat(f"2026-03-{text}+07:00").timestamp()) * 1_000_000


class Bench:
    """The gauges, and the offices that were heard of."""

    def __init__(self, folder: Path) -> None:
        path = folder / "own.yaml"
        path.write_text(OWN, encoding="utf-8")
        reference = load_reference(path)
        self.metrics = Metrics(reference)
        self.heard = Heard(reference.offices)
        self.figures = OfficeFigures(reference, self.heard, self.metrics)

    def told(self, name: str) -> dict[tuple[str, ...], float]:
        return {
            tuple(sample.labels.values()): sample.value
            for family in self.metrics.registry.collect()
            if family.name == name
            for sample in family.samples
        }


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_offices_have_the_names_of_the_day(bench: Bench) -> None:
    bench.figures.look(us("03T23:59:59"))
    assert ("11B1", "Cũ", "Old", "none") in bench.told("release_office_info")
    bench.figures.look(us("04T00:00:00"))
    told = bench.told("release_office_info")
    assert set(told.values()) == {1.0}
    assert {labels[0] for labels in told} == {"11B1", "11B2", "other", "none", "all"}
    assert ("11B1", "Mới", "New", "11B2") in told


def test_offices_work_by_their_own_calendars(bench: Bench) -> None:
    bench.figures.look(us("02T12:00:00"))
    assert bench.told("release_office_working") == {("11B1",): 0.0, ("11B2",): 1.0}
    bench.figures.look(us("02T13:00:00"))
    assert bench.told("release_office_working") == {("11B1",): 1.0, ("11B2",): 1.0}
    bench.figures.look(us("09T13:00:00"))
    assert bench.told("release_office_working") == {("11B1",): 1.0, ("11B2",): 0.0}


def test_silence_is_told_in_working_time(bench: Bench) -> None:
    bench.figures.look(us("06T16:00:00"))
    assert bench.told("release_feed_silence_seconds") == {}
    for office in ("11B1", "11B2"):
        bench.heard.of(office, us("06T16:00:00"))
    bench.figures.look(us("07T10:00:00"))  # Friday evening, Saturday
    assert bench.told("release_feed_silence_seconds") == {("11B1",): 3_600.0, ("11B2",): 18 * 3_600.0}
    assert bench.told("release_feed_silence_limit_seconds") == {("11B1",): 7_200.0, ("11B2",): 1_800.0}
    bench.figures.look(us("06T15:00:00"))  # the clock is behind the latest event
    assert set(bench.told("release_feed_silence_seconds").values()) == {0.0}
    bench.figures.look(us("09T10:00:00"))  # 11B2 is no more
    assert bench.told("release_feed_silence_seconds") == {("11B1",): 3_600.0 + 2.5 * 3_600}


def test_targets_are_those_of_the_day(bench: Bench) -> None:
    narrow = ("REG_REL", "elapsed", "p90", "11B1", "import", "2")
    bench.figures.look(us("05T23:59:59"))
    wide = ("INSP", "working", "p95", "all", "all", "all")
    assert bench.told("release_target_seconds") == {narrow: 172_800.0, wide: 28_800.0}
    assert bench.told("release_target_ratio") == {narrow: 0.9, wide: 0.95}
    bench.figures.look(us("06T00:00:00"))
    assert bench.told("release_target_seconds")[wide] == 21_600.0


def test_limits_of_stages(bench: Bench) -> None:
    bench.figures.look(us("02T12:00:00"))
    assert bench.told("release_stage_limit_seconds") == {
        ("payment", "all", "all", "working"): 144_000.0,
        ("held", "customs", "11B1", "elapsed"): 36_000.0,
    }
