"""What queries answer, and the transformations that boards use: merge, organize and groupingToMatrix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Value = float | int | str | bool | None
Row = dict[str, Any]


@dataclass
class Table:
    """Rows with named columns, in order. `titles` are the names that people read, where they differ."""

    columns: list[str]
    rows: list[Row]
    titles: dict[str, str] = field(default_factory=dict)

    def title(self, column: str) -> str:
        """Return the name that people read."""
        return self.titles.get(column, column)


@dataclass
class Series:
    """Values over time, in Unix seconds; one point only where now is asked. `ref` is the query's name."""

    name: str
    ref: str
    points: list[tuple[float, float]]

    @property
    def last(self) -> float:
        """The latest value."""
        return self.points[-1][1]


def transformed(tables: Sequence[Table], transformations: Sequence[Mapping[str, Any]]) -> Table:
    """Apply the transformations of a panel. Raises ValueError for one that boards do not use."""
    left = list(tables)
    for transformation in transformations:
        options = transformation["options"]
        match transformation["id"]:
            case "merge":
                left = [merged(left)]
            case "organize":
                left = [_organized(table, options) for table in left]
            case "groupingToMatrix":
                left = [_matrix(table, options) for table in left]
            case other:
                raise ValueError(f"the transformation {other} is not known here")
    if len(left) != 1:
        raise ValueError(f"{len(left)} tables are left, a panel shows one")
    return left[0]


def merged(tables: Sequence[Table]) -> Table:
    """Put rows together that agree in every column that all tables have."""
    columns = list(dict.fromkeys(column for table in tables for column in table.columns))
    keys = [column for column in columns if all(column in table.columns for table in tables)]
    rows: dict[tuple[Any, ...], list[Row]] = {}
    for table in tables:
        for row in table.rows:
            alike = rows.setdefault(tuple(row[key] for key in keys), [])
            for other in alike:
                if all(other.get(column, row[column]) == row[column] for column in table.columns):
                    other.update(row)
                    break
            else:
                alike.append(dict(row))
    return Table(columns, [row for alike in rows.values() for row in alike])


def _organized(table: Table, options: Mapping[str, Any]) -> Table:
    hidden = {name for name, is_hidden in options["excludeByName"].items() if is_hidden}
    order = options["indexByName"]
    kept = sorted((c for c in table.columns if c not in hidden), key=lambda c: order.get(c, len(order)))
    return Table(kept, table.rows, {c: options["renameByName"].get(c, c) for c in kept})


def _matrix(table: Table, options: Mapping[str, Any]) -> Table:
    column, row, value = options["columnField"], options["rowField"], options["valueField"]
    corner = f"{row}\\{column}"
    names = list(dict.fromkeys(str(one[column]) for one in table.rows))
    cells: dict[Any, Row] = {}
    for one in table.rows:
        cells.setdefault(one[row], {corner: one[row]})[str(one[column])] = one[value]
    empty = {"zero": 0, "null": None}[options["emptyValue"]]
    return Table([corner, *names], [{**dict.fromkeys(names, empty), **cell} for cell in cells.values()])
