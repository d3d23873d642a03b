"""What the guard remembers of the engine, and that it asks anew after anything that may have changed it."""

from __future__ import annotations

from typing import Any

import pytest
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from streams.local.children import StoreChild
from streams.store.client import connect
from streams.store.guard_knowledge import Knowledge

pytestmark = pytest.mark.integration


class Counting:
    """A client that counts its questions; `meanwhile` runs before the next one is answered."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.asked = 0
        self.meanwhile: list[Any] = []

    def query(self, *arguments: Any, **named: Any) -> Any:
        self.asked += 1
        answer = self._client.query(*arguments, **named)
        while self.meanwhile:
            self.meanwhile.pop()()
        return answer


def test_the_engine_is_asked_once_until_told_to_forget(client: Client) -> None:
    knowledge, counting = Knowledge(), Counting(client)
    for _ in range(3):
        assert knowledge.functions(counting)["sum"].is_aggregate  # type: ignore[arg-type]
        assert knowledge.relations(counting)["events"].is_view  # type: ignore[arg-type]
    assert counting.asked == 2
    knowledge.forget()
    assert not knowledge.relations(counting)["declaration_events"].is_view  # type: ignore[arg-type]
    assert counting.asked == 3


def test_an_answer_that_was_on_its_way_when_all_was_forgotten_is_not_kept(client: Client) -> None:
    knowledge, counting = Knowledge(), Counting(client)
    counting.meanwhile.append(knowledge.forget)
    knowledge.relations(counting)  # type: ignore[arg-type]
    knowledge.relations(counting)  # type: ignore[arg-type]
    assert counting.asked == 2


def test_a_reader_is_judged_by_what_was_made_a_moment_ago(store: StoreChild) -> None:
    reader, writer = connect(store.reader()), connect(store.writer())
    reader.database = "release_monitor"
    try:
        assert reader.query("SELECT count() FROM events").result_rows == [(0,)]
        with pytest.raises(ClickHouseError, match="made_just_now"):
            reader.query("SELECT * FROM made_just_now")
        writer.command("CREATE TABLE release_monitor.made_just_now (x UInt8) ENGINE = Memory")
        with pytest.raises(ClickHouseError, match="is a table"):
            reader.query("SELECT * FROM made_just_now")
        assert reader.query("SELECT arrayMap(x -> x, [1])").result_rows == [([1],)]
        writer.command("CREATE FUNCTION tell_all AS x -> toString(x)")
        with pytest.raises(ClickHouseError, match="not a function of the engine itself"):
            reader.query("SELECT arrayMap(tell_all, [1])")
    finally:
        writer.command("DROP FUNCTION IF EXISTS tell_all")
        writer.command("DROP TABLE IF EXISTS release_monitor.made_just_now")
        reader.close()
        writer.close()
