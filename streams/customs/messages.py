"""The forms of raw messages: an envelope that all have in common, and the items of each kind.

What is absent is left out, never null. Dates have 8 digits and times 6; both are only texts here, `moments` reads them.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Generic, Literal, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from streams.core.decode import Amount, Text


class Items(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """What every message about a declaration may say of it. Personal: `trader_code`, `officer_code`."""

    moments: ClassVar[tuple[str, ...]] = ()
    """The moments that such items tell, NAME for the pair NAME_date and NAME_time."""

    office: Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Z]{4}\Z")]
    team: Text | UnsetType = UNSET
    kind: Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Z]{1,8}\Z")] | UnsetType = UNSET
    transport: Literal[1, 2, 3, 4, 5, 6, 9] | UnsetType = UNSET
    hs2: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{2}\Z")] | UnsetType = UNSET
    trader_code: Text | UnsetType = UNSET
    officer_code: Text | UnsetType = UNSET
    tax_vnd: Amount | UnsetType = UNSET
    value_usd: Amount | UnsetType = UNSET


class RegistrationItems(Items, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """Items of a registration (IDC, EDC, MIC, MEC)."""

    moments: ClassVar[tuple[str, ...]] = ("registered",)

    registered_date: str
    registered_time: str
    arrival_date: str | UnsetType = UNSET


class CopyItems(Items, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """Items of a message that is a copy of the declaration: it repeats when it was registered and corrected."""

    moments: ClassVar[tuple[str, ...]] = ("registered", "correction")

    registered_date: str | UnsetType = UNSET
    registered_time: str | UnsetType = UNSET
    correction_date: str | UnsetType = UNSET
    correction_time: str | UnsetType = UNSET
    arrival_date: str | UnsetType = UNSET


class ClearanceItems(CopyItems, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """Items of a clearance: the moment of the permit, and when the inspection was completed if there was one."""

    moments: ClassVar[tuple[str, ...]] = ("registered", "correction", "inspection", "permit")

    permit_date: str
    permit_time: str
    inspection_date: str | UnsetType = UNSET
    inspection_time: str | UnsetType = UNSET


class GateItems(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """Items of a message of the gate (VASSCM): when it happened."""

    moments: ClassVar[tuple[str, ...]] = ("event",)

    event_date: str
    event_time: str


AnyItems = Items | GateItems
I = TypeVar("I", bound=AnyItems)  # noqa: E741 the items of one kind of message


class CustomsMessage(
    msgspec.Struct, Generic[I], frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False
):
    """One raw message: what it is, when it was sent, about which declaration, and its items.

    `revision` counts the corrections of this message, `serial` its repetitions for one declaration number, `sequence`
    all messages of one `terminal`.
    """

    message_code: str
    sent_date: str
    sent_time: str
    declaration_no: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{12}\Z")]
    items: I
    revision: Annotated[int, msgspec.Meta(ge=0, le=49)] = 0
    serial: Annotated[int, msgspec.Meta(ge=1, le=9999)] = 1
    terminal: Text | UnsetType = UNSET
    sequence: Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)] | UnsetType = UNSET
