"""What is selected at the top of a board, and how it gets into queries and links, as Grafana's documentation has it.

Forms of a variable: `$name`, `${name}`, `${name:format}` with the formats regex, singlequote, sqlstring, queryparam
and text. A list that is written without a format becomes a regular expression, as Prometheus' data source does it.
A choice of all that has a value of its own stands as that value, whatever the format.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

VARIABLE: Final = re.compile(r"\$(?P<plain>[A-Za-z]\w*)|\$\{(?P<name>[A-Za-z]\w*)(?::(?P<format>\w+))?\}")
"""A variable of a board. Grafana's own begin with two underscores and are not matched."""
_ALL: Final = "$__all"


@dataclass(frozen=True)
class Chosen:
    """What one variable stands for. `all_value` replaces the values where all are chosen and the board says by what."""

    values: tuple[str, ...]
    every: bool = False
    all_value: str = ""

    def written(self, form: str) -> str:
        """Write it in one of the formats. Raises ValueError for one that is not known."""
        if form == "text" and self.every:
            return "All"
        if self.every and self.all_value and form != "queryparam":
            return self.all_value
        match form:
            case "" | "regex":
                return _alternatives(self.values)
            case "singlequote":
                return ",".join("'" + value.replace("'", r"\'") + "'" for value in self.values)
            case "sqlstring":
                return ",".join("'" + value.replace("'", "''") + "'" for value in self.values)
            case "text":
                return " + ".join(self.values)
        raise ValueError(f"the format {form!r} of a variable is not known here")


class Selection:
    """What is selected on a board."""

    def __init__(self, chosen: Mapping[str, Chosen]) -> None:
        self._chosen = dict(chosen)

    def fill(self, text: str) -> str:
        """Put what is selected into a query or a text. Raises KeyError for a variable that the board does not have."""

        def put(match: re.Match[str]) -> str:
            name = match["plain"] or match["name"]
            form = match["format"] or ""
            if form == "queryparam":
                return self._parameters(name)
            return self._chosen[name].written(form)

        return VARIABLE.sub(put, text)

    def with_(self, **values: str) -> Selection:
        """Return the selection with other single values."""
        return Selection({**self._chosen, **{name: Chosen((value,)) for name, value in values.items()}})

    def _parameters(self, name: str) -> str:
        chosen = self._chosen[name]
        values = (_ALL,) if chosen.every else chosen.values
        return "&".join(f"var-{name}={quote(value)}" for value in values)


def used(text: str) -> set[str]:
    """Return the names of the variables in a text."""
    return {match["plain"] or match["name"] for match in VARIABLE.finditer(text)}


def at_first(variable: Mapping[str, Any], options: Sequence[str]) -> Chosen:
    """Return what is selected when the board is opened. `options` are all that the variable offers."""
    if variable["type"] == "textbox":
        return Chosen((str(variable.get("query", "")),))
    value = variable["current"]["value"]
    if value == _ALL:
        return Chosen(tuple(options), every=True, all_value=variable.get("allValue", ""))
    return Chosen((value,) if isinstance(value, str) else tuple(value))


def offered(query: str) -> list[str]:
    """Return the values of a custom variable, as its query has them: `text : value`, parted by commas."""
    entries = re.findall(r"(?:\\,|[^,])+", query)
    return [entry.strip().rpartition(" : ")[2].replace(r"\,", ",") for entry in entries]


def _alternatives(values: Sequence[str]) -> str:
    escaped = [re.sub(r"([\\^$*+?.()|{}\[\]/])", r"\\\1", value) for value in values]
    return escaped[0] if len(escaped) == 1 else f"({'|'.join(escaped)})"
