"""Answers of Prometheus's HTTP API."""

from __future__ import annotations

import json

import msgspec
import pytest

from streams.board.prometheus_api import QUERY, read_alerts, read_pages


def alerts(*found: object) -> bytes:
    return json.dumps({"status": "success", "data": {"alerts": found}}).encode()


def test_an_alert_has_its_texts_in_both_languages_and_its_beginning() -> None:
    (one,) = read_alerts(
        alerts(
            {
                "labels": {"alertname": "ReleaseFeedSilent", "severity": "page", "office": "27F1"},
                "annotations": {"summary_vi": "im lặng", "summary_en": "silent", "summary": "both"},
                "state": "firing",
                "activeAt": "2026-03-10T03:00:00.123456789Z",
                "value": "1e+00",
            }
        )
    )
    assert (one.name, one.severity, one.state, one.office) == ("ReleaseFeedSilent", "page", "firing", "27F1")
    assert (one.summary.vi, one.summary.en) == ("im lặng", "silent")
    assert one.since is not None
    assert one.since.isoformat() == "2026-03-10T03:00:00.123456+00:00"


def test_an_alert_of_somebody_else_is_shown_with_what_it_has() -> None:
    (one,) = read_alerts(
        alerts({"labels": {"alertname": "Up"}, "annotations": {"summary": "down"}, "state": "pending"})
    )
    assert (one.summary.vi, one.summary.en, one.office, one.since) == ("down", "down", None, None)


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"status":"error"}'])
def test_what_is_no_answer_is_refused(body: bytes) -> None:
    with pytest.raises(msgspec.MsgspecError):
        read_alerts(body)


def test_metrics_are_put_together_by_worker_and_one_that_is_down_has_none() -> None:
    def series(name: str, instance: str, value: str) -> object:
        return {
            "metric": {"__name__": name, "instance": instance, "job": "release-monitor"},
            "value": [1.0, value],
        }

    body = {
        "data": {
            "resultType": "vector",
            "result": [
                series("up", "a:1", "1"),
                series("release_worker_ready", "a:1", "1"),
                series("release_reconciliation_gap_events", "a:1", "7"),
                series("up", "b:1", "0"),
            ],
        }
    }
    pages = read_pages(json.dumps(body).encode())
    assert pages["b:1"] is None
    assert [(one.name, one.value) for one in pages["a:1"] or ()] == [
        ("release_worker_ready", 1.0),
        ("release_reconciliation_gap_events", 7.0),
    ]


def test_the_question_names_the_job() -> None:
    assert "job%3D%22release-monitor%22" in QUERY
