"""`python -m grafana.drawing --data DIR --prometheus URL`: draw every board as it is now, into docs/images."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import time
from pathlib import Path
from typing import Any

from clickhouse_connect.driver.client import Client

from grafana.drawing.browser import taken
from grafana.drawing.page import WIDTH, page
from grafana.reading.answers import Row
from grafana.reading.asking import Asker
from grafana.reading.span import Span, length_s
from streams.local.access import open_store
from streams.settings import Settings
from streams.store.schema import DATABASE

_BOARDS = Path(__file__).resolve().parent.parent / "dashboards"


def main() -> None:
    """Draw the boards."""
    parser = argparse.ArgumentParser(description="Draw the boards with live answers.")
    parser.add_argument(
        "--data", type=Path, required=True, help="folder of the running pipeline, or of a store"
    )
    parser.add_argument("--prometheus", required=True, help="address of the Prometheus that scrapes it")
    parser.add_argument("--scrape", type=float, default=15.0, help="seconds between its scrapes")
    parser.add_argument("--out", type=Path, default=Path("docs/images"))
    parser.add_argument("--since", help="how far back lines reach, as now-30m; else as each board says")
    parser.add_argument(
        "--until", type=dt.datetime.fromisoformat, help="of a replay: up to when the store is asked"
    )
    parser.add_argument(
        "--select", nargs="*", default=[], metavar="NAME=VALUE", help="selections, such as office=27F1"
    )
    parser.add_argument("boards", nargs="*", help="names of boards; all without any")
    given = parser.parse_args()
    with open_store(Settings(), given.data, guarded=True) as client:
        client.database = DATABASE
        for path in sorted(_BOARDS.glob("*.json")):
            if given.boards and path.stem not in given.boards:
                continue
            board = json.loads(path.read_text(encoding="utf-8"))
            picture = (given.out / f"board-{path.stem}.png").resolve()
            _draw(board, client, given, picture)
            print(f"{picture}: {picture.stat().st_size // 1000} kB")


def _draw(board: dict[str, Any], client: Client, given: argparse.Namespace, picture: Path) -> None:
    end = time.time()
    span = Span(end - length_s(given.since or board["time"]["from"]), end, given.scrape)
    until = given.until.timestamp() if given.until else end
    stored = Span(until - length_s(board["time"]["from"]), until, given.scrape)
    asker = Asker(given.prometheus, lambda sql: _asked(client, sql), span, stored)
    names = {variable["name"] for variable in board["templating"]["list"]}
    chosen = dict(pair.split("=", 1) for pair in given.select)
    selection = asker.selection(board).with_(
        **{name: value for name, value in chosen.items() if name in names}
    )
    html, height = page(board, asker, selection)
    taken(html, WIDTH, height, picture)


def _asked(client: Client, sql: str) -> tuple[list[str], list[Row]]:
    answer = client.query(sql)
    names = list(answer.column_names)
    return names, [dict(zip(names, row, strict=True)) for row in answer.result_rows]


if __name__ == "__main__":
    main()
