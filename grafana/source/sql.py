"""What boards ask of the store: how selections at the top of a board become conditions, for views and for declarations.

Every statement reads views only, so that the account of the boards needs no more. Lists of offices are quoted by
Grafana (`:singlequote`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from grafana.source.variables import ALL_VALUE
from grafana.source.words import both
from streams.words import Words

ZONE: Final = "Asia/Ho_Chi_Minh"

OFFICE_LABEL: Final = (
    "multiIf(office IS NULL, 'none', office IN (SELECT code FROM offices), assumeNotNull(office), 'other')"
)
"""The office of a declaration as the metrics say it: those outside the reference data are `other`."""

OFFICES: Final = f"{OFFICE_LABEL} IN (${{office:singlequote}})"
"""Declarations of the selected offices."""

WHOLE_OFFICE: Final = "if(length([${office:singlequote}]) = 1, [${office:singlequote}][1], 'all')"
"""The row of a view with roll-ups: the office if one is selected, else all. Medians can't be put together."""


def one_or_all(column: str, variable: str) -> str:
    """Return the condition of a selection on a column that may be NULL and has no roll-up."""
    value = f"${{{variable}}}"
    return f"('{value}' = '{ALL_VALUE}' OR ifNull(toString({column}), 'none') = '{value}')"


def rolled(variable: str) -> str:
    """Return the value of a column that has a roll-up `all`."""
    return f"if('${{{variable}}}' = '{ALL_VALUE}', 'all', '${{{variable}}}')"


def said(column: str, words: Words) -> str:
    """Return the words of a column's values, as charts have to be given them; a value without words stays as it is."""
    values = ", ".join(f"'{name}'" for name in words)
    texts = ", ".join(_quoted(both(word)) for word in words.values())
    return f"transform({column}, [{values}], [{texts}], {column})"


def named(columns: Mapping[str, str]) -> str:
    """Return expressions under names with blanks, which charts show: `expression AS "name"`."""
    return ",\n       ".join(f'{expression} AS "{name}"' for name, expression in columns.items())


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
