"""The numbered SQL files of the schema: `NNNN_name.sql` makes something, `NNNN_name.down.sql` beside it takes it back.

A file holds plain statements, each ended by `;` at the end of a line; lines that begin with `--` are comments. Every
statement can be run again, so that a migration which was cut off anywhere is run again from its beginning. A line
`-- loses: table, table` of a down file names tables of primary data that go with it: what no `refold` and no
computing of windows brings back.
"""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

_PACKAGE = Path(__file__).resolve().parent.parent
_COMMENT: Final = re.compile(r"^--.*$", re.MULTILINE)
_LOSES: Final = re.compile(r"^-- loses: *(\w+(?:, *\w+)*) *$", re.MULTILINE)
_DOWN: Final = ".down.sql"


class WayBack(NamedTuple):
    """What takes a migration back: its statements, the tables of primary data that they lose, and the checksum."""

    statements: tuple[str, ...]
    loses: tuple[str, ...]
    checksum: str


class Migration(NamedTuple):
    """One numbered file: its number, its name without the ending, its statements, its checksum, and the way back."""

    number: int
    name: str
    statements: tuple[str, ...]
    checksum: str
    down: WayBack | None = None


def schema_dir() -> Path:
    """Return the folder `schemas/`: beside the package in a checkout, inside it in an installed wheel."""
    installed = _PACKAGE / "_schemas"
    return installed if installed.is_dir() else _PACKAGE.parent / "schemas"


def read_migrations(folder: Path) -> list[Migration]:
    """Read the migrations of a folder in the order of their numbers."""
    found = []
    for path in sorted(folder.glob("[0-9]*.sql")):
        if path.name.endswith(_DOWN):
            continue
        text = path.read_text(encoding="utf-8")
        number = int(path.name.split("_")[0])
        back = path.with_name(path.stem + _DOWN)
        down = way_back(back.read_text(encoding="utf-8")) if back.is_file() else None
        found.append(Migration(number, path.stem, statements_of(text), _checksum(text), down))
    return found


def way_back(text: str) -> WayBack:
    """Read the text of a down file."""
    named = tuple(name for line in _LOSES.findall(text) for name in re.split(r", *", line))
    return WayBack(statements_of(text), named, _checksum(text))


def statements_of(text: str) -> tuple[str, ...]:
    """Return the statements of a file, without comment lines and without the semicolons that end them."""
    bare = _COMMENT.sub("", text)
    return tuple(part.strip(" \n;") for part in bare.split(";\n") if part.strip(" \n;"))


def _checksum(text: str) -> str:
    return sha256(text.encode()).hexdigest()
