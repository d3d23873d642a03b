"""Pipeline health: can what the other boards say be trusted, and if not, where is it stuck?"""

from __future__ import annotations

from typing import Final, get_args

from grafana_foundation_sdk.models import dashboard

from grafana.source import promql, variables
from grafana.source.board import Board
from grafana.source.colours import ACT, CALM, TEXT
from grafana.source.complete import first_line
from grafana.source.looks import COUNT, IN_HOURS, LENGTH, MOMENT, NUMBER, WORD, Limits, Look
from grafana.source.panels import Ask, Head, Panel, figure, lines, note
from grafana.source.parts import alerts_now
from grafana.source.quality_tables import clocks, findings, positions
from grafana.source.tables import Asked, Column, asked_table
from grafana.source.words import both
from streams.core.event import Source
from streams.core.vocabulary import RejectReason
from streams.kafka.topics import INPUTS, PACKED
from streams.words import Word

_RATE: Final = Look("cps", 1)
_TABLES: Final = (
    "declaration_events",
    "declarations",
    "declaration_intervals",
    "event_positions",
    "duplicate_deliveries",
    "rejected_event_log",
)
"""What the sink writes."""
_READY: Final = Look(
    COUNT,
    said={
        "1": (both(Word("sẵn sàng", "ready")), CALM),
        "0": (both(Word("⚠ chưa", "not ready")), ACT),
    },
)


def made() -> dashboard.Dashboard:
    """Return the board."""
    board = Board(
        "pipeline",
        Head(
            Word("Hệ thống", "Pipeline health"),
            Word(
                "Có tin được các bảng khác không: dữ liệu còn đến, xử lý có chậm, kho có nhận ghi, cái gì bị từ"
                " chối.",
                "Whether the other boards can be trusted: is the feed alive, does work pile up, does the"
                " store take writes, what"
                " is refused.",
            ),
        ),
        [variables.office()],
        since="now-6h",
        refresh="15s",
    )
    first_line(board)
    board.line(7, (12, alerts_now()), (12, _workers()))
    board.row(Word("Vào và xử lý", "In, and worked off"))
    board.line(8, (8, _events()), (8, _lag()), (8, _gap()))
    board.line(8, (8, _rejects()), (8, _late()), (8, _feeds()))
    board.row(Word("Thời gian của dữ liệu", "Time of the data"))
    board.line(8, (12, _behind()), (12, _windows()))
    board.row(Word("Kho", "The store"))
    board.line(8, (8, _rows()), (8, _failures()), (8, positions()))
    board.line(9, (12, findings()), (12, clocks()))
    board.row(Word("Prometheus", "Prometheus"))
    board.line(6, (8, _scrape()), (8, _series()), (8, _store_alerts()))
    return board.build()


def _rate(metric: str, by: str = "") -> str:
    grouped = f" by ({by})" if by else ""
    return f"sum{grouped} (rate({metric}[$__rate_interval]))"


def _workers() -> Panel:
    by = "instance"
    return asked_table(
        Head(
            Word("Các tiến trình", "Workers"),
            Word(
                "Mỗi dòng một tiến trình: có sẵn sàng không, bao nhiêu chuỗi số liệu, mất bao lâu để trả lời"
                " Prometheus.",
                "A row for each worker: whether it is ready, how many series it serves, how long it takes to"
                " answer Prometheus.",
            ),
        ),
        [Column("instance", Word("Tiến trình", "Worker"), WORD, 200)],
        [
            Asked('max by (instance) (up{job="release-monitor"})', Word("Trả lời", "Up"), _READY),
            Asked("min by (instance) (release_worker_ready)", Word("Sẵn sàng", "Ready"), _READY),
            Asked(f"max by ({by}) (release_metric_series)", Word("Số chuỗi", "Series"), NUMBER),
            Asked(
                f"max by ({by}) (release_metric_series / release_metric_series_budget)",
                Word("Của hạn mức", "Of the budget"),
                Look("percentunit", 0, Limits(0.8, 1.0, TEXT)),
            ),
            Asked(
                'max by (instance) (scrape_duration_seconds{job="release-monitor"})',
                Word("Thời gian lấy", "Scrape"),
                Look("s", 2, Limits(2, 8, TEXT)),
            ),
        ],
    )


def _events() -> Panel:
    return lines(
        Head(
            Word("Sự kiện vào kho mỗi giây", "Events stored per second"),
            Word("Theo nguồn.", "By source."),
        ),
        [Ask(_rate("release_events_total", "source"), "{{source}}")],
        _RATE,
        named=get_args(Source),
    )


def _lag() -> Panel:
    return lines(
        Head(
            Word("Chưa xử lý, theo chủ đề", "Not worked off, by topic"),
            Word(
                "Thông điệp mà tiến trình chưa xác nhận. Của release-monitor-packed là gói, mỗi gói đến 1.000"
                " sự kiện.",
                "Messages that the consumer has not committed. Of release-monitor-packed these are packs of"
                " up to 1,000 events.",
            ),
        ),
        [Ask("sum by (topic) (max by (topic, partition) (release_lag_events))", "{{topic}}")],
        NUMBER,
        named=[*INPUTS, PACKED],
    )


def _gap() -> Panel:
    return lines(
        Head(
            Word("Chưa có kết quả trong kho", "Without an outcome in the store"),
            Word(
                "Về 0 sau mỗi đợt. Không về 0: có gì đó bị mất hoặc bị dừng.",
                "Goes back to 0 after each burst. Where it does not, something is lost or stands still.",
            ),
        ),
        [Ask(promql.WAITING, "chưa vào kho · not stored")],
        NUMBER,
    )


def _rejects() -> Panel:
    reasons = [reason.value for reason in RejectReason]
    return lines(
        Head(
            Word("Bị từ chối, theo lý do", "Refused, by reason"),
            Word(
                "Mỗi giờ. Các thông điệp ấy được giữ, có thể xử lý lại.",
                "Per hour. These messages are kept and can be tried again.",
            ),
        ),
        [Ask(f"3600 * {_rate('release_rejected_total', 'reason')}", "{{reason}}")],
        Look(COUNT, 0),
        named=reasons,
    )


def _late() -> Panel:
    return lines(
        Head(
            Word("Đến muộn, trùng, đọc lại", "Late, duplicate, read again"),
            Word(
                "Mỗi giờ. Muộn: cửa sổ chứa nó đã chốt. Trùng và đọc lại không đổi gì.",
                "Per hour. Late: a window that holds it was final. Duplicates and what is read again change"
                " nothing.",
            ),
        ),
        [
            Ask(f"3600 * {_rate('release_late_events_total')}", "muộn · late"),
            Ask(f"3600 * {_rate('release_duplicate_events_total')}", "trùng · duplicate"),
            Ask(f"3600 * {_rate('release_replayed_events_total')}", "đọc lại · read again"),
        ],
        Look(COUNT, 0),
    )


def _feeds() -> Panel:
    return asked_table(
        Head(
            Word("Dữ liệu của từng chi cục", "Feed of each office"),
            Word(
                "Sự kiện gần nhất, không có dữ liệu theo giờ làm việc của chi cục, và giới hạn của nó.",
                "The latest event, silence in the office's working time, and its limit.",
            ),
        ),
        [Column("office", Word("Chi cục", "Office"), width=90)],
        [
            Asked(
                f"1000 * max by (office) (release_last_event_timestamp_seconds{{{promql.OFFICE}}})",
                Word("Gần nhất", "Latest"),
                MOMENT,
                160,
            ),
            Asked(
                f"min by (office) (release_feed_silence_seconds{{{promql.OFFICE}}})",
                Word("Không dữ liệu", "Silence"),
                LENGTH,
            ),
            Asked(
                f"max by (office) (release_feed_silence_limit_seconds{{{promql.OFFICE}}})",
                Word("Giới hạn", "Limit"),
                LENGTH,
            ),
        ],
        sort=Word("Không dữ liệu", "Silence"),
    )


def _behind() -> Panel:
    return lines(
        Head(
            Word("Sau đồng hồ bao xa", "How far behind the clock"),
            Word(
                "Mốc thời gian: dữ liệu được coi là đủ đến đâu, phần chậm nhất của các tiến trình. Sự kiện: mới"
                " nhất của mọi nguồn.",
                "Watermark: up to where the stream is taken to be complete, the slowest part of all workers."
                " Events: the latest"
                " of all sources.",
            ),
        ),
        [
            Ask(
                f"({promql.CLOCK} - min(release_watermark_timestamp_seconds)) / 3600",
                "mốc thời gian · watermark",
            ),
            Ask(
                f"({promql.CLOCK} - max(release_last_event_timestamp_seconds)) / 3600",
                "sự kiện · latest event",
            ),
        ],
        IN_HOURS,
    )


def _windows() -> Panel:
    return lines(
        Head(
            Word("Cửa sổ đang tính, so với đồng hồ", "Running windows against the clock"),
            Word(
                "Cuối cửa sổ đang tính trừ đồng hồ: trên 0 là bình thường; đi xuống mãi là cửa sổ đứng yên.",
                "End of the running window less the clock: above 0 is usual; going down for long means that"
                " windows stand still.",
            ),
        ),
        [
            Ask(
                f"(max by (window) (release_window_end_timestamp_seconds) - {promql.CLOCK}) / 3600",
                "{{window}}",
            )
        ],
        IN_HOURS,
        named=list(variables.WINDOWS),
    )


def _rows() -> Panel:
    return lines(
        Head(
            Word("Dòng ghi vào kho mỗi giây", "Rows written per second"),
            Word(
                "Dòng mà ClickHouse đã xác nhận, theo bảng.", "Rows that ClickHouse acknowledged, by table."
            ),
        ),
        [Ask(_rate("release_sink_rows_total", "table"), "{{table}}")],
        _RATE,
        named=_TABLES,
    )


def _failures() -> Panel:
    return lines(
        Head(
            Word("Lần ghi hỏng", "Writes that failed"),
            Word(
                "Mỗi giờ; được làm lại. Dừng: kho không nhận, mọi thứ chờ.",
                "Per hour; they are repeated. Stalled: the store takes nothing and everything waits.",
            ),
        ),
        [
            Ask(f"3600 * {_rate('release_sink_failures_total')}", "hỏng · failed"),
            Ask(promql.STALLED, "dừng · stalled"),
        ],
        NUMBER,
    )


def _scrape() -> Panel:
    return lines(
        Head(
            Word("Thời gian lấy số liệu", "Duration of a scrape"),
            Word(
                "Prometheus mất bao lâu để lấy số liệu của một tiến trình.",
                "How long Prometheus takes to get the metrics of a worker.",
            ),
        ),
        [Ask('max by (instance) (scrape_duration_seconds{job="release-monitor"})', "{{instance}}")],
        Look("s", 2),
    )


def _series() -> Panel:
    return figure(
        Head(
            Word("Chuỗi số liệu, của hạn mức", "Series, of the budget"),
            Word(
                "Tiến trình có nhiều chuỗi nhất so với hạn mức của nó.",
                "The worker with the most series against its budget.",
            ),
        ),
        [Ask("max(release_metric_series / release_metric_series_budget)", "series")],
        Look("percentunit", 0, Limits(0.8, 1.0)),
    )


def _store_alerts() -> Panel:
    return note(
        Word("Cảnh báo của Grafana", "Alerts of Grafana"),
        Word(
            "Điều chỉ kho biết (chất lượng dữ liệu, số theo tháng cũ, số đã công bố khác đi, thông điệp bị từ"
            " chối còn đó) do"
            " Grafana cảnh báo: [danh sách](/alerting/list?search=release-monitor). Mọi cảnh báo khác do"
            " Prometheus.",
            "What only the store knows (quality of the data, figures of cohorts that are old, published"
            " figures that differ,"
            " refused messages that wait) is alerted on by Grafana: [the"
            " list](/alerting/list?search=release-monitor). All"
            " other alerts are Prometheus'.",
        ),
    )
