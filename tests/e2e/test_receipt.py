"""The real log through the whole pipeline and through the backfill, against an independent computation with pandas."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from stores import RECEIPT, all_views, release_monitor

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(not RECEIPT.exists(), reason="the real log is not beside this checkout"),
]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, list[tuple[object, ...]]]]:
    streamed, filled = tmp_path_factory.mktemp("stream"), tmp_path_factory.mktemp("backfill")
    said = release_monitor(
        "local",
        "--input",
        RECEIPT,
        "--mapping",
        "mappings/receipt.yaml",
        "--data",
        streamed,
        "--until-drained",
    )
    assert "Summary" in said.stdout
    clock = release_monitor("query", "--data", streamed, "--format", "CSV", "SELECT kind, now FROM clock")
    assert clock.stdout.startswith('"feed","201'), "the log is years old, and ages are as of its end"
    release_monitor("backfill", RECEIPT, "--mapping", "mappings/receipt.yaml", "--data", filled)
    return {"stream": all_views(streamed), "backfill": all_views(filled)}


@pytest.fixture(scope="module")
def expected() -> pd.DataFrame:
    """One row a case: first receipt, first T02 at or after it, first T10, in whole seconds between them."""
    log = pd.read_csv(RECEIPT)
    log["at"] = pd.to_datetime(log["time:timestamp"], utc=True, format="ISO8601")

    def first(part: str) -> pd.Series:
        return log[log["concept:name"].str.startswith(part)].groupby("case:concept:name")["at"].min()

    cases = pd.DataFrame({"registered": first("Confirmation of receipt"), "released": first("T10 ")})
    cases = cases[cases["registered"].notna()]
    checks = log[log["concept:name"].str.startswith("T02 ")].join(cases["registered"], on="case:concept:name")
    cases["checked"] = checks[checks["at"] >= checks["registered"]].groupby("case:concept:name")["at"].min()
    for name, start in (("REG_REL", "registered"), ("DOC_REL", "checked")):
        length = (cases["released"] - cases[start]).dt.total_seconds()
        floored = (length * 1_000_000).round() // 1_000_000
        cases[name] = floored.where(length >= 0, other=0.0).where(length >= -5)
    return cases


def test_stream_and_backfill_agree_row_for_row(runs: dict[str, dict[str, list[tuple[object, ...]]]]) -> None:
    assert runs["stream"] == runs["backfill"]


def test_every_case_is_there(
    runs: dict[str, dict[str, list[tuple[object, ...]]]], expected: pd.DataFrame
) -> None:
    assert len(expected) == 1434
    found = {row[0] for row in runs["stream"]["declarations_current"]}
    assert found == set(expected.index)
    assert runs["stream"]["rejected"] == []


@pytest.mark.parametrize("run", ["stream", "backfill"])
@pytest.mark.parametrize("code", ["REG_REL", "DOC_REL"])
def test_every_single_duration(
    runs: dict[str, dict[str, list[tuple[object, ...]]]], expected: pd.DataFrame, run: str, code: str
) -> None:
    measured = {row[0]: row[10] for row in runs[run]["intervals"] if row[1] == code}
    wanted = {case: None if pd.isna(value) else int(value) for case, value in expected[code].items()}
    assert measured == wanted


@pytest.mark.parametrize("code", ["REG_REL", "DOC_REL"])
def test_n_missing_decisions_mean_and_median(
    runs: dict[str, dict[str, list[tuple[object, ...]]]], expected: pd.DataFrame, code: str
) -> None:
    measured = pd.Series([row[10] for row in runs["stream"]["intervals"] if row[1] == code], dtype="float64")
    assert measured.count() == expected[code].count()
    assert measured.mean() == pytest.approx(expected[code].mean(), rel=1e-12)
    assert measured.median() == expected[code].median()
    undecided = sum(row[8] is None for row in runs["stream"]["declarations_current"])
    assert undecided == expected["released"].isna().sum()


def test_it_runs_from_any_folder(tmp_path: Path) -> None:
    done = release_monitor("query", "--data", tmp_path, "SELECT 1", check=False)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "there is no store in" in done.stderr
