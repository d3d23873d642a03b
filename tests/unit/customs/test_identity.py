"""Identity without memory: what several messages say of one declaration adds up to one history."""

from __future__ import annotations

import json
from itertools import permutations
from typing import Any

import pytest

from builders import FEED
from customs_schema import VALID, example
from streams.core.declaration import History, Outcome
from streams.core.event import Accepted, Event, Rejected
from streams.customs.translate import translate

KEY = b"sixteen bytes or more"


def events_of(content: dict[str, Any], offset: int = 0) -> tuple[Event, ...]:
    found = translate(json.dumps(content).encode(), 0, offset, hash_key=KEY)
    assert not isinstance(found, Rejected), found.detail
    return found


def changed(name: str, **items: Any) -> dict[str, Any]:
    """An example with other items; `number`, `serial` and `revision` are those of the envelope."""
    content = example(name)
    envelope = {word: items.pop(word) for word in ("serial", "revision", "sent_time") if word in items}
    number = items.pop("number", content["declaration_no"])
    return {**content, **envelope, "declaration_no": number, "items": {**content["items"], **items}}


def history(*messages: dict[str, Any]) -> History:
    filled = History()
    for offset, content in enumerate(messages):
        for event in events_of(content, offset):
            filled.add(Accepted(event, FEED, 0))
    return filled


def effective(*messages: dict[str, Any]) -> list[str]:
    shown = []
    for event in history(*messages).effective():
        content = json.loads(event.canonical)
        shown.append(f"{content['event_type']}/{event.occurrence_no} {content['occurred_at'][11:19]}")
    return shown


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_the_same_message_twice_is_one_history(path: Any) -> None:
    content = example(path.stem)
    first, second = events_of(content, 1), events_of(dict(reversed(content.items())), 2)
    assert [event.event_id for event in first] == [event.event_id for event in second]
    assert [event.digest for event in first] == [event.digest for event in second]
    filled = history(content)
    assert {filled.add(Accepted(event, FEED, 0)) for event in second} == {Outcome.DUPLICATE}


def test_a_registration_told_by_five_messages_is_one_event_that_the_procedure_announced() -> None:
    messages = [example(name) for name in ("IDC", "VAD2AC", "VAD1BK", "VAD1AG", "VAD2AE")]
    for order in permutations(messages):
        filled = history(*order)
        (registered,) = [e for e in filled.effective() if e.event_type == "REGISTERED"]
        assert registered.message_code == "IDC"
        assert set(filled.states().values()) <= {"effective", "replaced"}  # nothing contradicts


def test_an_amendment_is_one_event_whoever_tells_it() -> None:
    messages = [example("VAD2AG"), example("IDE"), example("VAD2AE")]
    for order in permutations(messages):
        filled = history(*order)
        (amended,) = [e for e in filled.effective() if e.event_type == "AMENDED"]
        assert (amended.message_code, amended.actor) == ("VAD2AE", "DECLARANT")
        assert "conflicting" not in filled.states().values()


def test_what_amended_declarations_say_does_not_collide() -> None:
    number = example("VAD2AE")["declaration_no"][:11]
    messages = [
        changed("VAD2AE", number=f"{number}{n}", correction_time=f"1{n}0000", sent_time=f"1{n}0001")
        for n in range(1, 10)
    ]
    amended = [line for line in effective(*messages) if line.startswith("AMENDED")]
    assert amended == [f"AMENDED/{n + 1} 1{n}:00:00" for n in range(1, 10)]


def test_a_repeated_order_needs_a_serial_and_then_stands_beside_the_first() -> None:
    first, cancelled = example("VAD487"), example("VAD491")
    again, after_amendment = example("VAD487-ordered-again"), changed("VAD487", number="107452381611")
    assert effective(first, cancelled, again) == [
        "INSPECTION_ORDERED/1 09:00:00",
        "INSPECTION_ORDER_CANCELLED/1 09:15:00",
        "INSPECTION_ORDERED/11 10:10:00",
    ]
    assert [line.split()[0] for line in effective(first, after_amendment)] == [
        "INSPECTION_ORDERED/1",
        "INSPECTION_ORDERED/2",
    ]


def test_serial_and_amendment_digit_never_meet() -> None:
    numbers = [
        events_of(changed("VAD487", number=f"1074523816{digit}{digit}", serial=serial))[-1].occurrence_no
        for serial in (1, 2, 3, 9999)
        for digit in range(10)
    ]
    assert len(numbers) == len(set(numbers)) == 40


def test_a_passage_of_the_gate_counts_for_the_declaration_whatever_its_amendments() -> None:
    passages = [changed("GATE_OUT", number=f"10745238161{n}", serial=n) for n in (1, 2, 3)]
    assert [events_of(one)[-1].occurrence_no for one in passages] == [1, 2, 3]


def test_a_correction_replaces_what_was_announced_and_what_was_repeated() -> None:
    first = example("VAD1AG")
    corrected = changed("VAD1AG-corrected", registered_time="081500")
    for order in ((first, corrected), (corrected, first)):
        assert effective(*order) == ["REGISTERED/1 08:15:00", "CLEARED/1 15:01:00"]
        assert set(history(*order).states().values()) == {"effective", "replaced"}


def test_a_correction_of_what_was_repeated_does_not_replace_what_was_announced() -> None:
    corrected = changed("VAD1AG-corrected", registered_time="081500", revision=49)
    registered = [line for line in effective(example("IDC"), corrected) if "REGISTERED" in line]
    assert registered == ["REGISTERED/1 08:15:34"]


def test_two_messages_that_contradict_each_other_are_a_finding_not_a_silent_choice() -> None:
    contradiction = changed("VAD2AC", registered_time="081500")
    assert "conflicting" in history(example("VAD1AC"), contradiction).states().values()
