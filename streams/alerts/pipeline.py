"""This program itself: is it behind, does it refuse input, can it write, is everything accounted for, does it run."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from streams.alerts.catalogue import Alert, Group, Record, Severity
from streams.alerts.pace import Pace
from streams.alerts.shared import ANYBODY_WORKING, INPUT, latest
from streams.words import Word

JOB: Final = "release-monitor"
"""The name of the scrape job."""

MOST_LAG: Final = {"release-monitor-packed": 50, "": 20_000}
"""Messages that a topic may be behind: packs, of up to 1,000 events each, and of every other topic messages."""

WATERMARK_BEHIND_S: Final = 1_800
"""Event time that the watermark may be behind the clock while somebody works."""

MOST_REJECTED_SHARE: Final = 0.02
LEAST_REJECTED: Final = 20
"""Refused messages of a quarter of an hour: a greater share than usual, and enough of them to be no chance."""

REJECTED_BURST: Final = 1_000
"""Refused messages of a quarter of an hour that are an incident whatever their share."""

IN_FLIGHT_S: Final = 60
"""Positions of so many seconds of input are on their way at any time, and no gap."""

LEAST_GAP: Final = 1_000
"""Positions without an outcome, besides those on their way, that are an incident while they do not become fewer."""

WINDOWS_BEHIND_S: Final = 900
"""Event time that the running 1h window may end before the latest event."""

SERIES_SHARE: Final = 0.9
"""Share of the budget of series from which on it is said."""

_GAP: Final = "all:release_reconciliation_gap_events:max"
_LAG: Final = "topic:release_lag_events:sum"
_REJECTED: Final = "all:release_rejected:increase15m"
_CLOCK: Final = "scalar(max(release_clock_timestamp_seconds))"
_LAST_EVENT: Final = f"max(release_last_event_timestamp_seconds <= {_CLOCK})"
_BOARD: Final = "release-pipeline/"


def pipeline(pace: Pace) -> Group:
    """Return the alerts of the pipeline. Seconds of event time are not divided by the pace: the feed is fast, too."""
    return Group(
        "release-monitor-pipeline",
        pace.every("30s"),
        (
            Record(_LAG, f"sum by (topic) (max without (instance) ({latest('release_lag_events', pace)}))"),
            Record(_GAP, f"max({latest('release_reconciliation_gap_events', pace)})"),
            Record(_REJECTED, f"sum(increase(release_rejected_total[{pace('15m')}]))"),
            *_lag(pace),
            *_rejects(pace),
            _alert(
                "ReleaseSinkStalled",
                "page",
                "max(release_sink_stalled) == 1",
                pace.at_least("2m", "20s"),
                Word(
                    "ClickHouse không ghi được, hệ thống đang chờ",
                    "ClickHouse takes no writes, the pipeline waits",
                ),
                Word(
                    "Dữ liệu không mất: Kafka giữ lại cho đến khi ghi được.",
                    "Nothing is lost: Kafka keeps it until writing works again.",
                ),
            ),
            *_gap(pace),
            *_worker(pace),
            *_windows(pace),
            _alert(
                "ReleaseMetricSeriesBudget",
                "ticket",
                f"release_metric_series > {SERIES_SHARE:g} * release_metric_series_budget",
                pace("15m"),
                Word(
                    "{{ $labels.instance }}: {{ $value }} chuỗi số liệu, gần hết hạn mức",
                    "{{ $labels.instance }}: {{ $value }} series of metrics, near the budget",
                ),
                Word(
                    "Để không vượt hạn mức, tiến trình sẽ gộp các luồng lại khi khởi động.",
                    "To stay below it a worker gives channels together when it starts.",
                ),
            ),
        ),
    )


def _alert(
    name: str,
    severity: Severity,
    expr: str,
    lasting: str,
    summary: Word,
    description: Word,
    labels: Mapping[str, str] = MappingProxyType({}),
) -> Alert:
    return Alert(name, severity, expr, lasting, summary, description, _BOARD, labels)


def _lag(pace: Pace) -> list[Alert]:
    packed = MOST_LAG["release-monitor-packed"]
    return [
        _alert(
            "ReleasePipelineLag",
            "page",
            f'{_LAG}{{topic!="release-monitor-packed"}} > {MOST_LAG[""]}\n'
            f'or {_LAG}{{topic="release-monitor-packed"}} > {packed}',
            pace("10m"),
            Word(
                "Chậm {{ $value }} thông điệp ở {{ $labels.topic }}, số liệu trực tiếp đều cũ",
                "{{ $value }} messages behind in {{ $labels.topic }}, live figures are old",
            ),
            Word(
                "Chậm như vậy đã 10 phút; tự hết khi xử lý kịp.",
                "For 10 minutes; it ends when the workers have caught up.",
            ),
            {"signal": "messages"},
        ),
        _alert(
            "ReleasePipelineLag",
            "ticket",
            f"{_CLOCK} - min(release_watermark_timestamp_seconds) > {WATERMARK_BEHIND_S}\n"
            f"and on () (min_over_time({ANYBODY_WORKING}[{pace('1h')}]) == 1"
            f" and {ANYBODY_WORKING} offset {pace('1h')} == 1)\n"
            f"and on () {INPUT} > 0",
            pace("15m"),
            Word(
                "Mốc thời gian của dữ liệu chậm {{ $value | humanizeDuration }}, cửa sổ chưa khép lại",
                "The watermark is {{ $value | humanizeDuration }} behind, windows do not become final",
            ),
            Word(
                "Một phân vùng không có sự kiện mới trong khi vẫn có chi cục làm việc.",
                "One partition gets no new events while an office works.",
            ),
            {"signal": "watermark"},
        ),
    ]


def _rejects(pace: Pace) -> list[Alert]:
    summary = Word(
        '{{ $value | printf "%.0f" }} thông điệp bị từ chối trong 15 phút',
        '{{ $value | printf "%.0f" }} messages refused in 15 minutes',
    )
    return [
        _alert(
            "ReleaseRejectsHigh",
            "ticket",
            f"{_REJECTED} >= {LEAST_REJECTED}\n"
            f"and {_REJECTED} > {MOST_REJECTED_SHARE:g} * {INPUT}\n"
            f"unless {_REJECTED} >= {REJECTED_BURST}",
            pace("10m"),
            summary,
            Word(
                f"Hơn {MOST_REJECTED_SHARE:.0%} số nhận được. Thông điệp được giữ lại và có thể nạp lại.",
                f"More than {MOST_REJECTED_SHARE:.0%} of the input. They are kept and can be replayed.",
            ),
            {"signal": "share"},
        ),
        _alert(
            "ReleaseRejectsHigh",
            "page",
            f"{_REJECTED} >= {REJECTED_BURST}",
            pace("2m"),
            summary,
            Word(
                "Rất nhiều thông điệp bị từ chối. Thông điệp được giữ lại và có thể nạp lại.",
                "A burst of refused messages. They are kept and can be replayed.",
            ),
            {"signal": "burst"},
        ),
    ]


def _gap(pace: Pace) -> list[Alert]:
    quarter = pace("15m")
    flow = f"{IN_FLIGHT_S * pace.factor / (15 * 60):g} * {INPUT}"
    least, least_before = (
        f"min_over_time({_GAP}[{quarter}]{offset})" for offset in ("", f" offset {quarter}")
    )
    description = Word(
        "Thông điệp có trong Kafka nhưng chưa được lưu, từ chối hay nhận là trùng lặp.",
        "Messages that Kafka has and that are neither stored, nor refused, nor recognised as duplicates.",
    )
    return [
        _alert(
            "ReleaseReconciliationGap",
            "page",
            f"{least} > {LEAST_GAP} + {flow}\nand {least} >= {least_before}",
            pace("5m"),
            Word(
                "{{ $value }} thông điệp chưa vào kho dữ liệu, và không giảm",
                "{{ $value }} messages are not in the store, and it does not fall",
            ),
            description,
            {"signal": "growing"},
        ),
        _alert(
            "ReleaseReconciliationGap",
            "ticket",
            f"min_over_time({_GAP}[{pace('6h')}]) > {flow}\nand {_GAP} offset {pace('6h')} > 0",
            pace("15m"),
            Word(
                "{{ $value }} thông điệp chưa vào kho dữ liệu sau 6 giờ",
                "{{ $value }} messages are not in the store after 6 hours",
            ),
            description,
            {"signal": "remaining"},
        ),
    ]


def _worker(pace: Pace) -> list[Alert]:
    up = f'up{{job="{JOB}"}}'
    return [
        _alert(
            "ReleaseWorkerDown",
            "page",
            f"absent({up})\nor sum by (job) ({up}) == 0",
            pace.at_least("2m", "20s"),
            Word("Không có tiến trình xử lý nào hoạt động", "No worker answers"),
            Word(
                "Không có gì được xử lý; Kafka giữ lại mọi thông điệp.",
                "Nothing is processed; Kafka keeps every message.",
            ),
            {"signal": "all"},
        ),
        _alert(
            "ReleaseWorkerDown",
            "ticket",
            f"{up} == 0\nand on (job) sum by (job) ({up}) > 0",
            pace.at_least("5m", "30s"),
            Word(
                "Một tiến trình xử lý không hoạt động: {{ $labels.instance }}",
                "A worker does not answer: {{ $labels.instance }}",
            ),
            Word("Các tiến trình khác đã nhận phần việc của nó.", "The others have taken over its part."),
            {"signal": "one"},
        ),
        _alert(
            "ReleaseWorkerNotReady",
            "ticket",
            "release_worker_ready == 0",
            pace.at_least("5m", "30s"),
            Word(
                "{{ $labels.instance }} chưa sẵn sàng",
                "{{ $labels.instance }} is not ready",
            ),
            Word("/readyz cho biết lý do.", "/readyz tells why."),
        ),
    ]


def _windows(pace: Pace) -> list[Alert]:
    end = 'release_window_end_timestamp_seconds{window="1h"}'
    return [
        _alert(
            "ReleaseWindowsStandStill",
            "ticket",
            f"{_LAST_EVENT} - max({end}) > {WINDOWS_BEHIND_S}\nor (absent(max({end})) and on () {INPUT} > 0)",
            pace("10m"),
            Word("Các cửa sổ thời gian đứng yên", "The windows stand still"),
            Word(
                "Sự kiện vẫn đến nhưng cửa sổ không được tính lại.",
                "Events arrive, and no window is computed.",
            ),
        ),
    ]
