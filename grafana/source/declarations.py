"""Tables of single declarations from the store: the oldest that are open, and the events of one."""

from __future__ import annotations

from typing import Final

from grafana_foundation_sdk.models import dashboard

from grafana.source import links
from grafana.source.colours import ACT, CALM, TEXT
from grafana.source.looks import LENGTH, MOMENT, MOMENT_S, WORD, Limits, Look, in_words
from grafana.source.panels import Head, Panel
from grafana.source.sql import OFFICES, one_or_all
from grafana.source.tables import Column, stored_table
from grafana.source.words import both, channels, directions
from streams.words import ACTORS, EVENT_TYPES, STAGES, WAITING_ON, Word, Words

_PAST: Final = Look(
    "string",
    None,
    said={
        "1": (both(Word("⚠ quá hạn", "past")), ACT),
        "0": (both(Word("trong hạn", "within")), CALM),
        "true": (both(Word("⚠ quá hạn", "past")), ACT),
        "false": (both(Word("trong hạn", "within")), CALM),
    },
)
_AGE: Final = LENGTH._replace(limits=Limits(15 * 86_400, 30 * 86_400, TEXT))

SELECTED: Final = (
    f"{OFFICES} AND {one_or_all('direction', 'direction')} AND {one_or_all('channel', 'channel')}"
)
"""Open declarations as selected on boards that have the variables office, direction and channel."""


def _to_declaration() -> dashboard.DashboardLink:
    more = "&var-declaration=${__value.raw}&${direction:queryparam}&${channel:queryparam}"
    return links.to("open", Word("Sự kiện của tờ khai", "Events of the declaration"), more=more)


def oldest(limit: int, where: str = SELECTED) -> Panel:
    """Build the table of open declarations, oldest first."""
    sql = f"""SELECT declaration_key, office, direction, channel, stage, waiting_on, registered_at, age_s,
       stage_since, stage_due_at, past_stage_limit, target_due_at, toFloat64(value_usd) AS value_usd
FROM open_declarations
WHERE {where}
ORDER BY registered_at, declaration_key
LIMIT {limit}"""

    def words(of: Words) -> Look:
        return Look("string", None, said=in_words(of))

    return stored_table(
        Head(
            Word("Tờ khai đang mở, lâu nhất trước", "Open declarations, oldest first"),
            Word(
                f"Nhiều nhất {limit} tờ khai. Bấm vào số tờ khai để xem sự kiện của nó.",
                f"At most {limit} declarations. Click a number to see its events.",
            ),
        ),
        sql,
        [
            Column("declaration_key", Word("Tờ khai", "Declaration"), WORD, 115, _to_declaration()),
            Column("office", Word("Chi cục", "Office"), WORD, 65),
            Column("direction", Word("Loại", "Direction"), words(directions()), 115),
            Column("channel", Word("Luồng", "Channel"), words(channels()), 120),
            Column("stage", Word("Công việc", "Stage"), words(STAGES), 225),
            Column("waiting_on", Word("Bên phải xử lý", "Waits for"), words(WAITING_ON), 195),
            Column("registered_at", Word("Đăng ký", "Registered"), MOMENT, 130),
            Column("age_s", Word("Tuổi", "Age"), _AGE, 110),
            Column("stage_since", Word("Việc này từ", "Stage since"), MOMENT, 130),
            Column("stage_due_at", Word("Hạn của việc", "Stage due"), MOMENT, 130),
            Column("past_stage_limit", Word("Quá hạn việc", "Stage limit"), _PAST, 140),
            Column("target_due_at", Word("Hạn tờ khai", "Target due"), MOMENT, 130),
            Column("value_usd", Word("Trị giá", "Value"), Look("currencyUSD", 0), 95),
        ],
    )


def events_of_one() -> Panel:
    """Build the table of the effective events of the declaration that is selected by its number."""
    sql = """SELECT occurred_at, event_type, actor, source, message_code, attrs
FROM events
WHERE declaration_key = ${declaration:sqlstring}
ORDER BY occurred_at, event_id"""
    return stored_table(
        Head(
            Word("Sự kiện của tờ khai đã chọn", "Events of the selected declaration"),
            Word(
                "Những sự kiện đang có hiệu lực. Tất cả về tờ khai: release-monitor timeline SỐ.",
                "The events that count. All about it: release-monitor timeline NUMBER.",
            ),
        ),
        sql,
        [
            Column("occurred_at", Word("Thời điểm", "Time"), MOMENT_S, 165),
            Column(
                "event_type", Word("Sự kiện", "Event"), Look("string", None, said=in_words(EVENT_TYPES)), 420
            ),
            Column("actor", Word("Bên thực hiện", "Actor"), Look("string", None, said=in_words(ACTORS)), 250),
            Column("source", Word("Nguồn", "Source"), WORD, 120),
            Column("message_code", Word("Mã thông điệp", "Message"), WORD, 160),
            Column("attrs", Word("Thuộc tính", "Attributes"), WORD),
        ],
    )
