"""The schema of enforcement outcomes as a judge, over rows as they are sent; independent of the decoder under test."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend

from event_schema import KEYWORDS as OF_EVENTS
from event_schema import SCHEMAS, Object

SCHEMA: dict[str, Any] = json.loads((SCHEMAS / "enforcement-outcome.v1.schema.json").read_text())


def problems(raw: bytes) -> list[str]:
    """Say everything that the schema has against a row; nothing for a good one."""
    try:
        content = json.loads(
            raw.decode("utf-8"), object_pairs_hook=Object, parse_constant=_no_number, parse_float=_decimal
        )
        json.dumps(content, ensure_ascii=False, default=str).encode()
    except (ValueError, RecursionError) as error:
        return [f"not JSON: {error}"]
    if isinstance(content, Object):
        content.size = len(raw)
    return [f"{error.json_path}: {error.message[:200]}" for error in _judge.iter_errors(content)]


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise ValueError(f"{text} is out of range") from error


def _day(validator: Any, limits: dict[str, str], value: Any, _: Any) -> Iterator[ValidationError]:
    if not isinstance(value, str):
        return
    try:
        day = dt.date.fromisoformat(value)
    except ValueError:
        yield ValidationError(f"{value!r} is no real day")
        return
    if not limits["from"] <= day.isoformat() < limits["before"]:
        yield ValidationError(f"{value!r} is out of range")


def _max_decimals(validator: Any, most: int, value: Any, _: Any) -> Iterator[ValidationError]:
    if isinstance(value, Decimal):
        _, digits, exponent = value.as_tuple()
        significant = "".join(map(str, digits)).rstrip("0")
        needed = -int(exponent) - (len(digits) - len(significant)) if significant else 0
        if needed > most:
            yield ValidationError(f"{value} needs {needed} decimal places")


def _literal(validator: Any, _: str, value: Any, __: Any) -> Iterator[ValidationError]:
    if isinstance(value, Decimal):
        yield ValidationError(f"{value} is written with a fraction or an exponent")


KEYWORDS = {
    **{name: OF_EVENTS[name] for name in ("x-instant", "x-max-bytes", "x-repeated-names")},
    "x-day": _day,
    "x-max-decimals": _max_decimals,
    "x-literal": _literal,
}
"""The annotation keywords of the schema, each with its check."""

_judge = extend(Draft202012Validator, KEYWORDS)(SCHEMA)  # type: ignore[arg-type]
