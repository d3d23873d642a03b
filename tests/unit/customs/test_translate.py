"""What every message becomes: a table written by hand from domain.md section 5 and decision 0013, not from the code."""

from __future__ import annotations

import json
from typing import Any

import pytest

from customs_schema import CODES, VALID, example
from streams.core.event import Event, Rejected
from streams.core.identity import keyed_hash
from streams.customs.read import customs_key
from streams.customs.translate import translate

KEY = b"sixteen bytes or more"

# Each event: type/occurrence number @ time of 2 March 2026 ! revision, with * for the one the message announces.
TABLE = {
    "IDA": "PRE_REGISTERED/1@08:01:02!100*",
    "EDA": "PRE_REGISTERED/1@08:01:02!100*",
    "IDC": "ARRIVED/1@2026-03-01!0 REGISTERED/1@08:15:34!100*",
    "EDC": "REGISTERED/1@08:15:34!100*",
    "MIC": "REGISTERED/1@08:15:34!100*",
    "MEC": "REGISTERED/1@08:15:34!100*",
    "VAD1AC": "REGISTERED/1@08:15:34!0 CHANNEL_ASSIGNED/1@08:15:37!100*",
    "VAD2AC": "REGISTERED/1@08:15:34!0 CHANNEL_ASSIGNED/1@08:15:37!100*",
    "VAD3AC": "REGISTERED/1@08:15:34!0 CHANNEL_ASSIGNED/1@08:15:37!100*",
    "VAE1LD": "REGISTERED/1@08:15:34!0 CHANNEL_ASSIGNED/1@08:15:37!100*",
    "VAE2LD": "REGISTERED/1@08:15:34!0 CHANNEL_ASSIGNED/1@08:15:37!100*",
    "VAE3LD": "REGISTERED/1@08:15:34!0 CHANNEL_ASSIGNED/1@08:15:37!100*",
    "VAD1AG": "REGISTERED/1@08:15:34!0 CLEARED/1@14:59:00!100*",
    "VAD2AG": (
        "REGISTERED/1@08:15:34!0 AMENDED/2@10:15:34!0 INSPECTION_COMPLETED/2@14:00:00!0 ARRIVED/2@2026-03-01!0"
        " CLEARED/2@14:59:00!100*"
    ),
    "VAE1LF": "REGISTERED/1@08:15:34!0 CLEARED/1@08:15:39!100*",
    "VAE2LF": "REGISTERED/1@08:15:34!0 INSPECTION_COMPLETED/1@14:00:00!0 CLEARED/1@14:59:00!100*",
    "VAD1BK": "REGISTERED/1@08:15:34!0 RELEASE_REQUESTED/1@10:30:00!100*",
    "VAD2BK": "REGISTERED/1@08:15:34!0 RELEASE_REQUESTED/1@10:30:00!100*",
    "VAD3BK": "REGISTERED/1@08:15:34!0 RELEASE_REQUESTED/1@10:30:00!100*",
    "VAD1BJ": "REGISTERED/1@08:15:34!0 RELEASED_CONDITIONAL/1@14:30:15!100*",
    "VAD2BJ": "REGISTERED/1@08:15:34!0 RELEASED_CONDITIONAL/1@14:30:15!100*",
    "IDE": "AMENDED/2@10:15:35!50*",
    "EDE": "AMENDED/2@10:15:35!50*",
    "VAD2AE": "REGISTERED/1@08:15:34!0 AMENDED/2@10:15:34!100*",
    "VAD3AE": "REGISTERED/1@08:15:34!0 AMENDED/2@10:15:34!100*",
    "VAE2LE": "REGISTERED/1@08:15:34!0 AMENDED/2@10:15:34!100*",
    "VAE3LE": "REGISTERED/1@08:15:34!0 AMENDED/2@10:15:34!100*",
    "VAD2AY": "REGISTERED/1@08:15:34!0 AMENDED/2@10:15:34!100*",
    "VAD3AY": "REGISTERED/1@08:15:34!0 AMENDED/2@10:15:34!100*",
    "VAE2LY": "REGISTERED/1@08:15:34!0 AMENDED/2@10:15:34!100*",
    "VAE3LY": "REGISTERED/1@08:15:34!0 AMENDED/2@10:15:34!100*",
    "VAD487": "INSPECTION_ORDERED/1@09:00:00!100*",
    "VAE474": "INSPECTION_ORDERED/1@09:00:00!100*",
    "VAD491": "INSPECTION_ORDER_CANCELLED/1@09:15:00!100*",
    "VAE478": "INSPECTION_ORDER_CANCELLED/1@09:15:00!100*",
    "VAD800": "AMENDMENT_REQUESTED/1@09:45:00!100*",
    "VAE800": "AMENDMENT_REQUESTED/1@09:45:00!100*",
    "GATE_IN": "GATE_IN/1@07:10:00!100*",
    "GATE_OUT": "GATE_OUT/1@16:30:00!100*",
    "HOLD_PLACED": "HOLD_PLACED/1@15:10:00!100*",
    "HOLD_LIFTED": "HOLD_LIFTED/1@16:00:00!100*",
    "VAD487-ordered-again": "INSPECTION_ORDERED/11@10:10:00!100*",
    "VAD1AG-corrected": "REGISTERED/1@08:15:34!1 CLEARED/1@15:01:00!101*",
    "VAD1AG-permit-only": "CLEARED/1@14:59:00!100*",
    "VAD1AG-arrival-only-expected": "REGISTERED/1@08:15:34!0 CLEARED/1@14:59:00!100*",
    "VAD1AG-exactly-two-minutes-ahead": "CLEARED/1@14:59:00!100*",
    "VAD2AE-correction-not-told": "AMENDED/2@10:15:40!100*",
    "VAD2AG-leap-day": "CLEARED/1@2028-02-29T23:59:59!100*",
    "GATE_OUT-third-passage": "GATE_OUT/3@17:30:00!100*",
    "VAD1AC-numbered-by-its-terminal": "CHANNEL_ASSIGNED/1@08:15:37!100*",
}

ACTORS = {
    **dict.fromkeys(("IDA", "EDA", "IDC", "EDC", "MIC", "MEC", "IDE", "EDE"), "DECLARANT"),
    **dict.fromkeys(("VAD1BK", "VAD2BK", "VAD3BK"), "DECLARANT"),
    **dict.fromkeys(("VAD2AE", "VAD3AE", "VAE2LE", "VAE3LE"), "DECLARANT"),
    **dict.fromkeys(("VAD1AC", "VAD2AC", "VAD3AC", "VAE1LD", "VAE2LD", "VAE3LD"), "SYSTEM"),
    **dict.fromkeys(("GATE_IN", "GATE_OUT"), "PORT"),
}
"""Who acts in what a message announces; customs, where it is not here."""

CHANNELS = {"VAD1AC": 1, "VAD2AC": 2, "VAD3AC": 3, "VAE1LD": 1, "VAE2LD": 2, "VAE3LD": 3}


def events_of(content: dict[str, Any]) -> tuple[Event, ...]:
    found = translate(json.dumps(content).encode(), 3, 77, hash_key=KEY)
    assert not isinstance(found, Rejected), found.detail
    return found


def told(event: Event) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(event.canonical)
    return content


def shown(content: dict[str, Any], announced: bool) -> str:
    at = content["occurred_at"].removesuffix("+07:00")
    at = at.removesuffix("T00:00:00") if content.get("occurred_precision") == "day" else at
    at = at.removeprefix("2026-03-02T")
    number, revision = content.get("occurrence_no", 1), content.get("revision", 0)
    return f"{content['event_type']}/{number}@{at}!{revision}{'*' if announced else ''}"


def test_the_table_has_every_example() -> None:
    assert TABLE.keys() == {path.stem for path in VALID}
    assert TABLE.keys() >= set(CODES)


@pytest.mark.parametrize("name", TABLE)
def test_what_a_message_becomes(name: str) -> None:
    content = example(name)
    events = events_of(content)
    assert " ".join(shown(told(event), event is events[-1]) for event in events) == TABLE[name]
    assert {(event.partition, event.offset) for event in events} == {(3, 77)}
    assert {event.declaration_key for event in events} == {content["declaration_no"][:11]}


@pytest.mark.parametrize("name", TABLE)
def test_what_the_announced_event_says(name: str) -> None:
    content = example(name)
    code, items = content["message_code"], content["items"]
    event = told(events_of(content)[-1])
    date, time = content["sent_date"], content["sent_time"]
    sent = f"{date[:4]}-{date[4:6]}-{date[6:]}T{time[:2]}:{time[2:4]}:{time[4:]}+07:00"
    gate = code.startswith(("GATE", "HOLD"))
    assert event["source"] == ("VASSCM" if gate else "VNACCS")
    assert event["message_code"] == code
    assert event["actor"] == ACTORS.get(code, "CUSTOMS")
    assert event["emitted_at"] == sent
    assert event["declaration_no"] == content["declaration_no"]
    assert event.get("source_partition") == content.get("terminal")
    assert event.get("source_seq") == content.get("sequence")
    attrs = {"direction": "import" if content["declaration_no"].startswith("10") else "export"}
    attrs |= {"channel": CHANNELS[code]} if code in CHANNELS else {}
    plain = ("office", "team", "kind", "transport", "hs2", "tax_vnd", "value_usd")
    attrs |= {item: items[item] for item in plain if item in items}
    for item, attr in (("trader_code", "trader_hash"), ("officer_code", "officer_hash")):
        attrs |= {attr: keyed_hash(KEY, items[item])} if item in items else {}
    assert event["attrs"] == attrs


def test_a_repeated_fact_has_nothing_of_the_message_that_repeats_it() -> None:
    registered, amended, inspected, arrived, _ = (told(event) for event in events_of(example("VAD2AG")))
    said = {"schema_version": 1, "source": "VNACCS", "declaration_key": "10745238161"}
    said |= {"attrs": {"direction": "import"}}
    ids = [one.pop("event_id") for one in (registered, amended, inspected, arrived)]
    assert len(set(ids)) == 4
    assert registered == {
        **said,
        "declaration_no": "107452381610",  # the number it was registered under, before any amendment
        "event_type": "REGISTERED",
        "occurred_at": "2026-03-02T08:15:34+07:00",
    }
    number = {"declaration_no": "107452381611", "occurrence_no": 2}
    assert amended == {
        **said,
        **number,
        "event_type": "AMENDED",
        "occurred_at": "2026-03-02T10:15:34+07:00",
    }
    assert inspected == {
        **said,
        **number,
        "event_type": "INSPECTION_COMPLETED",
        "occurred_at": "2026-03-02T14:00:00+07:00",
        "actor": "CUSTOMS",
    }
    assert arrived == {
        **said,
        **number,
        "event_type": "ARRIVED",
        "occurred_at": "2026-03-01T00:00:00+07:00",
        "occurred_precision": "day",
    }


def test_the_plain_text_of_persons_is_in_no_event() -> None:
    for name in TABLE:
        content = example(name)
        for event in events_of(content):
            for item in ("trader_code", "officer_code"):
                assert content["items"].get(item, "nobody").encode() not in event.canonical


@pytest.mark.parametrize("code", ["", "IDB", "VAD4AC", "VAD3AG", "VAE1BJ", "VAS5050", "HEARTBEAT", "Đ"])
def test_an_unknown_code_is_parked_with_its_payload(code: str) -> None:
    raw = json.dumps({**example("VAD1AC"), "message_code": code, "items": {"whatever": [1]}}).encode()
    parked = translate(raw, 3, 77)
    assert parked == Rejected(
        "unknown_type", f"no message with the code {code!r} - at `$.message_code`", raw, 3, 77
    )


def test_size_counts_before_all_else() -> None:
    raw = json.dumps(example("VAD1AC")).encode()
    assert not isinstance(translate(raw, max_bytes=len(raw)), Rejected)
    refused = translate(raw, max_bytes=len(raw) - 1)
    assert isinstance(refused, Rejected)
    assert refused.reason == "oversized"


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        (b'{"declaration_no": "107452381611"}', b"10745238161"),
        (b'{"declaration_no": 107452381611}', None),
        (b'{"declaration_no": ""}', None),
        (b"{broken", None),
        (b"[" * 100_000, None),
    ],
)
def test_the_key_is_that_of_the_declaration(raw: bytes, key: bytes | None) -> None:
    assert customs_key(raw) == key
