"""The command `simulate`: what it writes, and what it says when it can't."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from streams.cli.failure import CommandError
from streams.cli.main import application
from streams.simulator.faults import FAULTS
from streams.simulator.generate import generate

START = dt.datetime(2026, 3, 2, tzinfo=dt.timezone(dt.timedelta(hours=7)))


def simulate(*options: str | Path) -> Result:
    return CliRunner().invoke(application(), ["simulate", *map(str, options)])


def test_the_file_is_the_feed_and_the_truth_is_beside_it(tmp_path: Path) -> None:
    out, truth = tmp_path / "feed.jsonl", tmp_path / "truth.jsonl"
    done = simulate(
        *("--seed", 7, "--days", 3, "--declarations", 200, "--faults", "all", "--out", out, "--truth", truth)
    )
    assert done.exit_code == 0
    expected = list(generate(7, 200, START, 3, FAULTS - {"scanner_breakdown"}))
    assert out.read_bytes() == b"".join(message.value + b"\n" for message in expected)
    refused = sum(message.reason is not None for message in expected)
    assert done.stderr.strip() == f"{out}: {len(expected):,} messages, {refused} of them to be refused"
    told = [json.loads(line) for line in truth.read_text().splitlines()]
    assert {one["record"] for one in told} == {"feed", "declaration"}
    assert sum(one["record"] == "declaration" for one in told) >= 200


def test_faults_are_chosen_by_name(tmp_path: Path) -> None:
    out = tmp_path / "feed.jsonl"
    assert (
        simulate("--days", 2, "--declarations", 100, "--faults", "late, duplicate", "--out", out).exit_code
        == 0
    )
    expected = generate(1, 100, START, 2, frozenset({"late", "duplicate"}))
    assert out.read_bytes() == b"".join(message.value + b"\n" for message in expected)


def test_a_fault_comes_where_and_when_it_is_wanted(tmp_path: Path) -> None:
    truth = tmp_path / "truth.jsonl"
    wanted = ("--fault-office", "27B1", "--fault-day", "2026-03-04")
    done = simulate(
        *("--days", 5, "--declarations", 50, "--faults", "scanner_breakdown", *wanted),
        *("--out", tmp_path / "feed.jsonl", "--truth", truth),
    )
    assert done.exit_code == 0
    spell = json.loads(truth.read_text().splitlines()[0])
    assert (spell["fault"], spell["office"]) == ("scanner_breakdown", "27B1")
    begin, end = (
        dt.datetime.fromtimestamp(spell[name] / 1_000_000, START.tzinfo) for name in ("from_us", "to_us")
    )
    assert begin == dt.datetime(2026, 3, 4, 7, 30, tzinfo=START.tzinfo)
    assert end == dt.datetime(2026, 3, 5, 11, 30, tzinfo=START.tzinfo)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--faults", "flood"], "--faults: no such fault: flood; there are before_registration"),
        (["--kafka", "--out", "x"], "--kafka and --out exclude each other"),
        (["--speed", "10"], "they need --kafka"),
        (["--live-from", "2026-03-11 09:00"], "they need --kafka"),
        (
            ["--kafka", "--live-from", "2026-03-11T09:00", "--speed", "5"],
            "--speed and --live-from exclude each",
        ),
        (["--kafka", "--pace", "5"], "it needs --live-from"),
        (
            ["--fault-office", "27F1", "--faults", "outage"],
            "--fault-office is for scanner_breakdown and silent_o",
        ),
        (
            ["--fault-day", "2026-03-03"],
            "--fault-day is for clock_step, outage, replayed_day, scanner_breakdown",
        ),
        (["--faults", "outage", "--fault-day", "2026-04-03"], "2026-04-03 is no day of this feed"),
        (["--faults", "silent_office", "--fault-office", "27ZZ"], "no such office: 27ZZ; there are 27F1"),
        (["--kafka", "--data", "nowhere"], "no pipeline runs on nowhere: start"),
    ],
)
def test_what_does_not_go_is_said_in_one_line(options: list[str], said: str) -> None:
    done = simulate(*options)
    assert isinstance(done.exception, CommandError)
    assert said in str(done.exception)
    assert "\n" not in str(done.exception)


def test_a_place_that_can_not_be_written_is_named() -> None:
    done = simulate("--out", "no/such/folder/x")
    assert isinstance(done.exception, OSError)
    assert "no/such/folder/x" in str(done.exception)


def test_help_names_every_fault() -> None:
    command = typer.main.get_group(application()).commands["simulate"]
    (faults,) = [option for option in command.params if option.name == "faults"]
    assert all(name in getattr(faults, "help", "") for name in FAULTS)
