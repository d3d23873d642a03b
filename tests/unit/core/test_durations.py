"""Lengths as people read them."""

from __future__ import annotations

import re
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.durations import Language, written

LANGUAGES: tuple[Language, ...] = get_args(Language)
UNITS = {"giờ": 3600, "h": 3600, "phút": 60, "min": 60, "giây": 1, "s": 1}


@pytest.mark.parametrize(
    ("seconds", "vi", "en"),
    [
        (0, "0 giây", "0 s"),
        (59, "59 giây", "59 s"),
        (60, "0 giờ 01 phút", "0 h 01 min"),
        (3599, "0 giờ 59 phút", "0 h 59 min"),
        (13 * 3600 + 41 * 60, "13 giờ 41 phút", "13 h 41 min"),
        (10 * 3600 + 6 * 60 + 59, "10 giờ 06 phút", "10 h 06 min"),
        (24 * 3600 - 1, "23 giờ 59 phút", "23 h 59 min"),
        (100 * 3600, "100 giờ 00 phút", "100 h 00 min"),
        (-(3 * 3600 + 55 * 60), "−3 giờ 55 phút", "−3 h 55 min"),
        (-7, "−7 giây", "−7 s"),
    ],
)
def test_in_words(seconds: int, vi: str, en: str) -> None:
    assert (written(seconds, "vi"), written(seconds, "en")) == (vi, en)


def read(text: str) -> int:
    parts = re.findall(r"(\d+) (\w+)", text)
    return sum(int(number) * UNITS[unit] for number, unit in parts) * (-1 if text.startswith("−") else 1)


@given(st.integers(-(10**9), 10**9), st.sampled_from(LANGUAGES))
def test_what_is_left_out_is_less_than_a_minute_and_never_makes_a_length_longer(
    seconds: int, language: Language
) -> None:
    shown = read(written(seconds, language))
    assert abs(shown) <= abs(seconds) < abs(shown) + 60
    if abs(seconds) < 60:
        assert shown == seconds


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.sampled_from(LANGUAGES))
def test_a_longer_time_never_reads_as_a_shorter_one(a: int, b: int, language: Language) -> None:
    assert (a <= b) == (read(written(a, language)) <= read(written(b, language))) or a // 60 == b // 60
