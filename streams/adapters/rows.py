"""One row of an event log, in the one form that CSV and XES are both brought to."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec


class Row(msgspec.Struct, frozen=True, gc=False):
    """A row that could be read: its number in the file, 1 first, and the columns the mapping needs.

    A column without a value (empty in CSV, left out in XES) is not in `values`.
    """

    number: int
    values: Mapping[str, str]


class Unreadable(msgspec.Struct, frozen=True, gc=False):
    """A row that could not be read: its number and its bytes as they stand in the file."""

    number: int
    raw: bytes
