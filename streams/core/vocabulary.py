"""The fixed words of the event contract: event types in lifecycle order, intervals, and why an event is refused."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

EVENT_TYPES: Final[tuple[str, ...]] = (
    "PRE_REGISTERED",
    "REGISTERED",
    "CHANNEL_ASSIGNED",
    "CHANNEL_CHANGED",
    "DOSSIER_COMPLETE",
    "DOC_CHECK_STARTED",
    "DOC_CHECK_COMPLETED",
    "AMENDMENT_REQUESTED",
    "AMENDED",
    "INSPECTION_ORDERED",
    "INSPECTION_ORDER_CANCELLED",
    "GOODS_PRESENTED",
    "INSPECTION_STARTED",
    "INSPECTION_COMPLETED",
    "OGA_STARTED",
    "OGA_RESULT",
    "TAX_DUE",
    "TAX_SECURED",
    "MOVED_TO_STORAGE",
    "RELEASE_REQUESTED",
    "RELEASED_CONDITIONAL",
    "CLEARED",
    "RELEASE_REVERTED",
    "HOLD_PLACED",
    "HOLD_LIFTED",
    "ARRIVED",
    "GATE_IN",
    "GATE_OUT",
    "CANCEL_REQUESTED",
    "CANCELLED",
    "MANUAL_FALLBACK",
    "POST_CLEARANCE_AMENDED",
    "HEARTBEAT",
)
"""Every event type of schema v1 in lifecycle order (domain, section 5)."""

LIFECYCLE_RANK: Final[dict[str, int]] = {name: rank for rank, name in enumerate(EVENT_TYPES)}
"""Position in the lifecycle, 0 first: the second key of the order of events (domain, rule 2)."""

INTERVAL_CODES: Final[tuple[str, ...]] = (
    "REG_REL",
    "DOC_REL",
    "REG_DOC",
    "DOC_CHK",
    "DOC_LIMIT",
    "INSP_WAIT",
    "INSP",
    "AMEND",
    "OGA",
    "PAY",
    "DECIDE",
    "COND_FIN",
    "STORE_FIN",
    "REL_EXIT",
    "ARR_REL",
)
"""Every interval of the domain, in its order (section 7)."""


class RejectReason(StrEnum):
    """Why an event did not get in. The words are fixed: boards and alerts rely on them."""

    EMPTY = "empty"
    OVERSIZED = "oversized"
    BROKEN_JSON = "broken_json"
    NOT_AN_OBJECT = "not_an_object"
    UNSUPPORTED_VERSION = "unsupported_version"
    MISSING_FIELD = "missing_field"
    WRONG_TYPE = "wrong_type"
    INVALID_VALUE = "invalid_value"
    NO_OFFSET = "no_offset"
    INVALID_TIME = "invalid_time"
    FUTURE = "future"
    UNKNOWN_TYPE = "unknown_type"


STATUSES: Final[tuple[str, ...]] = ("open", "released", "cleared", "cancelled", "expired", "orphan")
"""What a declaration can be (contract)."""

STAGES: Final[tuple[str, ...]] = (
    "registered",
    "dossier",
    "document_check",
    "amendment",
    "inspection",
    "specialised",
    "payment",
    "decision",
    "storage",
    "held",
    "exited",
    "done",
)
"""Where a declaration can stand (contract)."""

FINDINGS: Final[tuple[str, ...]] = (
    "conflicting_id",
    "retracted",
    "duplicate_event",
    "clock_step",
    "negative",
    "clamped",
    "before_registration",
    "missing_check_start",
)
"""The fixed words for what is wrong or remarkable in the data of one declaration."""

FOLD_RULES: Final = 5
"""The version of what a fold makes of events: raised when its results change, so that older rows are found."""
