"""Dates of 8 and times of 6 digits: every real one is read, every other refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from streams.customs.moments import Refusal, read_date, read_moment, read_time, written


@given(st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2199, 12, 31, 23, 59, 59)))  # noqa: DTZ001
def test_every_moment_is_read_as_it_was_written(at: dt.datetime) -> None:
    at = at.replace(microsecond=0)
    assert read_moment(f"{at:%Y%m%d}", f"{at:%H%M%S}", "$.x") == at
    assert dt.datetime.fromisoformat(written(at)).utcoffset() == dt.timedelta(hours=7)


def answer(read: Callable[[str, str], object], text: str) -> str:
    """Say what is wrong with a text, nothing where it is read."""
    try:
        read(text, "$.there")
    except Refusal as refusal:
        return f"{refusal.reason}: {refusal.detail}"
    return ""


@given(st.text("0123456789٣ +-_", max_size=9))
def test_what_is_no_date_or_time_is_refused_and_named(text: str) -> None:
    def real(form: str, length: int) -> bool:
        try:
            dt.datetime.strptime(text, form)  # noqa: DTZ007
        except ValueError:
            return False
        return len(text) == length and text.isascii() and text.isdigit()

    for read, is_real in (
        (read_date, real("%Y%m%d", 8) and "2000" <= text < "2200"),
        (read_time, real("%H%M%S", 6) and text[4:] < "60"),
    ):
        said = answer(read, text)
        assert bool(said) != is_real
        assert not said or (said.startswith("invalid_time: ") and said.endswith(" - at `$.there`"))


def test_a_pair_is_whole_or_absent() -> None:
    assert read_moment(UNSET, UNSET, "$.x") is None
    with pytest.raises(Refusal) as lacking:
        read_moment("20260302", UNSET, "$.x")
    assert lacking.value.detail == "Missing, though its date is there - at `$.x_time`"
    with pytest.raises(Refusal) as lacking:
        read_moment(UNSET, "081534", "$.x")
    assert lacking.value.detail == "Missing, though its time is there - at `$.x_date`"
