"""The truth is what a direct reading of a faultless feed gives: computed here from the messages alone."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from streams.simulator.truth import DeclarationTruth, Truth

if TYPE_CHECKING:
    from conftest import Content, Told

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def us(text: str) -> int:
    return (dt.datetime.fromisoformat(text) - EPOCH) // dt.timedelta(microseconds=1)


def read(contents: list[Content]) -> dict[str, Any]:
    """Status, channels, milestones and lengths, straight from domain, sections 6 and 7, for a life without faults."""
    at: dict[str, list[int]] = defaultdict(list)
    channels = []
    for content in contents:
        at[content["event_type"]].append(us(content["occurred_at"]))
        if "channel" in content["attrs"]:
            channels.append(content["attrs"]["channel"])

    def first(name: str, since: int = 0) -> int | None:
        return next((one for one in at[name] if one >= since), None)

    released = min(
        (one[0] for name in ("RELEASED_CONDITIONAL", "CLEARED") if (one := at[name])), default=None
    )
    amended = at["AMENDED"][-1] if at["AMENDED"] else 0
    milestones = {
        "M0": first("ARRIVED"),
        "M1": first("REGISTERED"),
        "M2": first("DOSSIER_COMPLETE"),
        "M3": first("DOC_CHECK_STARTED"),
        "M4": first("DOC_CHECK_COMPLETED"),
        "M5": first("GOODS_PRESENTED"),
        "M6": first("INSPECTION_COMPLETED"),
        "M7": first("TAX_SECURED", amended),
        "M8": released,
        "M9": first("CLEARED"),
        "M10": first("GATE_OUT"),
        "MX": first("CANCELLED"),
    }
    status = "open" if released is None else "cleared" if at["CLEARED"] else "released"
    if not at["REGISTERED"]:
        status = "expired"
    elif released is None and at["CANCELLED"]:
        status = "cancelled"
    lengths: dict[str, int] = {}

    def length(code: str, start: int | None, end: int | None, floor: int | None = None) -> None:
        if start is not None and end is not None and status not in ("cancelled", "expired"):
            found = (end - start) // 1_000_000
            lengths[code] = found if floor is None else max(floor, found)

    m = milestones
    length("REG_REL", m["M1"], m["M8"])
    length("DOC_REL", m["M3"], m["M8"])
    length("REG_DOC", m["M1"], m["M3"])
    length("DOC_CHK", m["M3"], m["M4"])
    length("INSP_WAIT", first("INSPECTION_ORDERED"), m["M5"])
    length("INSP", m["M5"], m["M6"])
    length("AMEND", first("AMENDMENT_REQUESTED"), first("AMENDED"))
    length("OGA", first("OGA_STARTED"), first("OGA_RESULT"))
    checked = [one for one in (m["M4"], m["M6"]) if one is not None]
    notice = at["CHANNEL_ASSIGNED"][:1]
    length("PAY", max(checked or notice, default=None), m["M7"], 0)
    paid = [m["M7"]] if m["M7"] is not None and (released is None or m["M7"] <= released) else []
    length("DECIDE", max([*checked, *paid] or notice, default=None), m["M8"])
    if at["RELEASED_CONDITIONAL"]:
        length("COND_FIN", m["M8"], m["M9"])
    length("STORE_FIN", first("MOVED_TO_STORAGE"), m["M9"])
    length("REL_EXIT", m["M8"], m["M10"])
    length("ARR_REL", m["M0"], m["M8"], 0)
    return {
        "status": status,
        "channels": (channels[0], channels[-1]) if channels else (None, None),
        "milestones": {name: one for name, one in milestones.items() if one is not None},
        "elapsed_s": lengths,
    }


def test_a_faultless_feed_says_nothing_but_the_truth(told: Callable[..., Told]) -> None:
    feed = told(frozenset())
    assert feed.declarations.keys() == feed.by_key.keys()
    assert not feed.feed
    codes: set[str] = set()
    for key, truth in feed.declarations.items():
        assert not truth.faults
        assert read(feed.contents(key)) == {
            "status": truth.status,
            "channels": (truth.channel_initial, truth.channel),
            "milestones": truth.milestones,
            "elapsed_s": truth.elapsed_s,
        }
        codes.update(truth.elapsed_s)
        assert all(seconds >= 0 for seconds in truth.elapsed_s.values())
        said = next(one["attrs"] for one in feed.contents(key) if "value_usd" in one["attrs"])
        assert (said["value_usd"], said["tax_vnd"]) == (truth.value_usd, truth.tax_vnd)
        assert (said["office"], said["direction"], said["kind"]) == (
            truth.office,
            truth.direction,
            truth.kind,
        )
        assert feed.contents(key)[-1]["declaration_no"] == truth.declaration_no
    assert len(codes) == 14


def test_a_line_can_be_read_back(faulty: Told) -> None:
    for truth in [*faulty.feed[:20], *list(faulty.declarations.values())[:200]]:
        assert msgspec.json.decode(msgspec.json.encode(truth), type=Truth) == truth
    line = msgspec.json.decode(msgspec.json.encode(next(iter(faulty.declarations.values()))))
    assert line["record"] == "declaration"
    assert isinstance(next(iter(faulty.declarations.values())), DeclarationTruth)
