r"""Event logs as XES (IEEE 1849-2016), piece by piece: a start, any number of traces, an end.

Knows the format and nothing of customs. Whatever text is given, the result is well-formed XML 1.0 that a reader gets
the same text from; the characters that XML 1.0 forbids are written as `\u0000`, as JSON writes them, so that two
texts do not become one.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Mapping
from typing import Final

Value = str | int | float | bool | dt.datetime
"""What an attribute may be; an instant has an offset."""

Attributes = Mapping[str, Value]

LOG_END: Final = "</log>\n"

_ENTITIES: Final = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "\t": "&#9;",  # a reader would take these three for spaces
    "\n": "&#10;",
    "\r": "&#13;",
}
_SPECIAL: Final = re.compile('[&<>"\x00-\x1f\ud800-\udfff\ufffe\uffff]')

_EXTENSIONS: Final = (
    ("Concept", "concept"),
    ("Time", "time"),
    ("Lifecycle", "lifecycle"),
    ("Organizational", "org"),
)

_GLOBALS: Final = """  <global scope="trace">
    <string key="concept:name" value=""/>
  </global>
  <global scope="event">
    <string key="concept:name" value=""/>
    <date key="time:timestamp" value="1970-01-01T00:00:00.000+00:00"/>
    <string key="lifecycle:transition" value="complete"/>
  </global>
  <classifier name="Activity" keys="concept:name"/>
"""


def log_start(attributes: Attributes) -> str:
    """Return the beginning of a log: extensions, what every trace and event has, and attributes of the log itself."""
    extensions = "".join(
        f'  <extension name="{name}" prefix="{prefix}" uri="http://www.xes-standard.org/{prefix}.xesext"/>\n'
        for name, prefix in _EXTENSIONS
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<log xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/">\n'
        f"{extensions}{_GLOBALS}{_elements(attributes, '  ')}"
    )


def trace(attributes: Attributes, events: Iterable[Attributes]) -> str:
    """Return one trace with its events, which the caller has put in order."""
    told = "".join(f"    <event>\n{_elements(event, '      ')}    </event>\n" for event in events)
    return f"  <trace>\n{_elements(attributes, '    ')}{told}  </trace>\n"


def escape(text: str) -> str:
    """Return the text as it stands in an attribute of an XML element, between double quotes."""
    return _SPECIAL.sub(_escaped, text)


def _elements(attributes: Attributes, indent: str) -> str:
    return "".join(f"{indent}{_element(key, value)}\n" for key, value in attributes.items())


def _element(key: str, value: Value) -> str:
    match value:
        case bool():
            kind, text = "boolean", "true" if value else "false"
        case str():
            kind, text = "string", escape(value)
        case int():
            kind, text = "int", str(value)
        case float():
            if not math.isfinite(value):
                raise ValueError(f"{key}: {value} is no number that can be compared")
            kind, text = "float", repr(value)
        case _:
            kind, text = "date", _instant(value)
    return f'<{kind} key="{escape(key)}" value="{text}"/>'


def _instant(moment: dt.datetime) -> str:
    """Write milliseconds, which every tool reads; microseconds only where there are some."""
    if moment.utcoffset() is None:
        raise ValueError(f"{moment} has no offset")
    return moment.isoformat(timespec="microseconds" if moment.microsecond % 1000 else "milliseconds")


def _escaped(found: re.Match[str]) -> str:
    return _ENTITIES.get(found[0]) or f"\\u{ord(found[0]):04x}"
