"""The event schema as a judge: its `x-` keywords made into checks, over messages as they are sent.

Independent of the decoder under test: reads JSON, sizes and times by itself.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend

SCHEMAS = Path(__file__).parents[1] / "schemas"
SCHEMA: dict[str, Any] = json.loads((SCHEMAS / "declaration-event.v1.schema.json").read_text())
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_PARTS = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):?(\d\d))", re.ASCII
)


class Object(dict[str, Any]):
    """A JSON object that remembers the members whose names were said again, and as a message its size in bytes."""

    size = 0

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.earlier = [
            (name, value) for place, (name, value) in enumerate(pairs) if name in dict(pairs[place + 1 :])
        ]


def read(raw: bytes) -> Any:
    """Read JSON as RFC 8259 has it: UTF-8, numbers that are finite, no half surrogates. Raises ValueError."""
    content = json.loads(
        raw.decode("utf-8"), object_pairs_hook=Object, parse_constant=_no_number, parse_float=_finite
    )
    json.dumps(content, ensure_ascii=False).encode()
    if isinstance(content, Object):
        content.size = len(raw)
    return content


def problems(raw: bytes) -> list[str]:
    """Say everything that the schema has against a message; nothing for a good one."""
    try:
        content = read(raw)
    except (ValueError, RecursionError) as error:
        return [f"not JSON: {error}"]
    return [f"{error.json_path}: {error.message[:200]}" for error in _judge.iter_errors(content)]


def instant_us(text: str) -> int | None:
    """Return microseconds since the epoch, rounded half up; None for what is no real date and time."""
    parts = _PARTS.fullmatch(text)
    if parts is None:
        return None
    *numbers, fraction, sign, hours, minutes = parts.groups()
    try:
        local = dt.datetime(*(int(number) for number in numbers), tzinfo=dt.UTC)  # type: ignore[misc]
    except ValueError:
        return None
    offset = (int(hours or 0) * 60 + int(minutes or 0)) * (-1 if sign == "-" else 1)
    seconds = (local - _EPOCH) // dt.timedelta(seconds=1) - offset * 60
    digits = (fraction or "0")[:7].ljust(7, "0")
    return seconds * 1_000_000 + (int(digits) + 5) // 10


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is out of range")
    return number


def _instant(validator: Any, limits: dict[str, str], value: Any, _: Any) -> Iterator[ValidationError]:
    if not isinstance(value, str):
        return
    at, first, end = instant_us(value), instant_us(limits["from"]), instant_us(limits["before"])
    assert first is not None
    assert end is not None
    if at is None:
        yield ValidationError(f"{value!r} is no real time")
    elif not first <= at < end:
        yield ValidationError(f"{value!r} is out of range")


def _not_ahead_of(validator: Any, rules: dict[str, Any], value: Any, _: Any) -> Iterator[ValidationError]:
    for name, rule in rules.items() if isinstance(value, dict) else ():
        pair = (value.get(name), value.get(rule["of"]))
        times = [instant_us(text) for text in pair if isinstance(text, str)]
        if len(times) == 2 and None not in times and times[0] > times[1] + rule["seconds"] * 1_000_000:  # type: ignore[operator]
            yield ValidationError(f"{name} is too far ahead of {rule['of']}")


def _max_bytes(validator: Any, most: int, value: Any, _: Any) -> Iterator[ValidationError]:
    if isinstance(value, Object) and value.size > most:
        yield ValidationError(f"{value.size} bytes")


def _max_depth(validator: Any, most: int, value: Any, _: Any) -> Iterator[ValidationError]:
    level, depth = [value], 0
    while level := [one for one in level if isinstance(one, dict | list)]:
        depth += 1
        level = [inner for one in level for inner in (one.values() if isinstance(one, dict) else one)]
    if depth > most:
        yield ValidationError(f"{depth} levels")


def _repeated_names(validator: Any, _: str, value: Any, schema: Any) -> Iterator[ValidationError]:
    for name, earlier in value.earlier if isinstance(value, Object) else ():
        yield from validator.descend(earlier, schema["properties"].get(name, True), path=name)


def _literal(validator: Any, _: str, value: Any, __: Any) -> Iterator[ValidationError]:
    if isinstance(value, float):
        yield ValidationError(f"{value} is written with a fraction or an exponent")


KEYWORDS = {
    "x-instant": _instant,
    "x-not-ahead-of": _not_ahead_of,
    "x-max-bytes": _max_bytes,
    "x-max-depth": _max_depth,
    "x-repeated-names": _repeated_names,
    "x-literal": _literal,
}
"""The annotation keywords of the schema, each with its check."""

_judge = extend(Draft202012Validator, KEYWORDS)(SCHEMA)  # type: ignore[arg-type]
