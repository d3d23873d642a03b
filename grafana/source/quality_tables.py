"""Tables of the quality of the data, from the store."""

from __future__ import annotations

from grafana.source.colours import TEXT
from grafana.source.looks import LENGTH, NUMBER, SECONDS, WORD, Limits, Look, in_words
from grafana.source.panels import Head, Panel
from grafana.source.tables import Column, stored_table
from streams.words import FINDINGS, Word


def positions() -> Panel:
    """Build how many messages have an outcome, by topic."""
    return stored_table(
        Head(
            Word("Mỗi thông điệp một kết quả", "An outcome for every message"),
            Word(
                "Bao nhiêu thông điệp có kết quả trong kho, theo chủ đề.",
                "How many messages have an outcome in the store, by topic.",
            ),
        ),
        """SELECT kafka_topic, sum(accounted) AS in_all, sum(stored) AS kept,
       sum(duplicate) AS doubled, sum(rejected) AS refused
FROM reconciliation
GROUP BY kafka_topic
ORDER BY kafka_topic""",
        [
            Column("kafka_topic", Word("Chủ đề", "Topic"), WORD, 180),
            Column("in_all", Word("Tất cả", "All"), NUMBER),
            Column("kept", Word("Lưu", "Stored"), NUMBER),
            Column("doubled", Word("Trùng", "Duplicate"), NUMBER),
            Column("refused", Word("Từ chối", "Refused"), NUMBER),
        ],
    )


def findings() -> Panel:
    """Build what is wrong in the data, lately and before."""
    return stored_table(
        Head(
            Word("Vấn đề về dữ liệu", "Findings about the data"),
            Word(
                "Trong 7 ngày của đồng hồ, so với 7 ngày trước đó. Mỗi vấn đề có tờ khai và sự kiện: xem"
                " data_quality.",
                "Over 7 days of the clock, against the 7 days before. Each has its declaration and event: see"
                " data_quality.",
            ),
        ),
        """WITH (SELECT now FROM clock) AS t
SELECT finding, countIf(found_at > t - INTERVAL 7 DAY) AS lately,
       countIf(found_at <= t - INTERVAL 7 DAY AND found_at > t - INTERVAL 14 DAY) AS before, count() AS ever
FROM data_quality
GROUP BY finding
ORDER BY lately DESC, ever DESC""",
        [
            Column("finding", Word("Vấn đề", "Finding"), Look("string", None, said=in_words(FINDINGS)), 420),
            Column("lately", Word("7 ngày", "7 days"), NUMBER),
            Column("before", Word("7 ngày trước", "7 days before"), NUMBER),
            Column("ever", Word("Tất cả", "Ever"), NUMBER),
        ],
    )


def clocks() -> Panel:
    """Build how long after the event each source tells of it."""
    return stored_table(
        Head(
            Word("Đồng hồ và độ trễ của nguồn", "Clocks and lag of the sources"),
            Word(
                "Ngày gần nhất của từng nguồn: bao lâu sau sự kiện nguồn mới báo. Khoảng 7 giờ: nguồn nhầm"
                " múi giờ.",
                "The latest day of each source: how long after the event it tells of it. About 7 hours: it"
                " mistakes its zone.",
            ),
        ),
        """SELECT source, toString(max(day)) AS latest_day, argMax(events, day) AS n, argMax(lag_p50_s, day) AS p50,
       argMax(lag_p99_s, day) AS p99, argMax(ahead_of_emission, day) AS ahead
FROM source_clocks
GROUP BY source
ORDER BY source""",
        [
            Column("source", Word("Nguồn", "Source"), WORD, 130),
            Column("latest_day", Word("Ngày", "Day"), WORD, 110),
            Column("n", Word("Sự kiện", "Events"), NUMBER),
            Column("p50", Word("Trễ, 50 %", "Lag P50"), LENGTH),
            Column("p99", Word("Trễ, 99 %", "Lag P99"), Look(SECONDS, limits=Limits(900, 18_000, TEXT))),
            Column("ahead", Word("Đi trước", "Ahead"), NUMBER),
        ],
    )
