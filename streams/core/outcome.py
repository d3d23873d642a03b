"""What enforcement came to: one violation, fine, check after clearance or seizure, as it is said and corrected.

An outcome is told like an event: whatever is said of one natural key (source, outcome_id), the highest revision counts,
of equal ones the later emitted_at, then the greater canonical JSON; a RETRACT that counts removes it (domain, rule 1).
Agrees with `schemas/enforcement-outcome.v1.schema.json`; a test holds the two together.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

import msgspec

from streams.core.decode import END_US, Amount, Instant, Text, explain
from streams.core.event import Rejected
from streams.core.period import FIRST_YEAR, LAST_YEAR
from streams.core.vocabulary import RejectReason

OutcomeKind = Literal["violation", "fine", "post_clearance_check", "seizure"]

MAX_OUTCOME_BYTES: Final = 16_384
"""The longest row that is read: all fields at their longest take less than a tenth of it."""

MOST_CASES: Final = 2**32 - 1
MOST_VND: Final = 10**15

_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_BEFORE_ALL_TIME: Final = -(2**63)
_CENT: Final = Decimal("0.01")


class Outcome(msgspec.Struct, frozen=True, gc=False):
    """One content that was said of one outcome.

    `count` is how many cases it stands for, `amount_vnd` what they come to in dong (None where it is not said),
    `emitted_us` when the source sent it, in microseconds since the epoch. `canonical` is the content as JSON with every
    field, so that two ways of writing one content are one.
    """

    source: str
    outcome_id: str
    revision: int
    retract: bool
    occurred_on: dt.date
    office: str
    kind: OutcomeKind
    count: int
    amount_vnd: Decimal | None
    declaration_key: str | None
    emitted_us: int | None
    canonical: bytes

    @property
    def key(self) -> tuple[str, str]:
        """What makes two contents tell of the same outcome."""
        return (self.source, self.outcome_id)


class _Wire(msgspec.Struct, forbid_unknown_fields=True):
    """The schema as it is checked: a misspelt name is refused, because an amount would be lost silently with it."""

    outcome_id: Text
    source: Text
    occurred_on: dt.date
    office: Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Z]{4}\Z")]
    kind: OutcomeKind
    schema_version: int = 1
    revision: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)] = 0
    op: Literal["ASSERT", "RETRACT"] = "ASSERT"
    count: Annotated[int, msgspec.Meta(ge=0, le=MOST_CASES)] = 1
    amount_vnd: Amount | None = None
    declaration_key: Text | None = None
    emitted_at: Instant | None = None


class _Canonical(msgspec.Struct):
    """A content as `outcome` writes it."""

    amount_vnd: Decimal | None
    count: int
    declaration_key: str | None
    emitted_us: int | None
    kind: OutcomeKind
    occurred_on: dt.date
    office: str
    op: str
    outcome_id: str
    revision: int
    source: str


FIELDS: Final[tuple[str, ...]] = tuple(_Wire.__struct_fields__)
"""The names that a row may have."""

NEEDED: Final[frozenset[str]] = frozenset(
    field.name for field in msgspec.structs.fields(_Wire) if field.required
)
"""Those of them that every row has."""

NUMBERS: Final[frozenset[str]] = frozenset({"schema_version", "revision", "count", "amount_vnd"})
"""Those of them that are numbers in JSON."""

_wire = msgspec.json.Decoder(_Wire)
_exact = msgspec.json.Decoder(float_hook=Decimal)
_said = msgspec.json.Decoder(_Canonical)
_sorted = msgspec.json.Encoder(order="sorted", decimal_format="number")


def decode_outcome(value: bytes, line: int = 0) -> Outcome | Rejected:
    """Decode one row; `line` says where it was read.

    Never raises for bad input: what is no outcome comes back as `Rejected` with its reason and its whole payload.
    """
    if not value:
        return Rejected(RejectReason.EMPTY, "the row is empty", value, 0, line)
    if len(value) > MAX_OUTCOME_BYTES:
        detail = f"more than the {MAX_OUTCOME_BYTES} bytes that are read"
        return Rejected(RejectReason.OVERSIZED, detail, value, 0, line)
    try:
        wire = _wire.decode(value)
        amount = _exact_amount(value)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        reason, detail = explain(value, error)
        return Rejected(reason, detail, value, 0, line)
    emitted_us = (
        None if wire.emitted_at is None else (wire.emitted_at - _EPOCH) // dt.timedelta(microseconds=1)
    )
    refusal = _refusal(wire, amount, emitted_us)
    if refusal is not None:
        return Rejected(refusal[0], refusal[1], value, 0, line)
    return outcome(
        source=wire.source,
        outcome_id=wire.outcome_id,
        revision=wire.revision,
        retract=wire.op == "RETRACT",
        occurred_on=wire.occurred_on,
        office=wire.office,
        kind=wire.kind,
        count=wire.count,
        amount_vnd=amount,
        declaration_key=wire.declaration_key,
        emitted_us=emitted_us,
    )


def outcome(
    *,
    source: str,
    outcome_id: str,
    revision: int,
    retract: bool,
    occurred_on: dt.date,
    office: str,
    kind: OutcomeKind,
    count: int,
    amount_vnd: Decimal | None,
    declaration_key: str | None,
    emitted_us: int | None,
) -> Outcome:
    """Return an outcome with its canonical JSON, in which an amount has two places and a time is one number."""
    amount = None if amount_vnd is None else abs(amount_vnd.quantize(_CENT))  # no minus before a nought
    content = _Canonical(
        amount_vnd=amount,
        count=count,
        declaration_key=declaration_key,
        emitted_us=emitted_us,
        kind=kind,
        occurred_on=occurred_on,
        office=office,
        op="RETRACT" if retract else "ASSERT",
        outcome_id=outcome_id,
        revision=revision,
        source=source,
    )
    return Outcome(
        source,
        outcome_id,
        revision,
        retract,
        occurred_on,
        office,
        kind,
        count,
        amount,
        declaration_key,
        emitted_us,
        _sorted.encode(content),
    )


def from_canonical(canonical: bytes) -> Outcome:
    """Return the outcome whose canonical JSON this is."""
    said = _said.decode(canonical)
    return Outcome(
        said.source,
        said.outcome_id,
        said.revision,
        said.op == "RETRACT",
        said.occurred_on,
        said.office,
        said.kind,
        said.count,
        said.amount_vnd,
        said.declaration_key,
        said.emitted_us,
        canonical,
    )


def rank_of(one: Outcome) -> tuple[int, int, bytes]:
    """Sort key of what is said of one outcome, what counts last: revision, emission as an instant, canonical JSON.

    What does not say when it was emitted counts as emitted before all others.
    """
    emitted = _BEFORE_ALL_TIME if one.emitted_us is None else one.emitted_us
    return (one.revision, emitted, one.canonical)


class Standing:
    """What counts of each outcome: a function of the set of contents, whatever their order and repetition."""

    def __init__(self) -> None:
        self._chosen: dict[tuple[str, str], Outcome] = {}

    def add(self, one: Outcome) -> bool:
        """Take in a content, and say whether it now stands in the place of another one."""
        before = self._chosen.get(one.key)
        if before is not None and rank_of(one) <= rank_of(before):
            return False
        self._chosen[one.key] = one
        return before is not None

    def effective(self) -> list[Outcome]:
        """Return the outcomes that there are, in order of their keys: those taken back are none."""
        return sorted(
            (one for one in self._chosen.values() if not one.retract),
            key=lambda one: (one.source, one.outcome_id),
        )


def effective(contents: Iterable[Outcome]) -> list[Outcome]:
    """Return what counts of these contents, in order of source and outcome_id."""
    standing = Standing()
    for one in contents:
        standing.add(one)
    return standing.effective()


def _exact_amount(value: bytes) -> Decimal | None:
    """Return the amount as it is written, digit by digit; the strict decoder has seen that it is a number."""
    try:
        content: Any = _exact.decode(value)
    except ArithmeticError:  # an exponent that no Decimal has
        return Decimal("Infinity")
    amount = content.get("amount_vnd")
    return None if amount is None else Decimal(amount)


def _refusal(wire: _Wire, amount: Decimal | None, emitted_us: int | None) -> tuple[RejectReason, str] | None:
    """Find what is wrong with a row whose every field is well-formed by itself."""
    if wire.schema_version != 1:
        return RejectReason.UNSUPPORTED_VERSION, f"schema_version {wire.schema_version}, this reader knows 1"
    if not FIRST_YEAR <= wire.occurred_on.year <= LAST_YEAR:
        return RejectReason.INVALID_TIME, f"occurred_on lies outside the years {FIRST_YEAR} to {LAST_YEAR}"
    if emitted_us is not None and not 0 <= emitted_us < END_US:
        return RejectReason.INVALID_TIME, "emitted_at lies outside the years 1970 to 2199"
    if amount is not None:
        if not amount <= MOST_VND:
            return RejectReason.INVALID_VALUE, f"amount_vnd is more than {MOST_VND:,}"
        if amount != amount.quantize(_CENT):
            return RejectReason.INVALID_VALUE, f"amount_vnd {amount} has more than two decimal places"
    return None
