"""The schema of raw customs messages as a judge, over messages as they are sent. Independent of the translator."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend

from event_schema import KEYWORDS as EVENT_KEYWORDS
from event_schema import SCHEMAS, read

SCHEMA: dict[str, Any] = json.loads((SCHEMAS / "customs-message.v1.schema.json").read_text("utf-8"))
EXAMPLES = SCHEMAS / "examples/customs-message.v1"
VALID = sorted((EXAMPLES / "valid").glob("*.json"))
INVALID = sorted((EXAMPLES / "invalid").glob("*.json"))
CODES: list[str] = SCHEMA["properties"]["message_code"]["enum"]


def example(name: str) -> dict[str, Any]:
    """Return the content of a valid example."""
    content: dict[str, Any] = json.loads((EXAMPLES / f"valid/{name}.json").read_text("utf-8"))
    return content


def problems(raw: bytes) -> list[str]:
    """Say everything that the schema has against a message; nothing for a good one."""
    try:
        content = read(raw)
    except (ValueError, RecursionError) as error:
        return [f"not JSON: {error}"]
    return [f"{error.json_path}: {error.message[:200]}" for error in _judge.iter_errors(content)]


def _moment(date: Any, time: Any) -> dt.datetime | None:
    try:
        return dt.datetime.strptime(f"{date} {time}", "%Y%m%d %H%M%S")  # noqa: DTZ007 both are of one zone
    except ValueError:
        return None


def _calendar_date(validator: Any, _: bool, value: Any, __: Any) -> Iterator[ValidationError]:
    if isinstance(value, str) and not (_moment(value, "000000") and "2000" <= value < "2200"):
        yield ValidationError(f"{value!r} is no day")


def _moments(validator: Any, rule: dict[str, Any], value: Any, _: Any) -> Iterator[ValidationError]:
    items = value.get("items") if isinstance(value, dict) else None
    if not isinstance(items, dict):
        return
    sent = _moment(value.get("sent_date"), value.get("sent_time"))
    for name in rule["moments"]:
        at = _moment(items.get(f"{name}_date"), items.get(f"{name}_time"))
        if at and sent and at - sent > dt.timedelta(seconds=rule["seconds"]):
            yield ValidationError(f"{name} is too far ahead")


KEYWORDS = {
    "x-calendar-date": _calendar_date,
    "x-moments-not-ahead-of-sent": _moments,
    "x-max-bytes": EVENT_KEYWORDS["x-max-bytes"],
    "x-literal": EVENT_KEYWORDS["x-literal"],
}
"""The annotation keywords of the schema, each with its check."""

_judge = extend(Draft202012Validator, KEYWORDS)(SCHEMA)  # type: ignore[arg-type]
