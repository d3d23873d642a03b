"""Outcomes of enforcement: the schema and the decoder tell one contract, and what counts is a function of the set."""

from __future__ import annotations

import datetime as dt
import json
import random
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawn_outcomes import CONTENTS
from event_schema import SCHEMAS
from outcome_schema import KEYWORDS, SCHEMA, problems
from streams.core.event import Rejected
from streams.core.outcome import (
    FIELDS,
    MAX_OUTCOME_BYTES,
    MOST_CASES,
    MOST_VND,
    NEEDED,
    NUMBERS,
    Outcome,
    OutcomeKind,
    Standing,
    decode_outcome,
    effective,
    from_canonical,
)
from streams.core.vocabulary import RejectReason

EXAMPLES = SCHEMAS / "examples/enforcement-outcome.v1"
VALID = sorted((EXAMPLES / "valid").glob("*.json"))
INVALID = sorted((EXAMPLES / "invalid").glob("*.json"))
FULL: dict[str, Any] = json.loads((EXAMPLES / "valid/every-field.json").read_bytes())


def agreed(raw: bytes) -> Outcome | Rejected:
    """Decode, and assert that the schema gives the same answer."""
    decoded = decode_outcome(raw)
    found = problems(raw)
    assert bool(found) == isinstance(decoded, Rejected), (raw[:600], decoded, found)
    return decoded


def read(**fields: Any) -> Outcome:
    decoded = decode_outcome(json.dumps({**FULL, **fields}).encode())
    assert isinstance(decoded, Outcome), decoded
    return decoded


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_valid_example(path: Path) -> None:
    assert isinstance(agreed(path.read_bytes()), Outcome)


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_invalid_example(path: Path) -> None:
    raw = path.read_bytes()
    decoded = agreed(raw)
    assert isinstance(decoded, Rejected)
    assert decoded.reason == path.stem.partition("-")[0], decoded.detail
    assert decoded.payload == raw
    assert decoded.detail


def test_every_reason_that_an_outcome_can_have_has_an_example() -> None:
    told = {path.stem.partition("-")[0] for path in INVALID}
    assert told == set(RejectReason) - {RejectReason.FUTURE, RejectReason.UNKNOWN_TYPE}


def test_the_two_tellings_have_the_same_words_and_bounds() -> None:
    properties = SCHEMA["properties"]
    assert FULL.keys() == properties.keys() == set(FIELDS)
    assert set(SCHEMA["required"]) == NEEDED
    assert {name for name, one in properties.items() if "maximum" in one or "const" in one} == NUMBERS
    assert properties["kind"]["enum"] == list(get_args(OutcomeKind))
    assert properties["count"]["maximum"] == MOST_CASES
    assert properties["amount_vnd"]["maximum"] == MOST_VND
    assert SCHEMA["x-max-bytes"] == MAX_OUTCOME_BYTES


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


_values = (
    st.none()
    | st.booleans()
    | st.integers(-2, 10)
    | st.sampled_from([2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**64, 10**15, 10**15 + 1, 10**25])
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from([1.0, 1.25, 1.005, -0.0, 1e15, 1.0000000000000002e15, 1e-300])
    | st.text(max_size=14)
    | st.sampled_from(
        ["x" * 128, "x" * 129, "", "RETRACT", "seizure", "27F1", "27F1\n", "2026-03-05", "2149-01-01"]
    )
    | st.dates().map(str)
    | st.datetimes().map(lambda at: f"{at.isoformat()}+07:00")
    | st.lists(st.integers(), max_size=2)
)
_fields = st.sampled_from([*FULL, "other"])


@settings(max_examples=600, deadline=None)
@given(
    changes=st.dictionaries(_fields, _values, min_size=1, max_size=2), dropped=st.sets(_fields, max_size=1)
)
def test_spoilt_fields_agree(changes: dict[str, Any], dropped: set[str]) -> None:
    content = {name: value for name, value in {**FULL, **changes}.items() if name not in dropped}
    agreed(json.dumps(content).encode("utf-8", "surrogatepass"))


@settings(max_examples=600, deadline=None)
@given(data=st.data())
def test_spoilt_bytes_agree(data: st.DataObject) -> None:
    raw = data.draw(st.sampled_from([path.read_bytes() for path in VALID]))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(raw)))
        inserted = data.draw(
            st.binary(max_size=2) | st.sampled_from(list(b'"\\{}[],:.e-+0 1')).map(lambda x: bytes([x]))
        )
        raw = raw[:place] + inserted + raw[place + data.draw(st.integers(0, 2)) :]
    agreed(raw)


@settings(max_examples=300, deadline=None)
@given(st.from_regex(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,6})?([eE][-+]?[0-9]{1,22})?", fullmatch=True))
def test_amounts_are_exact(text: str) -> None:
    raw = json.dumps({**FULL, "amount_vnd": 0}).replace('"amount_vnd": 0', f'"amount_vnd": {text}').encode()
    decoded = agreed(raw)
    if isinstance(decoded, Outcome):
        assert decoded.amount_vnd == Decimal(text)
        assert str(decoded.amount_vnd)[-3] == "."


def test_two_writings_of_one_content_are_one() -> None:
    raw = b' {"kind":"fine", "office":"27F1","occurred_on":"2026-03-05","source":"s","outcome_id":"1","amount_vnd":5e0}'
    said = {**json.loads(raw), "amount_vnd": 5, "op": "ASSERT", "revision": 0, "count": 1, "emitted_at": None}
    assert decode_outcome(raw) == decode_outcome(json.dumps(said).encode())
    assert read(emitted_at="2026-03-06T02:12:30Z") == read(emitted_at="2026-03-06 09:12:30.000+0700")
    assert read(amount_vnd=-0.0).canonical == read(amount_vnd=0).canonical


def test_a_content_says_all_fields() -> None:
    one = read()
    assert one.emitted_us == int(dt.datetime.fromisoformat(FULL["emitted_at"]).timestamp()) * 1_000_000
    assert json.loads(one.canonical) == {
        **{name: value for name, value in FULL.items() if name not in ("schema_version", "emitted_at")},
        "emitted_us": one.emitted_us,
    }


def test_what_counts_goes_by_revision_then_emission_then_content() -> None:
    first, later = "2026-03-06T09:00:00+07:00", "2026-03-06T03:00:00Z"
    in_order = [
        read(revision=0, emitted_at=None),
        read(revision=0, emitted_at=first, count=9),
        read(revision=0, emitted_at=later, count=1),
        read(revision=0, emitted_at=later, count=2),
        read(revision=1, emitted_at=None, count=3),
    ]
    for place in range(1, len(in_order) + 1):
        shuffled = in_order[:place]
        random.Random(place).shuffle(shuffled)
        assert effective(shuffled) == [in_order[place - 1]]
    assert effective([*in_order, read(revision=2, op="RETRACT")]) == []
    assert effective([*in_order, read(revision=1, op="RETRACT", emitted_at=None, count=3)]) == []
    assert effective([*in_order, read(revision=0, op="RETRACT", emitted_at=later)]) == [in_order[-1]]


def test_standing_tells_what_takes_the_place_of_another() -> None:
    standing = Standing()
    assert not standing.add(read(revision=1))
    assert not standing.add(read(revision=1))
    assert not standing.add(read(revision=0))
    assert not standing.add(read(outcome_id="another", revision=0))
    assert standing.add(read(revision=2, op="RETRACT"))
    assert [one.outcome_id for one in standing.effective()] == ["another"]


@settings(max_examples=300, deadline=None)
@given(contents=st.lists(CONTENTS, max_size=12), data=st.data())
def test_the_set_decides_whatever_the_order_and_the_repetition(
    contents: list[Outcome], data: st.DataObject
) -> None:
    told = data.draw(st.permutations(contents + data.draw(st.lists(st.sampled_from(contents or [read()])))))
    told = [one for one in told if one in contents]
    assert effective(told) == effective(contents)
    by_hand = []
    for key in sorted({one.key for one in contents}):
        group = [one for one in contents if one.key == key]
        best = max(
            group, key=lambda one: (one.revision, one.emitted_us is not None, one.emitted_us, one.canonical)
        )
        by_hand += [] if best.retract else [best]
    assert effective(contents) == by_hand


@settings(max_examples=300, deadline=None)
@given(CONTENTS)
def test_the_canonical_json_is_the_whole_content(one: Outcome) -> None:
    assert from_canonical(one.canonical) == one
    said = json.loads(one.canonical, parse_float=Decimal)
    assert said["amount_vnd"] == one.amount_vnd
    assert (said["op"] == "RETRACT", said["revision"], said["count"]) == (
        one.retract,
        one.revision,
        one.count,
    )
    assert said.keys() == set(FIELDS) - {"schema_version", "emitted_at"} | {"emitted_us"}
