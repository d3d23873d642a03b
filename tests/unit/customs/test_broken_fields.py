"""Every field of every message, broken in every way that applies, is refused with that field named."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from customs_schema import CODES, example
from streams.core.event import Rejected
from streams.customs.translate import translate

KEY = b"sixteen bytes or more"
REQUIRED = {"message_code", "sent_date", "sent_time", "declaration_no", "items"}
REQUIRED_ITEMS = dict.fromkeys(CODES, ("office",)) | {
    **dict.fromkeys(("IDC", "EDC", "MIC", "MEC"), ("office", "registered_date", "registered_time")),
    **dict.fromkeys(("VAD1AG", "VAD2AG", "VAE1LF", "VAE2LF"), ("office", "permit_date", "permit_time")),
    **dict.fromkeys(("GATE_IN", "GATE_OUT", "HOLD_PLACED", "HOLD_LIFTED"), ("event_date", "event_time")),
}
DATES = ("20260230", "20261301", "20260100", "2026032", "202603021", "2026030a", "2026-3-2", "", "20260302\n")
TIMES = ("246060", "240000", "126000", "120060", "8153", "0815340", "08153a", "8:15:3", "", "081534\n")
NUMBERS = (
    "10745238161",
    "1074523816100",
    "10745238161A",
    "107452381 10",
    "207452381610",
    "",
    "107452381610\n",
)


def every_field(code: str) -> Iterator[tuple[str, Any]]:
    """The paths and values of all fields that the example of a code has."""
    content = example(code)
    for name, value in content.items():
        yield name, value
    for name, value in content["items"].items():
        yield f"items.{name}", value


def ways_to_break(code: str, path: str, value: Any) -> Iterator[tuple[Any, str]]:
    """Values that are wrong for a field, each with the reason that it is refused for."""
    name = path.removeprefix("items.")
    yield (None, "wrong_type")
    yield (True, "wrong_type")
    yield (["x"], "wrong_type")
    if isinstance(value, str):
        yield (20260302, "wrong_type")
    else:
        yield ("1", "wrong_type")
    if name.endswith("_date"):
        yield from ((date, "invalid_time") for date in DATES)
        if name not in ("sent_date", "arrival_date"):
            yield ("20260401", "future")
    elif name.endswith("_time"):
        yield from ((time, "invalid_time") for time in TIMES)
    elif name == "declaration_no":
        yield from ((number, "invalid_value") for number in NUMBERS)
        if not code.startswith(("GATE", "HOLD")):
            yield (("30" if value.startswith("10") else "10") + value[2:], "invalid_value")
    elif name == "message_code":
        yield from ((word, "unknown_type") for word in ("", "VAD", code + "1", code.lower()))
    elif name == "office":
        yield from ((word, "invalid_value") for word in ("27F", "27F11", "27f1", "27F1\n", ""))
    elif name == "kind":
        yield from ((word, "invalid_value") for word in ("", "a11", "A11A11A11"))
    elif name == "hs2":
        yield from ((word, "invalid_value") for word in ("", "2", "271", "2a"))
    elif name == "transport":
        yield from ((number, "invalid_value") for number in (0, 7, 8, 10, -1))
    elif name in ("team", "trader_code", "officer_code"):
        yield from ((word, "invalid_value") for word in ("", "x" * 129))
    elif name in ("tax_vnd", "value_usd"):
        yield from ((number, "invalid_value") for number in (-1, 10**15 + 1))


def spoilt(code: str, path: str) -> tuple[dict[str, Any], dict[str, Any], str]:
    """A copy of the example, the object in it that has the field, and the field's name in it."""
    content = copy.deepcopy(example(code))
    inside = path.startswith("items.")
    return content, content["items"] if inside else content, path.removeprefix("items.") if inside else path


def refused(content: dict[str, Any]) -> Rejected:
    answer = translate(json.dumps(content).encode(), hash_key=KEY)
    assert isinstance(answer, Rejected), content
    return answer


CASES = [(code, path, value) for code in CODES for path, value in every_field(code)]


@pytest.mark.parametrize(("code", "path", "value"), CASES, ids=[f"{code}-{path}" for code, path, _ in CASES])
def test_a_broken_field_is_named(code: str, path: str, value: Any) -> None:
    broken = 0
    for wrong, reason in ways_to_break(code, path, value):
        content, place, name = spoilt(code, path)
        place[name] = wrong
        answer = refused(content)
        assert answer.reason == reason, (wrong, answer.detail)
        assert f"`$.{path}`" in answer.detail, (wrong, answer.detail)
        broken += 1
    assert broken >= 4


@pytest.mark.parametrize(("code", "path", "value"), CASES, ids=[f"{code}-{path}" for code, path, _ in CASES])
def test_a_missing_field_is_named_where_it_is_needed(code: str, path: str, value: Any) -> None:
    content, place, name = spoilt(code, path)
    del place[name]
    half = (
        name.endswith(("_date", "_time")) and name != "arrival_date"
    )  # one of a pair goes not without the other
    if name in (REQUIRED if place is content else REQUIRED_ITEMS[code]) or half:
        answer = refused(content)
        assert answer.reason == "missing_field"
        assert f"`$.{path}`" in answer.detail
    else:
        assert not isinstance(translate(json.dumps(content).encode(), hash_key=KEY), Rejected)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize(
    ("field", "wrong", "reason"),
    [
        ("revision", -1, "invalid_value"),
        ("revision", 50, "invalid_value"),
        ("revision", "1", "wrong_type"),
        ("serial", 0, "invalid_value"),
        ("serial", 10_000, "invalid_value"),
        ("serial", 1.5, "wrong_type"),
        ("terminal", "", "invalid_value"),
        ("terminal", 7, "wrong_type"),
        ("sequence", -1, "invalid_value"),
        ("sequence", "7", "wrong_type"),
        ("unknown", 1, "invalid_value"),
    ],
)
def test_optional_fields_of_the_envelope(code: str, field: str, wrong: object, reason: str) -> None:
    answer = refused({**example(code), field: wrong})
    assert (answer.reason, f"`$.{field}`" in answer.detail) == (reason, True), answer.detail


@pytest.mark.parametrize("code", CODES)
def test_an_item_that_the_message_does_not_have_is_named(code: str) -> None:
    content = example(code)
    answer = refused({**content, "items": {**content["items"], "permitted": "20260302"}})
    assert (answer.reason, "`$.items.permitted`" in answer.detail) == ("invalid_value", True)


def test_a_time_of_sending_before_what_happened_is_future() -> None:
    answer = refused({**example("VAD1AG"), "sent_time": "145659"})
    assert answer.reason == "future"
    assert answer.detail == (
        "121 s ahead of the time of sending, at most 120 s is accepted"
        " - at `$.items.permit_date` and `$.items.permit_time`"
    )


@pytest.mark.parametrize(("code", "item"), [("IDA", "trader_code"), ("VAD487", "officer_code")])
def test_persons_are_refused_where_there_is_no_key_to_hash_them_with(code: str, item: str) -> None:
    answer = translate(json.dumps(example(code)).encode(), hash_key=None)
    assert isinstance(answer, Rejected)
    assert answer.detail == (
        f"personal, and there is no key to hash it with: set RELEASE_MONITOR_HASH_KEY - at `$.items.{item}`"
    )


def test_an_error_does_not_repeat_what_a_stranger_wrote_at_length() -> None:
    content = example("VAD1AC")
    for odd in (
        {**content, "message_code": "X" * 5000},
        {**content, "x" * 5000: 1},
        {**content, "items": {**content["items"], "y" * 5000: 1}},
        {**content, "items": {**content["items"], "transport": 10**4000}},
    ):
        assert len(refused(odd).detail) <= 300
