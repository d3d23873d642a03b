"""Reference data with targets that are no edge of the shipped classes, and one on the working clock."""

from __future__ import annotations

from pathlib import Path

from streams.core.reference import Reference
from streams.reference import load_reference

OWN = """
reference: 1
defaults: {calendar: plain, zone: Asia/Ho_Chi_Minh}
calendars:
  - {name: plain, hours: {mon-fri: [07:30-11:30]}}
offices:
  - {code: 11B1, name: {vi: a, en: b}}
targets:
  - {interval: REG_REL, clock: elapsed, limit: 35 min}
  - {interval: REG_REL, clock: elapsed, limit: 2 h, direction: export}
  - {interval: INSP, clock: working, limit: 7 h}
"""


def own_reference(folder: Path) -> Reference:
    """Reference data that a department could write, read from a file in a folder."""
    path = folder / "own.yaml"
    path.write_text(OWN, encoding="utf-8")
    return load_reference(path)
