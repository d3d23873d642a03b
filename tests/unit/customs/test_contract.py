"""The schema of raw messages and the translator tell one contract: every example and every spoilt message agree."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customs_schema import CODES, EXAMPLES, INVALID, KEYWORDS, SCHEMA, VALID, example, problems
from event_schema import SCHEMAS
from streams.core.decode import DEFAULT_MAX_BYTES, MAX_DEPTH
from streams.core.event import Event, Rejected
from streams.customs.catalogue import KINDS
from streams.customs.translate import translate

KEY = b"sixteen bytes or more"


def agreed(raw: bytes) -> tuple[Event, ...] | Rejected:
    """Translate, and assert that the schema gives the same answer."""
    answer = translate(raw, hash_key=KEY)
    found = problems(raw)
    assert bool(found) == isinstance(answer, Rejected), (raw[:600], answer, found)
    return answer


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_valid_example(path: Path) -> None:
    assert not isinstance(agreed(path.read_bytes()), Rejected)


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_invalid_example_is_refused_with_its_reason_and_the_field_named(path: Path) -> None:
    raw = path.read_bytes()
    refused = agreed(raw)
    assert isinstance(refused, Rejected)
    reason, *rest = path.stem.split("-")
    assert refused.reason == reason, refused.detail
    assert refused.payload == raw
    if rest[0] in CODES:
        assert f"`$.{rest[1]}`" in refused.detail


def test_every_code_has_a_valid_and_an_invalid_example() -> None:
    assert set(CODES) == KINDS.keys()
    assert {path.stem.partition("-")[0] for path in VALID} == KINDS.keys()
    assert {path.stem.split("-")[1] for path in INVALID} >= KINDS.keys()
    for path in VALID:
        assert example(path.stem)["message_code"] == path.stem.partition("-")[0]
    assert sorted([*VALID, *INVALID]) == sorted(EXAMPLES.rglob("*.json"))


def test_the_two_tellings_have_the_same_bounds_and_every_annotation_is_explained() -> None:
    assert SCHEMA["x-max-bytes"] == DEFAULT_MAX_BYTES
    used: set[str] = set()

    def collect(part: Any) -> None:
        if isinstance(part, dict):
            used.update(name for name in part if name.startswith("x-"))
            for inner in part.values():
                collect(inner)

    collect(SCHEMA)
    assert used == KEYWORDS.keys()
    assert all(name in SCHEMA["$comment"] for name in used)


_digits = st.text("0123456789", min_size=4, max_size=9)
_values = (
    st.none()
    | st.booleans()
    | st.integers(-2, 60)
    | st.sampled_from([2**31, 2**63 - 1, 2**63, 10**15, 10**15 + 1, 1.0, 1.5, -0.0, 1e15, 9999, 10000])
    | st.text(max_size=14)
    | _digits
    | st.sampled_from(["20260230", "20280229", "20270229", "19991231", "20000101", "21991231", "22000101"])
    | st.sampled_from(
        ["246060", "235959", "240000", "000000", "145960", "20260302\n", "٢٠٢٦٠٣٠٢", "2026030a"]
    )
    | st.sampled_from(["107452381610", "307452381629", "207452381610", "10745238161", "27F1", "27f1", "A11"])
    | st.sampled_from(["x" * 128, "x" * 129, "", " ", "` - at `", "[" * 128, *CODES])
    | st.lists(st.integers(), max_size=2)
    | st.dictionaries(st.text(max_size=3), st.integers(), max_size=2)
)
_items = sorted({name for path in VALID for name in example(path.stem)["items"]})
_fields = st.sampled_from(
    [*SCHEMA["properties"], *(f"items.{name}" for name in _items), "other", "items.other"]
)


@settings(max_examples=1500, deadline=None)
@given(
    path=st.sampled_from(VALID),
    changes=st.dictionaries(_fields, _values, min_size=1, max_size=2),
    dropped=st.sets(_fields, max_size=1),
)
def test_spoilt_fields_agree(path: Path, changes: dict[str, Any], dropped: set[str]) -> None:
    content = example(path.stem)
    for name, value in changes.items():
        place, _, inner = name.rpartition(".")
        target = content.get("items") if place else content
        if isinstance(target, dict):
            target[inner] = value
    for name in dropped:
        place, _, inner = name.rpartition(".")
        target = content.get("items") if place else content
        if isinstance(target, dict):
            target.pop(inner, None)
    agreed(json.dumps(content).encode("utf-8", "surrogatepass"))


@settings(max_examples=500, deadline=None)
@given(data=st.data())
def test_bytes_out_of_place_agree(data: st.DataObject) -> None:
    raw = data.draw(st.sampled_from([path.read_bytes() for path in VALID]))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(raw)))
        inserted = data.draw(st.binary(max_size=2) | st.sampled_from(list(b'"\\{}[],:.e-+0 1')).map(bytes_of))
        raw = raw[:place] + inserted + raw[place + data.draw(st.integers(0, 2)) :]
    agreed(raw)


def bytes_of(number: int) -> bytes:
    return bytes([number])


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_answered(raw: bytes) -> None:
    agreed(raw)


@pytest.mark.parametrize("depth", [2, MAX_DEPTH + 1, 900, 1100, 20_000])
@pytest.mark.parametrize("code", ["VAD1AC", "NO-SUCH"])
def test_a_message_nested_deeply_is_refused_whoever_calls(depth: int, code: str) -> None:
    content = json.dumps({**example("VAD1AC"), "message_code": code}).encode()
    raw = content[:-1] + b', "x": ' + b"[" * depth + b"]" * depth + b"}"

    def from_below(levels: int) -> tuple[Event, ...] | Rejected:
        return from_below(levels - 1) if levels else translate(raw)

    for answer in (translate(raw), from_below(300)):
        assert isinstance(answer, Rejected)
        assert answer.reason == ("unknown_type" if (code, depth) == ("NO-SUCH", 2) else "invalid_value")


def test_the_reference_has_every_code_item_and_field_of_the_envelope() -> None:
    page = (SCHEMAS.parent / "docs/reference/customs-messages.md").read_text("utf-8")
    rows = "\n".join(re.findall(r"^\| (`.*?) \|", page, re.MULTILINE))
    told = set(re.findall(r"`(\w+)`", rows))
    items = {
        name
        for kind in ("registration", "clearance", "copy", "plain", "gate")
        for name in SCHEMA["$defs"][f"{kind}_items"]["properties"]
    }
    assert told == {*KINDS, *items, *SCHEMA["properties"]}
