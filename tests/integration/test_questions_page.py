"""Every question of the page has one statement, which a reader may ask, and which brings rows with the columns shown."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from clickhouse_connect.driver.client import Client

from stores import REPOSITORY, opened, release_monitor
from streams.simulator.generate import FAULTS, generate

pytestmark = pytest.mark.integration

PAGE = REPOSITORY / "docs" / "reference" / "questions.md"
YEARS = (2025, 2026)
OUTCOMES = """outcome_id,source,occurred_on,office,kind,count,amount_vnd
1,REGISTER,2026-02-10,27F1,violation,2,
2,REGISTER,2026-03-11,27F1,fine,1,12500000
3,REGISTER,2025-03-12,27F2,seizure,1,
"""


class Question(NamedTuple):
    """One section of the page."""

    number: int
    sql: str
    columns: list[str]
    """Those of the answer that is shown."""


def questions() -> list[Question]:
    found = []
    for number, body in re.findall(
        r"^## (\d+)\. [^\n]*\?\n(.*?)(?=^## |\Z)", PAGE.read_text("utf-8"), re.M | re.S
    ):
        (sql,) = re.findall(r"^```sql\n(.*?)^```$", body, re.M | re.S)
        (head,) = re.findall(r"^ *┌─(.*)─┐$", body, re.M)
        found.append(Question(int(number), sql, [name.strip("─") for name in head.split("┬")]))
    return found


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Two years of a feed with every fault, and some outcomes, asked as `query` asks."""
    folder = tmp_path_factory.mktemp("questions")
    files = []
    for year in YEARS:
        feed = generate(year, 700, dt.datetime(year, 2, 1, tzinfo=dt.UTC), 59, FAULTS)
        files.append(folder / f"{year}.jsonl")
        files[-1].write_bytes(b"".join(one.value + b"\n" for one in feed if b"\n" not in one.value))
    (folder / "outcomes.csv").write_text(OUTCOMES)
    release_monitor("backfill", "--data", folder / "data", *files)
    release_monitor("outcomes", "--data", folder / "data", folder / "outcomes.csv")
    with opened(folder / "data") as client:
        client.database = "release_monitor"
        yield client


def test_there_are_twenty() -> None:
    assert [one.number for one in questions()] == list(range(1, 21))


@pytest.mark.parametrize("question", questions(), ids=lambda one: str(one.number))
def test_the_statement_brings_what_the_page_shows(reader: Client, question: Question) -> None:
    answer = reader.query(question.sql)
    assert list(answer.column_names) == question.columns
    assert answer.result_rows
