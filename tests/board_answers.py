"""What a board may be told, for its tests: a morning at three offices."""

from __future__ import annotations

import datetime as dt
from typing import Any

from streams.board.answers import (
    Alert,
    Filter,
    Health,
    Heard,
    Known,
    Ledger,
    Office,
    OpenRow,
    Silence,
    StageRow,
    Told,
    WindowRow,
)
from streams.board.scribe import Scribe
from streams.board.view import View
from streams.core.durations import Language
from streams.words import Word

HANOI = dt.timezone(dt.timedelta(hours=7))
NOW = dt.datetime(2026, 3, 10, 3, 0, tzinfo=dt.UTC)
"""10:00 in Hanoi."""

HOUR = 3600

OFFICES = (
    Office("27B1", Word("Chi cục Hải quan cửa khẩu quốc tế Na Mèo", "Na Meo International Border Gate")),
    Office("27F1", Word("Chi cục Hải quan Cảng Thanh Hóa", "Thanh Hoa Port")),
)

WINDOWS = tuple(
    WindowRow(
        "REG_REL", size, direction, n, 4000.0, 3.0, 90_000.0, n + 5, 30.0, None if size == "1h" else 100_000.0
    )
    for size, n in (("1h", 12), ("24h", 340), ("7d", 2100))
    for direction in ("import", "export", "all")
)

ENDS = (
    ("1h", NOW + dt.timedelta(minutes=1)),
    ("24h", NOW + dt.timedelta(minutes=5)),
    ("7d", NOW + dt.timedelta(hours=15)),
)

STAGES = (
    StageRow("document_check", "customs", 31, 9 * HOUR, 4),
    StageRow("payment", "declarant", 12, 100 * HOUR, 0),
    StageRow("specialised", "oga", 1, 271 * HOUR + 300, 1),
)

OLDEST = (
    OpenRow("10002000142", "27F1", "specialised", "oga", 271 * HOUR + 300, True),
    OpenRow("10002000297", "27F1", "payment", "declarant", 100 * HOUR, False),
    OpenRow("30002001925", None, "document_check", "customs", 9 * HOUR, None),
)

LEDGER = Ledger(32_914, 29_287, 3_453, 174, (("wrong_type", 31), ("invalid_value", 28)))

HEALTH = Health(
    workers=1,
    ready=1,
    silent=(),
    gap=0,
    lag=(("declaration-events", 0), ("release-monitor-packed", 2)),
    stalled=False,
    failures=0,
    last_event=NOW - dt.timedelta(seconds=20),
    silences=(Silence("27F1", 600, 2 * HOUR),),
    restarts=0,
)

ALERTS = (
    Alert(
        "ReleaseDeclarationsStuck",
        "ticket",
        "firing",
        "27F1",
        Word("27F1 Cảng Thanh Hóa: 4 tờ khai quá hạn", "27F1 Thanh Hoa Port: 4 declarations are stuck"),
        NOW - dt.timedelta(minutes=10),
    ),
    Alert("ReleasePipelineLag", "page", "firing", None, Word("Hệ thống chậm", "The pipeline lags"), NOW),
)


EVERYTHING = Filter()


def told(asked: Filter = EVERYTHING, **other: Any) -> Told:
    """Return an answer of the store; fields may be given other values."""
    answer = Told(
        of=asked,
        now=NOW,
        replay=False,
        watermark=NOW - dt.timedelta(seconds=80),
        settled=True,
        offices=OFFICES,
        ends=ENDS,
        windows=WINDOWS,
        stages=STAGES,
        oldest=OLDEST,
        ledger=LEDGER,
        took_s=0.1,
    )
    return answer._replace(**other)


def known(**other: Any) -> Known:
    """Return what is known, all of it heard at second 100."""
    return Known(Heard(told(), 100.0), Heard(HEALTH, 100.0), Heard(ALERTS, 100.0))._replace(**other)


def view(language: Language = "en", **other: Any) -> View:
    """Return a view at second 102."""
    return View(known(), Filter(), Scribe(language, HANOI), 102.0)._replace(**other)
