"""The files that are made: what is in each, and where it lies."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import yaml
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import dashboard

from grafana.source import (
    board_analysis,
    board_office,
    board_open,
    board_operations,
    board_pipeline,
    store_rules,
)
from grafana.source.words import BETWEEN

HERE: Final = Path(__file__).resolve().parent.parent

BOARDS: Final = {
    "operations": board_operations.made,
    "office": board_office.made,
    "open": board_open.made,
    "analysis": board_analysis.made,
    "pipeline": board_pipeline.made,
}


_HEAD: Final = "# Made by `make boards` from grafana/source/store_rules.py: change it there.\n"


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as they are read, not in one line with escapes."""


def _written_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _written_text)


def encoded(board: dashboard.Dashboard) -> str:
    """Write a board as its file has it: sorted, so that a change of the source changes only what it is about."""
    text = json.dumps(board, cls=JSONEncoder, ensure_ascii=False, indent=1, sort_keys=True)
    return text + "\n"


def made() -> Iterator[tuple[Path, str]]:
    """Give every file that is made, by its path below the folder `grafana`, with its content."""
    boards = {name: board() for name, board in BOARDS.items()}
    for name, board in boards.items():
        yield Path("dashboards") / f"{name}.json", encoded(board)

    def panel_of(name: str, title: str) -> int:
        found = [p.id_val for p in boards[name].panels or () if (p.title or "").endswith(f"{BETWEEN}{title}")]
        (number,) = found
        assert number is not None
        return number

    rules = yaml.dump(
        store_rules.document(panel_of), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1_000
    )
    yield Path("provisioning") / "alerting" / "rules.yaml", _HEAD + rules


def written() -> Iterator[Path]:
    """Write all files and give their paths."""
    for path, content in made():
        (HERE / path).parent.mkdir(parents=True, exist_ok=True)
        (HERE / path).write_text(content, encoding="utf-8")
        yield path
