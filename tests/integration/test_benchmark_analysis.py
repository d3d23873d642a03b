"""The benchmark of the analysts' views runs, and says something of every view."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from stores import REPOSITORY

pytestmark = pytest.mark.integration


def test_it_measures_every_view() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT],
        capture_output=True,
        text=True,
        check=False,
        cwd=REPOSITORY,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    for view in ("cohort_monthly", "cohort_yearly", "year_on_year"):
        for of in ("whole", "one office"):
            assert re.search(rf"{view}, {of} +│ +[1-9][\d,]* │ +\d+\.\d{{3}} │", done.stdout), done.stdout
    assert "figures made in" in done.stdout
    assert "ReadFromMergeTree (release_monitor.cohort_figures)" in done.stdout


_SCRIPT = """
import tempfile
from pathlib import Path
from rich.console import Console
from benchmarks import analysis
from benchmarks.processes import machine
with tempfile.TemporaryDirectory() as scratch:
    found = analysis.measure(5_000, Path(scratch), machine(), print)
analysis.show(found, Console(width=130, soft_wrap=True))
"""
