"""Reads answers of Prometheus's HTTP API: its alerts, and the workers' metrics as it scraped them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlencode

import msgspec

from streams.board.answers import Alert
from streams.board.samples import NAMES, Sample
from streams.words import Word

JOB: Final = "release-monitor"
"""The scrape job of the workers."""

ALERTS: Final = "/api/v1/alerts"

QUERY: Final = "/api/v1/query?" + urlencode({"query": f'{{job="{JOB}",__name__=~"up|{"|".join(NAMES)}"}}'})


class _Alert(msgspec.Struct):
    labels: dict[str, str]
    annotations: dict[str, str]
    state: str
    activeAt: str = ""  # noqa: N815 - as the API names it


class _Alerts(msgspec.Struct):
    alerts: list[_Alert]


class _AlertsAnswer(msgspec.Struct):
    data: _Alerts


class _Series(msgspec.Struct):
    metric: dict[str, str]
    value: tuple[float, str]


class _Vector(msgspec.Struct):
    result: list[_Series]


class _VectorAnswer(msgspec.Struct):
    data: _Vector


def read_alerts(body: bytes) -> tuple[Alert, ...]:
    """Return the alerts of an answer. Raises msgspec.MsgspecError where it is none."""
    return tuple(_alert(one) for one in msgspec.json.decode(body, type=_AlertsAnswer).data.alerts)


def _alert(one: _Alert) -> Alert:
    plain = one.annotations.get("summary", "")
    return Alert(
        one.labels.get("alertname", ""),
        one.labels.get("severity", ""),
        one.state,
        one.labels.get("office"),
        Word(one.annotations.get("summary_vi", plain), one.annotations.get("summary_en", plain)),
        _instant(one.activeAt),
    )


def _instant(text: str) -> dt.datetime | None:
    """Read a time of Go, which has up to nine digits after the second."""
    try:
        return dt.datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text))
    except ValueError:
        return None


def read_pages(body: bytes) -> dict[str, Sequence[Sample] | None]:
    """Return the workers' samples by instance, None of one that is down. Raises MsgspecError where it is no answer."""
    pages: dict[str, list[Sample]] = {}
    down: set[str] = set()
    for series in msgspec.json.decode(body, type=_VectorAnswer).data.result:
        labels, value = series.metric, float(series.value[1])
        name, instance = labels.get("__name__", ""), labels.get("instance", "")
        page = pages.setdefault(instance, [])
        if name != "up":
            page.append(Sample(name, labels, value))
        elif value == 0:
            down.add(instance)
    return {instance: None if instance in down else page for instance, page in sorted(pages.items())}
