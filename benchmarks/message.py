"""What the limit and the baseline decode a message to: schema v1 as a plain msgspec struct, nothing checked beyond it.

The pipeline's own decoder does much more (patterns, ranges, reasons, canonical form), so this is the cheapest honest
reading of a message and favours what the pipeline is compared with.
"""

from __future__ import annotations

import datetime as dt
import os
from typing import Any, Final

import msgspec

TOPIC: Final = "declaration-events"


class DeclarationEvent(msgspec.Struct):
    """One event of schema v1."""

    event_id: str
    schema_version: int
    source: str
    declaration_key: str
    event_type: str
    occurred_at: dt.datetime
    emitted_at: dt.datetime | None = None
    source_partition: str | None = None
    source_seq: int | None = None
    declaration_no: str | None = None
    occurrence_no: int = 1
    revision: int = 0
    op: str = "ASSERT"
    occurred_precision: str = "second"
    clock: str = "SYSTEM"
    is_backfill: bool = False
    actor: str | None = None
    message_code: str | None = None
    attrs: dict[str, Any] | None = None


decode = msgspec.json.Decoder(DeclarationEvent).decode


class Job(msgspec.Struct, frozen=True):
    """What a script that reads the topic on its own is asked to do; it comes in the environment."""

    bootstrap: str
    events: int

    def environment(self) -> dict[str, str]:
        """Return the variables that carry it."""
        return {"BENCH_BOOTSTRAP": self.bootstrap, "BENCH_EVENTS": str(self.events)}

    @classmethod
    def of_environment(cls) -> Job:
        """Read it back."""
        return cls(os.environ["BENCH_BOOTSTRAP"], int(os.environ["BENCH_EVENTS"]))
