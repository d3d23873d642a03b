"""Every statement that a page tells its reader to ask is one that is answered, or refused as the page says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing

import pytest
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from stores import REPOSITORY
from streams.local.children import StoreChild
from streams.store.client import connect

pytestmark = pytest.mark.integration

ASKED = re.compile(r'(?:query|\bask)(?: --data \S+)?(?: \\\n)?\s+"((?:SELECT|WITH)\b[^"]*)"')
PAGES = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").rglob("*.md"))]
REFUSED = re.compile(r"\nerror: (.*)")
STATEMENTS = [
    (
        f"{page.relative_to(REPOSITORY)}:{text[: found.start(1)].count(chr(10)) + 1}",
        found[1],
        refused[1] if (refused := REFUSED.match(text, found.end())) else None,
    )
    for page in PAGES
    for text in [page.read_text("utf-8")]
    for found in ASKED.finditer(text)
]


@pytest.fixture(scope="module")
def reader(store: StoreChild) -> Iterator[Client]:
    with closing(connect(store.reader())) as client:
        client.database = "release_monitor"
        yield client


def test_they_are_found() -> None:
    pages = {place.partition(":")[0] for place, _, _ in STATEMENTS}
    assert {"README.md", "docs/drill.md", "docs/runbook.md", "docs/how-to/read-windows.md"} <= pages
    assert len(STATEMENTS) > 60


@pytest.mark.parametrize(
    ("statement", "refusal"), [one[1:] for one in STATEMENTS], ids=[one[0] for one in STATEMENTS]
)
def test_it_is_answered(reader: Client, statement: str, refusal: str | None) -> None:
    asked = statement.replace("\\\n", "\n")  # as a shell reads it
    if refusal is None:
        reader.query(asked)
        return
    with pytest.raises(ClickHouseError) as refused:
        reader.query(asked)
    assert refusal in str(refused.value)
