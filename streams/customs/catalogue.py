"""Every message that is translated: its code, what it announces, and the form of its items (domain, section 5)."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from streams.customs.messages import (
    AnyItems,
    ClearanceItems,
    CopyItems,
    CustomsMessage,
    GateItems,
    Items,
    RegistrationItems,
)

PREFIXES: Final = {"import": "10", "export": "30"}
"""How the number of a declaration begins, by direction."""


REPEATED_RANK: Final = 0
PROCEDURE_RANK: Final = 50
ANNOUNCED_RANK: Final = 100
"""What one message announces may be repeated by others, with less to say of it. The rank is added to the message's own
revision, 0 to 49, so that of one event the announcement stands, whatever came first; a procedure (IDE) yields to the
copy of the declaration that follows it (VAD2AE)."""


class Kind(msgspec.Struct, frozen=True):
    """What the messages of one code are.

    `event_type` happened at `moment`, a pair of items (`permit` for permit_date and permit_time); where the message has
    no such pair, when it was sent.
    `direction` is None where the code is for imports and exports; the declaration's number says which.
    """

    event_type: str
    actor: str
    items: type[AnyItems]
    moment: str
    direction: str | None
    source: str = "VNACCS"
    channel: int | None = None
    rank: int = ANNOUNCED_RANK

    def decoder(self) -> msgspec.json.Decoder[CustomsMessage[Any]]:
        """Make the decoder for such messages."""
        return msgspec.json.Decoder(CustomsMessage[self.items])  # type: ignore[name-defined]


def _declarations() -> dict[str, Kind]:
    found: dict[str, Kind] = {}

    def add(event_type: str, actor: str, items: type[AnyItems], moment: str, *codes: str) -> None:
        for code in codes:
            direction = "export" if code[:3] in ("VAE", "EDA", "EDC", "EDE", "MEC") else "import"
            channel = int(code[3]) if event_type == "CHANNEL_ASSIGNED" else None
            rank = PROCEDURE_RANK if code in ("IDE", "EDE") else ANNOUNCED_RANK
            found[code] = Kind(event_type, actor, items, moment, direction, channel=channel, rank=rank)

    add("PRE_REGISTERED", "DECLARANT", Items, "sent", "IDA", "EDA")
    add("REGISTERED", "DECLARANT", RegistrationItems, "registered", "IDC", "EDC", "MIC", "MEC")
    add("AMENDED", "DECLARANT", CopyItems, "correction", "IDE", "EDE")
    add("CHANNEL_ASSIGNED", "SYSTEM", CopyItems, "sent", "VAD1AC", "VAD2AC", "VAD3AC")
    add("CHANNEL_ASSIGNED", "SYSTEM", CopyItems, "sent", "VAE1LD", "VAE2LD", "VAE3LD")
    add("CLEARED", "CUSTOMS", ClearanceItems, "permit", "VAD1AG", "VAD2AG", "VAE1LF", "VAE2LF")
    add("RELEASE_REQUESTED", "DECLARANT", CopyItems, "sent", "VAD1BK", "VAD2BK", "VAD3BK")
    add("RELEASED_CONDITIONAL", "CUSTOMS", CopyItems, "sent", "VAD1BJ", "VAD2BJ")
    add("AMENDED", "DECLARANT", CopyItems, "correction", "VAD2AE", "VAD3AE", "VAE2LE", "VAE3LE")
    add("AMENDED", "CUSTOMS", CopyItems, "correction", "VAD2AY", "VAD3AY", "VAE2LY", "VAE3LY")
    add("INSPECTION_ORDERED", "CUSTOMS", Items, "sent", "VAD487", "VAE474")
    add("INSPECTION_ORDER_CANCELLED", "CUSTOMS", Items, "sent", "VAD491", "VAE478")
    add("AMENDMENT_REQUESTED", "CUSTOMS", Items, "sent", "VAD800", "VAE800")
    return found


def _gate() -> dict[str, Kind]:
    actors = {"GATE_IN": "PORT", "GATE_OUT": "PORT", "HOLD_PLACED": "CUSTOMS", "HOLD_LIFTED": "CUSTOMS"}
    return {
        word: Kind(word, actor, GateItems, "event", None, source="VASSCM") for word, actor in actors.items()
    }


KINDS: Final[dict[str, Kind]] = {**_declarations(), **_gate()}
"""What every known message_code is. VASSCM has no public codes: its messages are named by what they announce."""
