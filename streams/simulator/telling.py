"""What the sources tell of a life: one draft of a message for each of its events, from the system that sees it."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any, Final

import msgspec

from streams.simulator.lives import SECOND, Life

Content = dict[str, Any]

_EPOCH: Final = dt.datetime(1970, 1, 1, 7, tzinfo=dt.timezone(dt.timedelta(hours=7)))

_SEEN_BY: Final = {
    "PRE_REGISTERED": ("VNACCS", "DECLARANT"),
    "REGISTERED": ("VNACCS", "DECLARANT"),
    "CHANNEL_ASSIGNED": ("VCIS", "SYSTEM"),
    "CHANNEL_CHANGED": ("VCIS", "CUSTOMS"),
    "DOSSIER_COMPLETE": ("VNACCS", "DECLARANT"),
    "DOC_CHECK_STARTED": ("ECUSTOMS5", "CUSTOMS"),
    "DOC_CHECK_COMPLETED": ("ECUSTOMS5", "CUSTOMS"),
    "AMENDMENT_REQUESTED": ("VNACCS", "CUSTOMS"),
    "AMENDED": ("VNACCS", "DECLARANT"),
    "INSPECTION_ORDERED": ("VNACCS", "CUSTOMS"),
    "INSPECTION_ORDER_CANCELLED": ("VNACCS", "CUSTOMS"),
    "GOODS_PRESENTED": ("ECUSTOMS5", "DECLARANT"),
    "INSPECTION_STARTED": ("ECUSTOMS5", "CUSTOMS"),
    "INSPECTION_COMPLETED": ("ECUSTOMS5", "CUSTOMS"),
    "OGA_STARTED": ("NSW", "OGA"),
    "OGA_RESULT": ("NSW", "OGA"),
    "TAX_DUE": ("ETAX", "SYSTEM"),
    "TAX_SECURED": ("ETAX", "BANK"),
    "MOVED_TO_STORAGE": ("ECUSTOMS5", "DECLARANT"),
    "RELEASE_REQUESTED": ("VNACCS", "DECLARANT"),
    "RELEASED_CONDITIONAL": ("VNACCS", "CUSTOMS"),
    "CLEARED": ("VNACCS", "CUSTOMS"),
    "RELEASE_REVERTED": ("VNACCS", "CUSTOMS"),
    "HOLD_PLACED": ("VASSCM", "CUSTOMS"),
    "HOLD_LIFTED": ("VASSCM", "CUSTOMS"),
    "ARRIVED": ("VASSCM", "PORT"),
    "GATE_IN": ("VASSCM", "PORT"),
    "GATE_OUT": ("VASSCM", "PORT"),
    "CANCEL_REQUESTED": ("VNACCS", "DECLARANT"),
    "CANCELLED": ("VNACCS", "CUSTOMS"),
}
"""The source that tells of an event type, and who acts in it."""

SOURCES: Final = tuple(sorted({source for source, _ in _SEEN_BY.values()}))

_CODES: Final = {
    ("PRE_REGISTERED", "import"): "IDA",
    ("PRE_REGISTERED", "export"): "EDA",
    ("CHANNEL_ASSIGNED", "import"): "VAD{channel}AC",
    ("CHANNEL_ASSIGNED", "export"): "VAE{channel}LD",
    ("AMENDMENT_REQUESTED", "import"): "VAD800",
    ("AMENDMENT_REQUESTED", "export"): "VAE800",
    ("AMENDED", "import"): "VAD{checked}AE",
    ("AMENDED", "export"): "VAE{checked}LE",
    ("INSPECTION_ORDERED", "import"): "VAD487",
    ("INSPECTION_ORDERED", "export"): "VAE474",
    ("INSPECTION_ORDER_CANCELLED", "import"): "VAD491",
    ("INSPECTION_ORDER_CANCELLED", "export"): "VAE478",
    ("RELEASE_REQUESTED", "import"): "VAD{checked}BK",
    ("RELEASED_CONDITIONAL", "import"): "VAD2BJ",
    ("CLEARED", "import"): "VAD{green}AG",
    ("CLEARED", "export"): "VAE{green}LF",
}
"""Message codes of VNACCS and VCIS (domain, section 5)."""


class Draft(msgspec.Struct, gc=False):
    """A message to be. Times are in microseconds since the epoch."""

    event_id: str
    source: str
    declaration_key: str
    declaration_no: str
    event_type: str
    at_us: int
    """What the message will say as occurred_at."""
    sent_us: int
    """When the source sends it: its emitted_at."""
    partition: str
    actor: str | None = None
    message_code: str | None = None
    attrs: Content = {}
    occurrence_no: int = 1
    revision: int = 0
    op: str = "ASSERT"
    precision: str = "second"
    clock: str = "SYSTEM"
    is_backfill: bool = False
    tells_emission: bool = True
    numbered: bool = True
    """Whether the source counts this message in its source_seq."""
    seq: int | None = None
    future_first: bool = False
    """A source whose clock runs ahead sends it a first time, to be refused."""
    overtaken: bool = False
    """The next message of the declaration is delivered before it."""

    def content(self) -> Content:
        """Return the message as schema v1 wants it."""
        content: Content = {
            "event_id": self.event_id,
            "schema_version": 1,
            "source": self.source,
            "declaration_no": self.declaration_no,
            "declaration_key": self.declaration_key,
            "event_type": self.event_type,
            "occurrence_no": self.occurrence_no,
            "revision": self.revision,
            "op": self.op,
            "occurred_at": instant(self.at_us),
            "occurred_precision": self.precision,
            "clock": self.clock,
            "is_backfill": self.is_backfill,
            "actor": self.actor,
            "attrs": self.attrs,
        }
        if self.tells_emission:
            content["emitted_at"] = instant(self.sent_us)
        if self.message_code is not None:
            content["message_code"] = self.message_code
        if self.seq is not None:
            content["source_partition"] = self.partition
            content["source_seq"] = self.seq
        return content


def instant(at_us: int) -> str:
    """Write an instant as the feed does: local time of Viet Nam with its offset, to the microsecond."""
    return (_EPOCH + dt.timedelta(microseconds=at_us)).isoformat()


def event_id(source: str, key: str, event_type: str, occurrence_no: int) -> str:
    """Return the id that a source gives to an event: the same for the same natural key."""
    return f"{source}-{key}-{event_type}-{occurrence_no}"


def tell(chance: Random, life: Life) -> list[Draft]:
    """Return what is told of a life, in no order, each sent within two seconds of its event."""
    teller = _Teller(chance, life)
    goods = life.goods
    about: Content = {
        "direction": goods.direction,
        "kind": goods.kind,
        "transport": goods.office.transport,
        "hs2": goods.hs2,
        "trader_hash": goods.trader_hash,
        "tax_vnd": goods.tax_vnd,
        "value_usd": goods.value_usd,
    }
    teller.add("PRE_REGISTERED", life.pre_registered, **about)
    if life.registered is None:
        return teller.drafts
    if life.replaces is not None:
        about["replaces"] = life.replaces
    teller.add("REGISTERED", life.registered, **about)
    teller.add("CHANNEL_ASSIGNED", life.notice, channel=life.first_channel or life.channel)
    teller.add("ARRIVED", life.arrived)
    if life.channel > 1 or life.first_channel is not None:
        teller.tell_checks()
    if life.tax_due is not None:
        teller.add("TAX_DUE", life.tax_due, tax_vnd=goods.tax_vnd)
        teller.add("TAX_SECURED", life.tax_secured)
        teller.add("TAX_SECURED", life.tax_secured_again, 1 if life.tax_secured is None else 2)
    teller.tell_end()
    return teller.drafts


class _Teller:
    """Writes the drafts of one life."""

    def __init__(self, chance: Random, life: Life) -> None:
        self.drafts: list[Draft] = []
        self._chance = chance
        self._life = life
        self._key = life.key
        self._office = life.goods.office.code

    def add(self, event_type: str, at_us: int | None, occurrence_no: int = 1, **attrs: Any) -> None:
        """Add an event, if it happens."""
        if at_us is None:
            return
        life = self._life
        source, actor = _SEEN_BY[event_type]
        attrs["office"] = self._office
        if source == "ECUSTOMS5":
            attrs["officer_hash"] = life.goods.officer_hash
        if event_type == "CLEARED" and life.channel == 1:
            actor = "SYSTEM"
        amended = life.amended is not None and at_us >= life.amended
        self.drafts.append(
            Draft(
                event_id(source, self._key, event_type, occurrence_no),
                source,
                self._key,
                self._key + ("1" if amended else "0"),
                event_type,
                at_us,
                at_us + int((0.2 + 1.8 * self._chance.random()) * SECOND),
                self._office,
                actor,
                self._code(event_type),
                attrs,
                occurrence_no,
            )
        )

    def tell_checks(self) -> None:
        """Tell of everything between the channel notice and the decision but the tax."""
        life, add = self._life, self.add
        add("DOSSIER_COMPLETE", life.dossier)
        add("DOC_CHECK_STARTED", life.check_started)
        add("AMENDMENT_REQUESTED", life.amendment_requested)
        add("AMENDED", life.amended)
        add("DOC_CHECK_COMPLETED", life.check_completed)
        if life.channel_changed is not None:
            add("CHANNEL_CHANGED", life.channel_changed, channel=life.channel)
        if life.inspection_ordered is not None:
            add("INSPECTION_ORDERED", life.inspection_ordered)
            add("INSPECTION_ORDER_CANCELLED", life.inspection_called_off)
            add("GOODS_PRESENTED", life.presented)
            add("INSPECTION_STARTED", life.inspection_started)
            add("INSPECTION_COMPLETED", life.inspection_completed)
        if life.oga_started is not None:
            add("OGA_STARTED", life.oga_started, oga="quarantine")
            add("OGA_RESULT", life.oga_result, oga="quarantine")

    def tell_end(self) -> None:
        """Tell of the decision and what comes after it."""
        life, add = self._life, self.add
        if life.first_release is not None:
            add("CLEARED", life.first_release)
            add("RELEASE_REVERTED", life.reverted)
        if life.conditional and life.released is not None:
            add("RELEASE_REQUESTED", life.released - SECOND)
            add("RELEASED_CONDITIONAL", life.released)
            add("MOVED_TO_STORAGE", life.stored)
        add("CLEARED", life.cleared, 1 if life.first_release is None else 2)
        add("HOLD_PLACED", life.held)
        add("HOLD_LIFTED", life.hold_lifted)
        add("GATE_IN", life.gate_in)
        add("GATE_OUT", life.gate_out)
        add("CANCEL_REQUESTED", life.cancel_requested)
        add("CANCELLED", life.cancelled)

    def _code(self, event_type: str) -> str | None:
        life = self._life
        incoming = life.goods.direction == "import"
        if event_type == "REGISTERED":
            kind = "MIC" if life.goods.low_value else "IDC"
            return kind if incoming else kind.replace("I", "E", 1) if kind == "IDC" else "MEC"
        code = _CODES.get((event_type, life.goods.direction))
        if code is None:
            return None
        told = life.first_channel or life.channel
        return code.format(channel=told, checked=max(2, life.channel), green=min(2, life.channel))
