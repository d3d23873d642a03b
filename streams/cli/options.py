"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

DataDir = Annotated[
    Path | None,
    typer.Option("--data", help="Folder of the local pipeline. (default: RELEASE_MONITOR_DATA_DIR)"),
]
MappingFile = Annotated[
    Path | None, typer.Option("--mapping", help="How to read .csv and .xes files (YAML).")
]
Speed = Annotated[
    float | None, typer.Option(min=0.001, help="Events a second. (default: as fast as it goes)")
]
