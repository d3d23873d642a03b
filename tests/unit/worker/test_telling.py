"""What the windows tell the metrics: running windows, verdicts, and the outlook without its roll-ups."""

from __future__ import annotations

from collections import Counter

from oracle.windows import Record, Span
from spans import HOUR_MS, MONDAY_MS, TwoCalendars, block
from streams.core.outlook import HORIZONS_H, OutlookRow
from streams.core.span_table import SpanTable
from streams.core.verdicts import Judged
from streams.core.window import KIND_OF
from streams.core.window_values import values_at
from streams.store.windows import Computed
from streams.worker.telling import decision_news, outlook_news, window_news


def test_a_running_window_is_told_by_its_elapsed_lengths() -> None:
    end = MONDAY_MS + HOUR_MS
    spans = {"REG_REL": Span(MONDAY_MS, end - 1, 3599, 0), "PAY": Span(MONDAY_MS)}
    table = SpanTable(TwoCalendars())
    table.put(block({"d": (1, Record(MONDAY_MS, end - 1, spans=spans))}))
    news = window_news(KIND_OF["1h"], Computed(end, values_at(table, KIND_OF["1h"], end)))
    assert (news.window, news.end_s * 1000) == ("1h", end)
    rows = list(zip(news.offices, news.directions, news.channels, news.intervals, news.n, strict=True))
    assert len(rows) == len(set(rows))
    assert ("27F1", "import", "1", "REG_REL", 1) in rows
    assert ("all", "all", "all", "REG_REL", 1) in rows
    assert {name for *_, name, n in rows if n} == {"REG_REL"}
    assert news.stats[0][rows.index(("27F1", "import", "1", "REG_REL", 1))] == 3599.0


def test_the_outlook_is_told_without_its_roll_ups() -> None:
    def rows(office: str, direction: str, past_n: int) -> list[OutlookRow]:
        return [
            OutlookRow(office, direction, "INSP", hours, 9, past_n, 3, 3, 0.5 * place)
            for place, hours in enumerate(HORIZONS_H)
        ]

    told = outlook_news(
        [
            *rows("27F1", "import", 4),
            *rows("27F1", "all", 4),
            *rows("all", "import", 4),
            *rows("none", "none", 0),
        ]
    )
    assert told.rows == [
        ("27F1", "import", "INSP", 4, [0.0, 0.5, 1.0, 1.5, 2.0]),
        ("none", "none", "INSP", 0, [0.0, 0.5, 1.0, 1.5, 2.0]),
    ]


def test_verdicts_are_told_with_how_many() -> None:
    judged = Counter({Judged("27F1", "import", 2, "DOC_LIMIT", "late"): 3})
    assert decision_news(judged).counts == [("27F1", "import", 2, "DOC_LIMIT", "late", 3)]
