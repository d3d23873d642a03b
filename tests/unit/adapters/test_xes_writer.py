"""What is written is well-formed and says what it was given, whatever that is."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.adapters.xes_rows import xes_rows
from streams.adapters.xes_writer import LOG_END, Attributes, Value, log_start, trace

UTC7 = dt.timezone(dt.timedelta(hours=7))
AT = dt.datetime(2026, 3, 2, 8, tzinfo=UTC7)
NAMESPACE = "{http://www.xes-standard.org/}"
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
ANY_TEXT = st.text(st.characters(exclude_categories=[]))  # halves of surrogate pairs too
KEYS = st.from_regex(r"release:[a-z]{1,5}", fullmatch=True)
INSTANTS = st.datetimes(dt.datetime(1970, 1, 2), dt.datetime(2199, 1, 1), timezones=st.just(UTC7))  # noqa: DTZ001
VALUES = st.one_of(
    ANY_TEXT,
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    INSTANTS,
)


def written(case: Attributes, *events: Attributes) -> str:
    return log_start({"concept:name": "a log"}) + trace(case, events) + LOG_END


def element(key: str, value: Value) -> ElementTree.Element:
    root = ElementTree.fromstring(written({key: value}).encode())
    found = root.find(f"{NAMESPACE}trace/*")
    assert found is not None
    return found


def with_forbidden_written_out(text: str) -> str:
    return FORBIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


@given(ANY_TEXT)
def test_any_text_comes_back_with_only_what_xml_forbids_written_out(text: str) -> None:
    assert element("concept:name", text).get("value") == with_forbidden_written_out(text)


@given(st.dictionaries(KEYS, VALUES), st.lists(st.dictionaries(KEYS, VALUES), max_size=4))
def test_our_own_reader_gets_the_same_rows(case: dict[str, Value], events: list[dict[str, Value]]) -> None:
    needed = frozenset({*(f"case:{key}" for key in case), *(key for event in events for key in event)})
    content = written(case, *events).encode()
    rows = list(xes_rows(Path("a.xes"), [content], needed, needed, max_tag_bytes=100_000))
    assert len(rows) == len(events)
    for row, event in zip(rows, events, strict=True):
        named = {**{f"case:{key}": value for key, value in case.items()}, **event}
        assert row.values == {key: read for key, value in named.items() if (read := as_read(value))}


def as_read(value: Value) -> str:
    if isinstance(value, str):
        return with_forbidden_written_out(value)
    if isinstance(value, dt.datetime):
        return value.isoformat(timespec="microseconds" if value.microsecond % 1000 else "milliseconds")
    return repr(value)


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        ("Tờ khai", "string", "Tờ khai"),
        (True, "boolean", "true"),
        (False, "boolean", "false"),
        (-7, "int", "-7"),
        (1e15, "float", "1000000000000000.0"),
        (12.34, "float", "12.34"),
        (AT, "date", "2026-03-02T08:00:00.000+07:00"),
        (AT.replace(microsecond=5), "date", "2026-03-02T08:00:00.000005+07:00"),
    ],
)
def test_each_value_has_the_standard_s_element(value: Value, kind: str, text: str) -> None:
    found = element("release:x", value)
    assert (found.tag, found.get("key"), found.get("value")) == (NAMESPACE + kind, "release:x", text)


@given(INSTANTS)
def test_an_instant_is_read_back_to_the_microsecond(instant: dt.datetime) -> None:
    assert dt.datetime.fromisoformat(str(element("time:timestamp", instant).get("value"))) == instant


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), AT.replace(tzinfo=None)],
    ids=["nan", "inf", "no offset"],
)
def test_what_can_t_be_compared_is_refused(value: Value) -> None:
    with pytest.raises(ValueError, match=r"release:x|offset"):
        trace({"release:x": value}, [])


def test_the_order_of_the_schema_and_the_globals() -> None:
    root = ElementTree.fromstring(written({"concept:name": "1"}, {"concept:name": "CLEARED"}).encode())
    tags = [child.tag.removeprefix(NAMESPACE) for child in root]
    assert tags == [*["extension"] * 4, "global", "global", "classifier", "string", "trace"]
    assert root.get("xes.version") == "1849-2016"
    declared = {child.get("prefix") for child in root.findall(f"{NAMESPACE}extension")}
    assert declared == {"concept", "time", "lifecycle", "org"}
