"""What people select at the top of a board. One name means the same on every board, so links take selections along.

**All of a direction or a channel.** Gauges of windows have a roll-up `all`, which is not the sum of the others, and
other metrics have none. So `ALL_VALUE` is an expression that fits both: `direction=~"$direction"` matches the roll-up
alone, and `direction=~"$direction.*"` every value. `promql` and `sql` know the two forms.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.models import dashboard

from grafana.source import sources
from grafana.source.board import Variable
from grafana.source.words import both, channels, directions, intervals, joined
from streams.words import WAITING_ON, Word

ALL_VALUE: Final = "(all)?"

_OFFICES: Final = (
    'query_result(label_join(max by (office, name_vi, name_en) (release_office_info{office!="all"}), "says", '
    '" · ", "office", "name_vi", "name_en"))'
)
"""Known offices with their names: codes alone are hard to pick from."""
_CODE_AND_NAMES: Final = '/office="(?<value>[^"]+)",says="(?<text>[^"]+)"/'

WINDOWS: Final = {
    "1h": Word("1 giờ", "1 hour"),
    "24h": Word("24 giờ", "24 hours"),
    "7d": Word("7 ngày", "7 days"),
    "30d": Word("30 ngày", "30 days"),
}


def office() -> Variable:
    """Return the choice of offices, several or all. All stands for each of them, those outside the table included."""
    return (
        build.QueryVariable("office")
        .label(both(Word("Chi cục", "Office")))
        .datasource(sources.prometheus())
        .query({"qryType": 3, "query": _OFFICES, "refId": "PrometheusVariableQueryEditor-VariableQuery"})
        .definition(_OFFICES)
        .regex(_CODE_AND_NAMES)
        .refresh(dashboard.VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(dashboard.VariableSort.ALPHABETICAL_ASC)
        .multi(True)
        .include_all(True)
        .current(_every())
    )


def direction() -> Variable:
    """Return the choice of one direction, or all together."""
    return _one_or_all("direction", Word("Loại", "Direction"), directions())


def channel() -> Variable:
    """Return the choice of one channel, or all together."""
    return _one_or_all("channel", Word("Luồng", "Channel"), channels())


def interval() -> Variable:
    """Return the choice of one of the fifteen intervals."""
    return _one("interval", Word("Khoảng thời gian", "Interval"), joined(intervals()), "REG_REL")


def window(default: str = "7d") -> Variable:
    """Return the choice of the rolling window."""
    return _one("window", Word("Cửa sổ", "Window"), joined(WINDOWS), default)


def clock() -> Variable:
    """Return the choice between all time and working time."""
    words = {"elapsed": Word("tổng thời gian", "all time"), "working": Word("giờ làm việc", "working time")}
    return _one("clock", Word("Cách tính giờ", "Clock"), joined(words), "elapsed")


def waiting_on() -> Variable:
    """Return the choice of who must act."""
    return _one_or_all("waiting_on", Word("Bên phải xử lý", "Waits for"), WAITING_ON)


def declaration() -> Variable:
    """Return the field for one declaration's number; a click on a number in a list fills it."""
    return (
        build.TextBoxVariable("declaration").label(both(Word("Số tờ khai", "Declaration"))).default_value("")
    )


def _every() -> dashboard.VariableOption:
    return dashboard.VariableOption(selected=True, text="All", value="$__all")


def _pairs(words: Mapping[str, str]) -> str:
    """Write choices as Grafana reads them. Its separators are taken for text only behind a backslash."""
    return ", ".join(f"{_literal(text)} : {value}" for value, text in words.items())


def _literal(text: str) -> str:
    return text.replace(",", r"\,").replace(" : ", ": ")


def _one(name: str, label: Word, words: Mapping[str, str], default: str) -> Variable:
    chosen = dashboard.VariableOption(selected=True, text=words[default], value=default)
    return build.CustomVariable(name).label(both(label)).values(_pairs(words)).current(chosen).multi(False)


def _one_or_all(name: str, label: Word, words: Mapping[str, Word]) -> Variable:
    told = {value: both(word) for value, word in words.items() if value != "all"}
    return (
        build.CustomVariable(name)
        .label(both(label))
        .values(_pairs(told))
        .multi(False)
        .include_all(True)
        .all_value(ALL_VALUE)
        .current(_every())
    )
