"""Who owns the windows, and how far they are, in the real engine."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from clickhouse_connect.driver.client import Client

from spans import HOUR_MS, MONDAY_MS
from streams.store import window_progress
from streams.store.window_progress import (
    NOTHING,
    Ownership,
    Progress,
    read_progress,
    unsettle,
    write_progress,
)

pytestmark = pytest.mark.integration

END_MS = MONDAY_MS + 6 * HOUR_MS
TABLES = ("window_progress", "window_owners")


def test_who_begins_last_owns_the_windows(client: Client) -> None:
    first = Ownership(client)
    assert first.holds()
    versions = [first.next_version() for _ in range(3)]
    assert versions == sorted(set(versions))
    second = Ownership(client)
    assert second.holds()
    assert not first.holds()
    assert second.next_version() > first.next_version() > versions[-1]


class Racing:
    """A client of one who begins, with another who looks at the same time: `meanwhile` runs before its insert."""

    def __init__(self, client: Client, meanwhile: list[Any]) -> None:
        self._client = client
        self._meanwhile = meanwhile

    def insert(self, *arguments: Any, **named: Any) -> Any:
        while self._meanwhile:
            self._meanwhile.pop()()
        return self._client.insert(*arguments, **named)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)


@pytest.mark.parametrize("least", [True, False], ids=["with the lesser name", "with the greater name"])
def test_two_that_begin_at_once_never_both_own_them(
    client: Client, least: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = iter([UUID(int=1 if least else 9), UUID(int=5)])
    monkeypatch.setattr(window_progress, "uuid", SimpleNamespace(uuid4=lambda: next(names)))
    others: list[Ownership] = []
    slow = Ownership(Racing(client, [lambda: others.append(Ownership(client))]))  # type: ignore[arg-type]
    (other,) = others
    assert [slow.holds(), other.holds()] == [True, False]
    assert slow.next_version() > other.next_version()


def test_progress_is_read_as_it_was_written_and_the_greatest_version_counts(client: Client) -> None:
    assert read_progress(client) == NOTHING
    first = Progress(END_MS, {"0": END_MS}, 3, True)
    write_progress(client, first, 1, 300_000, {"24h": 7})
    assert read_progress(client) == first
    later = Progress(None, {"0": 5, "store": 2**40}, -1, False)
    write_progress(client, later, 9, 1, {"1h": 7})
    write_progress(client, Progress(1, {}, 8, True), 8, 1, {})
    assert read_progress(client) == later


def test_what_is_unsettled_stays_as_it_was_until_an_owner_that_comes_after(client: Client) -> None:
    unsettle(client)
    assert read_progress(client) == NOTHING
    owner = Ownership(client)
    before = Progress(END_MS, {"0": END_MS}, 3, True)
    write_progress(client, before, owner.next_version(), 300_000, {"24h": 7})
    unsettle(client)
    write_progress(client, before, owner.next_version(), 300_000, {"24h": 7})
    assert read_progress(client) == before._replace(settled=False)
    write_progress(client, before, Ownership(client).next_version(), 300_000, {"24h": 7})
    assert read_progress(client) == before
