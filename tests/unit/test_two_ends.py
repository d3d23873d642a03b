"""Who runs which file, where several processes run tests: a small suite of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from stores import REPOSITORY

FILES = [f"test_{letter}.py" for letter in "abcdefgh"]
# What the one at the front does takes until the other has done all but two files. Which is which is a matter of who was
# ready first.
TEST = """
import json, os, time
from pathlib import Path
import pytest

@pytest.mark.parametrize("number", range(3))
def test_it(number, worker_id):
    done = Path(__file__).with_name("done")
    with done.open("a") as file:
        file.write(json.dumps([worker_id, Path(__file__).name, number]) + "\\n")
    def by_others():
        return [line for line in done.read_text().splitlines() if worker_id not in line]
    while Path(__file__).name == "test_a.py" and number == 0 and len(by_others()) < 5 * 3:
        time.sleep(0.01)
"""


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str, int]]:
    """The process, the file and the number of each test, in the order in which they were run."""
    folder = tmp_path_factory.mktemp("suite")
    for name in FILES:
        (folder / name).write_text(TEST)
    # More tests, and yet last in line: the number of its tests gives a file no place.
    (folder / FILES[3]).write_text(TEST.replace("range(3)", "range(9)"))
    outcome = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-n2",
            "--dist=loadfile",
            "-p",
            "two_ends",
            "-p",
            "no:cacheprovider",
            ".",
        ],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY / "tests")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stdout
    assert f"{8 * 3 + 6} passed" in outcome.stdout.splitlines()[-1]
    return [tuple(json.loads(line)) for line in (folder / "done").read_text().splitlines()]


def test_every_test_is_run_once(done: list[tuple[str, str, int]]) -> None:
    assert len(done) == len(set(done)) == 8 * 3 + 6


def test_a_file_is_run_by_one_process_in_its_order(done: list[tuple[str, str, int]]) -> None:
    for name in FILES:
        of_file = [(worker, number) for worker, file, number in done if file == name]
        assert len({worker for worker, _ in of_file}) == 1
        assert [number for _, number in of_file] == list(range(len(of_file)))


def test_one_comes_from_the_front_and_the_other_from_the_back(done: list[tuple[str, str, int]]) -> None:
    front = next(worker for worker, file, _ in done if file == FILES[0])
    first = list(dict.fromkeys(file for worker, file, _ in done if worker == front))
    second = list(dict.fromkeys(file for worker, file, _ in done if worker != front))
    assert first == FILES[: len(first)]
    assert second == FILES[len(first) :][::-1]
    assert len(second) >= 5
