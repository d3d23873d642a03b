"""The files that are made: what is in each, and where it lies."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import dashboard

from grafana.source import board_analysis, board_office, board_open, board_operations, board_pipeline

HERE: Final = Path(__file__).resolve().parent.parent

BOARDS: Final = {
    "operations": board_operations.made,
    "office": board_office.made,
    "open": board_open.made,
    "analysis": board_analysis.made,
    "pipeline": board_pipeline.made,
}


def encoded(board: dashboard.Dashboard) -> str:
    """Write a board as its file has it: sorted, so that a change of the source changes only what it is about."""
    text = json.dumps(board, cls=JSONEncoder, ensure_ascii=False, indent=1, sort_keys=True)
    return text + "\n"


def made() -> Iterator[tuple[Path, str]]:
    """Give every file that is made, by its path below the folder `grafana`, with its content."""
    for name, board in BOARDS.items():
        yield Path("dashboards") / f"{name}.json", encoded(board())


def written() -> Iterator[Path]:
    """Write all files and give their paths."""
    for path, content in made():
        (HERE / path).parent.mkdir(parents=True, exist_ok=True)
        (HERE / path).write_text(content, encoding="utf-8")
        yield path
