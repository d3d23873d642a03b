"""Alerts that only the store can raise: Grafana asks ClickHouse for them. All others are rules of Prometheus.

One alert is never in both: what a metric tells is Prometheus', which also runs where nobody has Grafana.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from grafana.source import links
from grafana.source.sources import ClickHouseQuery, clickhouse
from grafana.source.words import both
from streams.words import Word

FOLDER: Final = "release-monitor"
CONTACT: Final = "release-monitor"
_EXPRESSIONS: Final = "__expr__"


class StoreRule(NamedTuple):
    """An alert for each row of a statement whose number is above `above`; the words of a row become labels.

    It points at a panel of a board, by the English title of the panel.
    """

    uid: str
    title: Word
    sql: str
    above: float
    lasting: str
    summary: Word
    description: Word
    board: str
    panel: str


RULES: Final = (
    StoreRule(
        "release-store-findings",
        Word("Vấn đề dữ liệu tăng vọt", "Findings about the data surge"),
        """WITH (SELECT now FROM clock) AS t
SELECT finding, countIf(found_at > t - INTERVAL 1 DAY)
       / greatest(20, 3 / 7 * countIf(found_at <= t - INTERVAL 1 DAY AND found_at > t - INTERVAL 8 DAY)) AS surge
FROM data_quality
WHERE finding NOT IN ('duplicate', 'retracted')
GROUP BY finding""",
        1,
        "15m",
        Word(
            "Vấn đề {{ .Labels.finding }}: nhiều gấp ba thường lệ trong 24 giờ",
            "Finding {{ .Labels.finding }}: three times the usual within 24 hours",
        ),
        Word(
            "Số vấn đề trong 24 giờ của đồng hồ so với bình quân 7 ngày trước. Mỗi vấn đề có tờ khai và sự"
            " kiện trong"
            " data_quality.",
            "Findings within 24 hours of the clock against the mean of the 7 days before. Each has its"
            " declaration and"
            " event in data_quality.",
        ),
        "pipeline",
        "Findings about the data",
    ),
    StoreRule(
        "release-store-cohorts",
        Word("Số theo tháng đăng ký đã cũ", "Figures of cohorts are old"),
        """SELECT 'cohort_monthly' AS figures,
       if(count() = 0, 0, dateDiff('second', max(computed_at), now64(3)) / 3600) AS hours
FROM cohort_monthly""",
        3,
        "15m",
        Word("Số theo tháng đăng ký đã quá 3 giờ", "Figures of cohorts are more than 3 hours old"),
        Word(
            "Kho làm mới chúng mỗi giờ. `release-monitor doctor` cho biết lần làm mới gần nhất hỏng ở đâu.",
            "The store makes them anew every hour. `release-monitor doctor` tells where the latest attempt"
            " failed.",
        ),
        "analysis",
        "Official figures by month of registration",
    ),
    StoreRule(
        "release-store-published",
        Word("Số đã công bố khác số hiện có", "Published figures differ"),
        """SELECT concat(toString(year), if(month = 0, '', concat('-', leftPad(toString(month), 2, '0'))), ' ', office)
           AS published, uniqExact(declaration_key) AS declarations
FROM publication_differences
WHERE settled_by_revision IS NULL
GROUP BY year, month, office""",
        0,
        "1h",
        Word(
            "Kỳ {{ .Labels.published }} đã công bố: có tờ khai nay khác đi",
            "Published period {{ .Labels.published }}: declarations differ now",
        ),
        Word(
            "Xem `release-monitor published` và quyết định có công bố lần sửa đổi hay không.",
            "See `release-monitor published`, and decide whether to publish a revision.",
        ),
        "analysis",
        "Official figures by month of registration",
    ),
    StoreRule(
        "release-store-rejected",
        Word("Thông điệp bị từ chối còn đó", "Refused messages wait"),
        """SELECT reason, count() AS waiting
FROM rejected_events
WHERE received_at > now64(3) - INTERVAL 7 DAY AND received_at <= now64(3) - INTERVAL 1 DAY
GROUP BY reason""",
        9,
        "1h",
        Word(
            "Từ chối vì {{ .Labels.reason }}: hơn một ngày chưa ai xử lý",
            "Refused for {{ .Labels.reason }}: nobody has seen to them for more than a day",
        ),
        Word(
            "Trong 7 ngày qua có từ 10 thông điệp bị từ chối đã quá một ngày. Sửa ở nguồn và gửi lại, hoặc"
            " `release-monitor"
            " rejected replay` sau khi đổi quy tắc.",
            "Within the last 7 days 10 or more messages were refused that are over a day old. Have them"
            " corrected at their"
            " source and sent again, or `release-monitor rejected replay` after a change of rule.",
        ),
        "pipeline",
        "Refused, by reason",
    ),
)


def document(panel_of: Callable[[str, str], int]) -> dict[str, Any]:
    """Return the rules as Grafana's file provisioning reads them. `panel_of`: a panel by board and title."""
    return {
        "apiVersion": 1,
        "groups": [
            {
                "orgId": 1,
                "name": "store",
                "folder": FOLDER,
                "interval": "5m",
                "rules": [_rule(rule, panel_of(rule.board, rule.panel)) for rule in RULES],
            }
        ],
    }


def statements() -> Iterator[tuple[str, str]]:
    """Give each rule's name and statement."""
    for rule in RULES:
        yield rule.uid, rule.sql


def _rule(rule: StoreRule, panel: int) -> dict[str, Any]:
    query = ClickHouseQuery(rule.sql, "A").to_json() | {"datasource": clickhouse().to_json()}
    return {
        "uid": rule.uid,
        "title": both(rule.title),
        "condition": "B",
        "for": rule.lasting,
        "noDataState": "OK",
        "execErrState": "Error",
        "labels": {"severity": "ticket", "component": "store"},
        "annotations": {
            "summary_vi": rule.summary.vi,
            "summary_en": rule.summary.en,
            "summary": f"{rule.summary.vi} / {rule.summary.en}",
            "description": f"{rule.description.vi}\n{rule.description.en}",
        },
        "dashboardUid": links.UIDS[rule.board],
        "panelId": panel,
        "data": [
            {
                "refId": "A",
                "datasourceUid": clickhouse().uid,
                "relativeTimeRange": {"from": 3600, "to": 0},
                "model": query,
            },
            {
                "refId": "B",
                "datasourceUid": _EXPRESSIONS,
                "relativeTimeRange": {"from": 0, "to": 0},
                "model": {
                    "refId": "B",
                    "type": "threshold",
                    "expression": "A",
                    "datasource": {"type": _EXPRESSIONS, "uid": _EXPRESSIONS},
                    "conditions": [{"evaluator": {"type": "gt", "params": [rule.above]}}],
                },
            },
        ],
    }
