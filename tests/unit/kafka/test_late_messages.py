import json

from streams.core.span_message import Straggler
from streams.kafka.late_messages import late_message
from streams.pipeline.window_keeper import LateEvent


def test_a_late_event_says_which_it_is_and_how_late_it_came() -> None:
    event = Straggler("d1", "e1", "CLEARED", 1_772_420_400_123, "declaration-events", 1, 2, 3)
    key, value = late_message(LateEvent(event, 5_500, ("1h", "24h")))
    assert key == "d1"
    assert json.loads(value) == {
        "declaration_key": "d1",
        "event_id": "e1",
        "event_type": "CLEARED",
        "occurred_at": "2026-03-02T03:00:00.123000Z",
        "late_s": 5.5,
        "closed_windows": ["1h", "24h"],
    }
