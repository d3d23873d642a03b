"""The schema and the decoder tell one contract: every example and every spoilt message gets the same answer."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from event_schema import KEYWORDS, SCHEMA, SCHEMAS, instant_us, problems
from streams.core.decode import DEFAULT_MAX_BYTES, FUTURE_TOLERANCE_US, MAX_DEPTH, decode_event
from streams.core.event import Event, Rejected
from streams.core.vocabulary import EVENT_TYPES, RejectReason

VALID = sorted((SCHEMAS / "examples/v1/valid").glob("*.json"))
INVALID = sorted((SCHEMAS / "examples/v1/invalid").glob("*.json"))
FULL: dict[str, Any] = json.loads((SCHEMAS / "examples/v1/valid/every-field.json").read_bytes())


def agreed(raw: bytes) -> Event | Rejected:
    """Decode, and assert that the schema gives the same answer."""
    decoded = decode_event(raw)
    found = problems(raw)
    assert bool(found) == isinstance(decoded, Rejected), (raw[:600], decoded, found)
    return decoded


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_valid_example(path: Path) -> None:
    assert isinstance(agreed(path.read_bytes()), Event)


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_invalid_example(path: Path) -> None:
    raw = path.read_bytes()
    decoded = agreed(raw)
    assert isinstance(decoded, Rejected)
    assert decoded.reason == path.stem.partition("-")[0], decoded.detail
    assert decoded.payload == raw
    assert decoded.detail


def test_every_reason_has_an_example() -> None:
    assert {path.stem.partition("-")[0] for path in INVALID} == set(RejectReason)


def test_every_field_is_in_the_full_example() -> None:
    assert FULL.keys() == SCHEMA["properties"].keys()
    assert FULL["attrs"].keys() >= SCHEMA["properties"]["attrs"]["properties"].keys()


def test_the_two_tellings_have_the_same_words_and_bounds() -> None:
    assert SCHEMA["properties"]["event_type"]["enum"] == list(EVENT_TYPES)
    assert SCHEMA["x-max-bytes"] == DEFAULT_MAX_BYTES
    assert SCHEMA["x-max-depth"] == MAX_DEPTH
    assert SCHEMA["x-not-ahead-of"]["occurred_at"]["seconds"] * 1_000_000 == FUTURE_TOLERANCE_US


def test_every_annotation_is_checked_and_explained() -> None:
    used: set[str] = set()

    def collect(part: Any) -> None:
        if isinstance(part, dict):
            used.update(name for name in part if name.startswith("x-"))
            for inner in part.values():
                collect(inner)

    collect(SCHEMA)
    assert used == KEYWORDS.keys()
    assert all(name in SCHEMA["$comment"] for name in used)


_digit = st.sampled_from("0123456789")
_junk = st.text(alphabet="0123456789-+:.,TtZz _\n٣", max_size=3)
_time_parts = st.tuples(
    st.sampled_from(["2026", "1969", "1970", "2199", "2200", "0000", "9999", "26"]),
    st.sampled_from(["-", "", "/"]) | st.just("-"),
    st.integers(0, 13).map("{:02d}".format),
    st.just("-"),
    st.integers(0, 32).map("{:02d}".format),
    st.sampled_from("TTTTt _"),
    st.integers(0, 25).map("{:02d}".format),
    st.sampled_from("::::."),
    st.sampled_from(["00", "30", "59", "60"]),
    st.sampled_from(["::", ":", ":", ""]),
    st.sampled_from(["00", "30", "59", "60"]),
    st.just("") | st.text(_digit, max_size=12).map(".{}".format) | st.just(".999999999") | _junk,
    st.sampled_from(
        ["Z", "z", "+07:00", "+0700", "-07:00", "+23:59", "-23:59", "+24:00", "+07:60", "+07", "-00:00", ""]
    ),
).map("".join)


@st.composite
def _bent_times(draw: st.DrawFn) -> str:
    text = draw(
        st.sampled_from(["2026-03-02T08:15:33.250+07:00", "2026-03-02 08:15:33Z", "1970-01-01T07:00:00+0700"])
    )
    place = draw(st.integers(0, len(text)))
    return text[:place] + draw(_junk) + text[place + draw(st.integers(0, 2)) :]


_times = (
    _time_parts | _bent_times() | st.datetimes().map(lambda at: f"{at.isoformat()}Z") | st.text(max_size=30)
)


@settings(max_examples=800, deadline=None)
@given(occurred=_times, emitted=_times | st.none())
def test_times_agree(occurred: str, emitted: str | None) -> None:
    decoded = agreed(json.dumps({**FULL, "occurred_at": occurred, "emitted_at": emitted}).encode())
    if isinstance(decoded, Event):
        assert decoded.occurred_us == instant_us(occurred)
        assert decoded.emitted_us == (None if emitted is None else instant_us(emitted))
    else:
        assert decoded.reason in ("invalid_time", "no_offset", "future")


@pytest.mark.parametrize("ahead_us", [-1, 0, 1])
def test_two_minutes_ahead_is_the_bound(ahead_us: int) -> None:
    emitted = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)
    occurred = emitted + dt.timedelta(minutes=2, microseconds=ahead_us)
    content = {**FULL, "occurred_at": occurred.isoformat(), "emitted_at": emitted.isoformat()}
    assert isinstance(agreed(json.dumps(content).encode()), Rejected) == (ahead_us > 0)


_values = (
    st.none()
    | st.booleans()
    | st.integers(-2, 10)
    | st.sampled_from([2**31 - 1, 2**31, 2**63 - 1, 2**63, 2**64, -(2**63) - 1, 10**15, 10**15 + 1, 10**25])
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from([1.0, 2.0, -0.0, 1e15, 1.0000000000000002e15])
    | st.text(max_size=14)
    | st.text(alphabet="0123456789AFZaf\n", max_size=13)
    | st.sampled_from(
        ["x" * 128, "x" * 129, "", " ", "missing required field", ", got ", "RFC3339", *EVENT_TYPES]
    )
    | st.sampled_from(
        ["import", "RETRACT", "OFFICER", "day", "PAPER", "BANK", "27F1", "A11", "84", "100000000010"]
    )
    | st.lists(st.integers(), max_size=2)
    | st.dictionaries(st.text(max_size=3), st.integers(), max_size=2)
)
_fields = st.sampled_from([*FULL, *(f"attrs.{name}" for name in FULL["attrs"]), "other", "attrs.other"])


@settings(max_examples=1000, deadline=None)
@given(
    changes=st.dictionaries(_fields, _values, min_size=1, max_size=2), dropped=st.sets(_fields, max_size=1)
)
def test_spoilt_fields_agree(changes: dict[str, Any], dropped: set[str]) -> None:
    content = {**FULL, "attrs": dict(FULL["attrs"])}
    for name, value in changes.items():
        place, _, inner = name.rpartition(".")
        (content["attrs"] if place and isinstance(content["attrs"], dict) else content)[inner] = value
    for name in dropped:
        place, _, inner = name.rpartition(".")
        if not place:
            content.pop(inner, None)
        elif isinstance(content.get("attrs"), dict):
            content["attrs"].pop(inner, None)
    agreed(json.dumps(content).encode("utf-8", "surrogatepass"))


@settings(max_examples=800, deadline=None)
@given(data=st.data())
def test_spoilt_bytes_agree(data: st.DataObject) -> None:
    raw = data.draw(st.sampled_from([path.read_bytes() for path in VALID if path.stat().st_size < 2000]))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(raw)))
        inserted = data.draw(
            st.binary(max_size=2) | st.sampled_from(list(b'"\\{}[],:.e-+0 1')).map(lambda x: bytes([x]))
        )
        raw = raw[:place] + inserted + raw[place + data.draw(st.integers(0, 2)) :]
    agreed(raw)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_agree(raw: bytes) -> None:
    agreed(raw)


@pytest.mark.parametrize("depth", [2, MAX_DEPTH - 1, MAX_DEPTH, MAX_DEPTH + 1, 900, 990, 1100, 20_000])
def test_depth_agrees_however_deep_the_caller_stands(depth: int) -> None:
    raw = (
        json.dumps({**FULL, "attrs": None}).encode()[:-1]
        + b', "x": '
        + b"[" * (depth - 1)
        + b"]" * (depth - 1)
        + b"}"
    )

    def from_below(levels: int) -> Event | Rejected:
        return from_below(levels - 1) if levels else decode_event(raw)

    for answer in (agreed(raw), from_below(300)):
        assert isinstance(answer, Rejected) == (depth > MAX_DEPTH)
