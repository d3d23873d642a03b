"""The pane of alerts."""

from __future__ import annotations

from board_answers import ALERTS, known, view
from streams.board.alert_pane import MOST, alert_lines
from streams.board.answers import Alert, Filter, Heard, Known
from streams.board.grid import text_of
from streams.words import Word


def shown(what: Known, asked: Filter = Filter(), language: str = "en") -> list[str]:  # noqa: B008
    return [text_of(one) for one in alert_lines(view(language, known=what, asked=asked), 78)]  # type: ignore[arg-type]


def test_what_calls_somebody_out_of_bed_comes_first_with_its_text_in_the_language() -> None:
    assert shown(known()) == [
        "‼ PAGE  ReleasePipelineLag · firing, began 2026-03-10 10:00:00",
        "  The pipeline lags",
        "! ticket  ReleaseDeclarationsStuck · firing, began 2026-03-10 09:50:00",
        "  27F1 Thanh Hoa Port: 4 declarations are stuck",
    ]
    assert "  27F1 Cảng Thanh Hóa: 4 tờ khai quá hạn" in shown(known(), language="vi")


def test_pending_ones_come_last() -> None:
    pending = ALERTS[1]._replace(state="pending")
    assert shown(known(alerts=Heard((pending, ALERTS[0]), 1.0)))[2].startswith(
        "· PAGE  ReleasePipelineLag · pending"
    )


def test_with_an_office_chosen_those_of_others_are_left_out() -> None:
    assert len(shown(known(), Filter("27B1"))) == 2
    assert len(shown(known(), Filter("27F1"))) == 4


def test_without_prometheus_one_sentence_says_how_to_get_them() -> None:
    text = " ".join(shown(known(alerts=None)))
    assert text == "No Prometheus is known: run `local --alerts`, or set RELEASE_MONITOR_PROMETHEUS_URL."


def test_none_is_told_from_no_answer() -> None:
    assert shown(known(alerts=Heard((), 1.0))) == ["No alerts."]
    assert shown(known(alerts=Heard(None, 0.0, "refused"))) == ["Prometheus does not answer: refused"]
    assert shown(known(alerts=Heard(ALERTS, 100.0, "refused")))[0] == (
        "Prometheus does not answer, these alerts are 2 s old."
    )


def test_a_storm_of_alerts_is_cut_and_long_texts_are_folded() -> None:
    storm = tuple(
        Alert(f"A{n}", "page", "firing", None, Word("vi", "word " * 30), None) for n in range(MOST + 7)
    )
    lines = shown(known(alerts=Heard(storm, 1.0)))
    assert lines[-1] == "and 7 more"
    assert max(map(len, lines)) <= 78
