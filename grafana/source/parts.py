"""Parts that several boards have: an office's columns, where a declaration stands, the alerts of now."""

from __future__ import annotations

from typing import Final

from grafana.source import links, promql
from grafana.source.colours import ACT, TEXT, WATCH
from grafana.source.looks import COUNT, IN_DAYS, MOMENT, NUMBER, SHARE, WORD, Limits, Look, in_words
from grafana.source.panels import Head, Panel
from grafana.source.tables import Asked, Column, asked_table
from grafana.source.words import both
from streams.metrics.series import OPEN_STAGES
from streams.words import STAGES, WAITING_ON, Word, Words

STUCK: Final = Look(COUNT, limits=Limits(1, 10, TEXT))
OLD: Final = IN_DAYS._replace(limits=Limits(15, 30, TEXT))
PAST: Final = Look(COUNT, limits=Limits(1, 10, TEXT))
SHARES: Final = Look(SHARE, 1, Limits(0.95, 0.90, TEXT))
BUDGET: Final = Look(SHARE, 0, Limits(0.25, 0.0, TEXT))
EXPECTED: Final = Look(COUNT, 1, Limits(1, 10, TEXT))

OFFICE_NAMES: Final = (
    f"max by (office, says) (label_join(release_office_info{{{promql.OFFICE}}}, "
    '"says", " · ", "name_vi", "name_en"))'
)
"""A row for each selected office, with its name in both languages."""

ALERTS: Final[Words] = {
    "ReleaseTargetBurnFast": Word("Trễ hạn tăng nhanh", "Targets are missed fast"),
    "ReleaseTargetBurnSlow": Word("Trễ hạn kéo dài", "Targets are missed for long"),
    "ReleaseDeclarationsStuck": Word("Tờ khai ùn tắc", "Declarations are stuck"),
    "ReleaseBacklogHigh": Word("Tồn nhiều hơn thường lệ", "Backlog above the usual"),
    "ReleaseChannelMixShift": Word("Tỷ lệ luồng thay đổi", "Mix of channels moved"),
    "ReleaseDeclarationsTooOld": Word("Tờ khai mở quá lâu", "Declarations open too long"),
    "ReleaseFeedSilent": Word("Chi cục mất dữ liệu", "An office is silent"),
    "ReleaseFeedStopped": Word("Không có dữ liệu nào đến", "Nothing arrives at all"),
    "ReleasePipelineLag": Word("Xử lý chậm", "The pipeline lags"),
    "ReleaseRejectsHigh": Word("Nhiều thông điệp bị từ chối", "Many messages are refused"),
    "ReleaseSinkStalled": Word("Kho không nhận ghi", "The store takes no writes"),
    "ReleaseReconciliationGap": Word("Thông điệp chưa vào kho", "Messages are not stored"),
    "ReleaseWorkerDown": Word("Tiến trình không trả lời", "A worker does not answer"),
    "ReleaseWorkerNotReady": Word("Tiến trình chưa sẵn sàng", "A worker is not ready"),
    "ReleaseWindowsStandStill": Word("Cửa sổ đứng yên", "Windows stand still"),
    "ReleaseMetricSeriesBudget": Word("Quá nhiều chuỗi số liệu", "Too many series"),
}
"""What each alert of Prometheus says; its section in the runbook has the alert's name."""

_SEVERITY: Final = {
    "page": (both(Word("⚠ gọi ngay", "page")), ACT),
    "ticket": (both(Word("việc cần làm", "ticket")), WATCH),
}


def _stand(stage: str, who: str) -> Word:
    return Word(f"{STAGES[stage].vi}: {WAITING_ON[who].vi}", f"{STAGES[stage].en}: {WAITING_ON[who].en}")


STANDS: Final = Column(
    "stands",
    Word("Công việc: bên phải xử lý", "Stage: who must act"),
    Look(
        "string",
        None,
        said=in_words({f"{stage}/{who}": _stand(stage, who) for stage, who in OPEN_STAGES}),
    ),
    420,
)


def stands(metric: str) -> str:
    """Count a gauge by office and by where a declaration stands, the stage and who must act in one label."""
    counted = promql.counted(metric, "office, stage, waiting_on", promql.PLACE)
    return f'sum by (office, stands) (label_join({counted}, "stands", "/", "stage", "waiting_on"))'


def office_columns() -> list[Column]:
    """Return the columns of an office: its code, which leads to its board, and its name."""
    return [
        Column("office", Word("Chi cục", "Office"), WORD, 80, links.to_office_of_row()),
        Column("says", Word("Tên", "Name"), WORD, 430),
    ]


FIRING: Final = 'ALERTS{alertstate="firing",component!="",office=~"|${office:regex}"}'
"""Alerts that are firing, of the selected offices and those of no office."""


def alerts_now() -> Panel:
    """Build the list of alerts that are firing."""
    labels = "severity, alertname, office"
    return asked_table(
        Head(
            Word("Cảnh báo lúc này", "Alerts now"),
            Word(
                "Cảnh báo của Prometheus đang kêu, từ lúc điều kiện bắt đầu; số: mấy khoảng thời gian, loại"
                " hay công việc."
                " Phải làm gì: sổ tay có một mục cho mỗi cảnh báo.",
                "Alerts of Prometheus that are firing, since their condition began; n: of how many intervals,"
                " directions or"
                " stages. What to do: the runbook has a section for each.",
            ),
        ),
        [
            Column("severity", Word("Mức", "Severity"), Look("string", None, said=_SEVERITY), 165),
            Column("alertname", Word("Cảnh báo", "Alert"), Look("string", None, said=in_words(ALERTS))),
            Column("office", Word("Chi cục", "Office"), WORD, 80, links.to_office_of_row()),
        ],
        [
            Asked(f"count by ({labels}) ({FIRING})", Word("Số", "n"), NUMBER, 60),
            Asked(
                f"1000 * min by ({labels}) (ALERTS_FOR_STATE and on (alertname, office) {FIRING})",
                Word("Từ", "Since"),
                MOMENT,
                145,
            ),
        ],
        sort=Word("Mức", "Severity"),
        falling=False,
    )
