"""Verdicts on intervals with a target, each found by itself from the final record of its declaration."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from oracle.windows import Record, Span
from oracle.working import DEFAULT, Office, working_us

RUNNING_ON = ("COND_FIN", "STORE_FIN", "REL_EXIT")
SUMS = ("AMEND", "OGA")


class Limit(NamedTuple):
    """A target as the oracle sees it: for what began in [since, until)."""

    interval: str
    clock: str
    seconds: int
    direction: str | None = None
    since: int = 0
    until: int = 2**62


def verdicts(
    records: Iterable[Record],
    limits: Iterable[Limit],
    watermark: int,
    offices: Mapping[str | None, Office],
) -> Counter[tuple[str | None, str | None, int | None, str, str]]:
    """Count the verdicts by office, direction, channel, interval and verdict, as of a watermark; instants in ms."""
    found: Counter[tuple[str | None, str | None, int | None, str, str]] = Counter()
    limits = list(limits)
    for record in records:
        if not record.in_scope or record.registered is None:
            continue
        for code, span in record.spans.items():
            mine = [one for one in limits if _is_for(one, code, record, span)]
            if not mine or span.backfilled:
                continue
            limit = max(mine, key=lambda one: one.direction is not None)
            verdict = _verdict(record, code, span, limit, watermark, offices.get(record.office, DEFAULT))
            if verdict is not None:
                found[record.office, record.direction, record.channel, code, verdict] += 1
    return found


def _is_for(limit: Limit, code: str, record: Record, span: Span) -> bool:
    if limit.interval != code or span.start is None or limit.direction not in (None, record.direction):
        return False
    return limit.since <= span.start < limit.until


def _verdict(
    record: Record, code: str, span: Span, limit: Limit, watermark: int, office: Office
) -> str | None:
    cancelled_first = record.cancelled is not None and (
        record.released is None or record.cancelled < record.released
    )
    if span.end is not None and not (cancelled_first and _after(span.end, record.cancelled)):
        length = span.working if limit.clock == "working" else span.elapsed
        if length is None:
            return None
        return "late" if length > limit.seconds else "within_target"
    if code in SUMS:
        return None
    over = [watermark, *([record.cancelled] if record.cancelled is not None else [])]
    if code not in RUNNING_ON and record.released is not None:
        over.append(record.released)
    start = span.start or 0
    return "late" if _age_s(start, min(over), limit.clock, office) > limit.seconds else None


def _after(instant: int, other: int | None) -> bool:
    return other is not None and instant > other


def _age_s(start: int, at: int, clock: str, office: Office) -> int:
    if at <= start:
        return 0
    if clock == "elapsed":
        return (at - start) // 1000
    return working_us(start * 1000, at * 1000, office) // 1_000_000
