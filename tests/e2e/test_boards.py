"""Every query of every board is answered: by a real Prometheus that scrapes the running pipeline, and by the engine.

Selections and macros are filled as Grafana's documentation has them. The feed is two periods a year apart, with every
fault, so that there is something to compare, to refuse and to be late; the second is cut off on a Wednesday morning.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from boards import Query, boards, queries
from grafana.drawing.page import page
from grafana.reading.answers import Row
from grafana.reading.asking import Asker
from grafana.reading.selection import Selection
from grafana.reading.span import Span, length_s
from grafana.source import store_rules
from running import Running, local
from stores import release_monitor
from streams.local.access import open_store
from streams.settings import Settings
from streams.store.cohorts import refresh

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]

CUT = dt.datetime.fromisoformat("2026-03-11T10:30:00+07:00")
PERIODS = {"2025-03-03": 200, "2026-03-02": 500}
"""First days, and how many declarations come in ten."""
SCRAPE_S = 1.0
STORED = "release_reconciliation_gap_events == 0 and on () sum(release_events_total) > 0"


class Live:
    """The running pipeline, with the Prometheus beside it."""

    def __init__(self, pipeline: Running, client: Any) -> None:
        self.pipeline = pipeline
        self._client = client

    def asker(self, board: dict[str, Any]) -> Asker:
        """Ask Prometheus of the minutes since the start, and the store of the time that the board begins with."""
        end, until = time.time(), CUT.timestamp()
        return Asker(
            self.pipeline.runtime().prometheus,
            self.sql,
            Span(end - 120, end, SCRAPE_S),
            Span(until - length_s(board["time"]["from"]), until),
        )

    def sql(self, statement: str) -> tuple[list[str], list[Row]]:
        """Ask the store, as readers may."""
        answer = self._client.query(statement)
        names = list(answer.column_names)
        return names, [dict(zip(names, row, strict=True)) for row in answer.result_rows]

    def selection(self, name: str) -> Selection:
        """Return what a board opens with, and on that of one declaration the oldest that is open."""
        selection = self.asker(boards()[name]).selection(boards()[name])
        (oldest,) = self.sql("SELECT declaration_key FROM open_declarations ORDER BY registered_at LIMIT 1")[
            1
        ]
        return selection.with_(declaration=oldest["declaration_key"])


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("boards")
    feeds = [_feed(folder / f"{begin}.jsonl", begin, number) for begin, number in PERIODS.items()]
    with local(folder / "data", "--no-feed", "--alerts", "--alerts-pace", "60") as pipeline:
        prometheus = Asker(pipeline.runtime().prometheus, _nothing, Span(0, time.time()))
        pipeline.wait(
            lambda: _asked(prometheus, "release_worker_ready == 1"), 120, "Prometheus sees a worker"
        )
        feeds[-1].write_bytes(feeds[-1].read_bytes() + b"\n" + b"\n".join(_the_last_hour()) + b"\n")
        for feed in feeds:
            release_monitor("load", "--data", pipeline.data_dir, feed)
        with open_store(Settings(), pipeline.data_dir, guarded=True) as client:
            client.database = "release_monitor"
            live = Live(pipeline, client)
            pipeline.wait(
                lambda: _asked(
                    prometheus,
                    "release_reconciliation_gap_events == 0 and on () sum(release_events_total) > 0",
                ),
                180,
                "all is stored",
            )
            pipeline.wait(
                lambda: bool(live.sql("SELECT 1 FROM windows_state WHERE settled")[1]),
                180,
                "windows are computed",
            )
            with open_store(Settings(), pipeline.data_dir, write=True) as writer:
                refresh(writer)
            pipeline.wait(
                lambda: _asked(prometheus, 'ALERTS{alertstate="firing"}'), 300, "an alert is firing"
            )
            yield live


def _feed(path: Path, begin: str, declarations: int) -> Path:
    release_monitor(
        "simulate",
        *("--seed", "1", "--from", begin, "--days", "10", "--declarations", str(declarations)),
        *("--faults", "all", "--out", path),
    )
    kept = [line for line in path.read_bytes().split(b"\n") if _happened_before_the_cut(line)]
    path.write_bytes(b"\n".join(kept))
    return path


def _the_last_hour() -> Iterator[bytes]:
    """Make 30 exports of a quiet office, released at once: so that nine tenths of its last hour are through."""
    for number in range(30):
        key = f"30099000{number:03d}"
        at = (CUT - dt.timedelta(minutes=50 - number)).isoformat()
        for kind in ("REGISTERED", "CHANNEL_ASSIGNED", "CLEARED"):
            attrs = {"office": "27F2", "direction": "export", "channel": 1}
            event = {
                "event_id": f"SIM-{key}-{kind}",
                "schema_version": 1,
                "source": "SIM",
                "declaration_key": key,
                "event_type": kind,
                "occurred_at": at,
                "attrs": attrs,
            }
            yield json.dumps(event).encode()


def _happened_before_the_cut(line: bytes) -> bool:
    """Say whether a message tells of something that was over then; one that can't be read is kept, to be refused."""
    found = re.search(rb'"occurred_at":"([^"]+)"', line)
    try:
        return found is None or dt.datetime.fromisoformat(found[1].decode()).astimezone(CUT.tzinfo) < CUT
    except (ValueError, OverflowError):
        return True


def _nothing(_: str) -> tuple[list[str], list[Row]]:
    return [], []


def _asked(asker: Asker, expression: str) -> bool:
    end = time.time()
    now = Asker(asker.url, _nothing, Span(end - 60, end, SCRAPE_S))
    return bool(
        now.series({"expr": expression, "refId": "A", "legendFormat": "", "instant": True}, Selection({}))
    )


@pytest.mark.parametrize("name", boards())
def test_every_expression_is_answered(live: Live, name: str) -> None:
    """Asked again for a while: a scrape that takes too long on a busy machine leaves nothing for its second."""
    left = list(queries(name, "expr"))

    def all_answered() -> bool:
        asker, selection = live.asker(boards()[name]), live.selection(name)
        left[:] = [query for query in left if not _answer(asker, selection, query)]
        return not left

    until = time.monotonic() + 60
    while not all_answered() and time.monotonic() < until:
        time.sleep(1)
    assert [str(query) for query in left] == []


@pytest.mark.parametrize("name", boards())
def test_every_statement_is_answered(live: Live, name: str) -> None:
    asker, selection = live.asker(boards()[name]), live.selection(name)
    assert [str(query) for query in queries(name, "rawSql") if not _answer(asker, selection, query)] == []


def _answer(asker: Asker, selection: Selection, query: Query) -> object:
    if "rawSql" in query.target or query.target.get("format") == "table":
        return asker.table(query.target, selection, 1).rows
    return asker.series(query.target, selection)


@pytest.mark.parametrize("name", boards())
def test_every_query_is_accepted_with_a_narrow_selection(live: Live, name: str) -> None:
    asker = live.asker(boards()[name])
    chosen = {
        "office": "27F1",
        "direction": "import",
        "channel": "2",
        "interval": "DOC_LIMIT",
        "waiting_on": "customs",
    }
    selection = live.selection(name).with_(**chosen, clock="working", window="24h")
    for query in (*queries(name, "expr"), *queries(name, "rawSql")):
        _answer(asker, selection, query)


def test_an_alert_of_the_store_is_told_by_words_and_one_number(live: Live) -> None:
    answered = set()
    for uid, statement in store_rules.statements():
        for row in live.sql(statement)[1]:
            word, number = row.values()
            assert isinstance(word, str)
            assert isinstance(number, int | float)
            answered.add(uid)
    assert {"release-store-findings", "release-store-cohorts"} <= answered


@pytest.mark.parametrize("name", boards())
def test_a_board_can_be_drawn_from_its_file(live: Live, name: str, tmp_path: Path) -> None:
    board = boards()[name]
    html, height = page(board, live.asker(board), live.selection(name))
    assert height > 1_000
    assert html.count('class="panel"') == sum(panel["type"] != "row" for panel in board["panels"])
    assert board["title"].split(" · ")[1] in html


def test_offices_are_offered_by_their_names(live: Live) -> None:
    board = boards()["operations"]
    shown = live.asker(board).selection(board)
    assert shown.fill("${office:singlequote}").startswith("'27B1','27F1','27F2','27ZZ'")
