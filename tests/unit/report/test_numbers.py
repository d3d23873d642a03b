"""Numbers as people read them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from streams.report.numbers import change, exact, length, percent, usd, vnd, whole


def test_numbers_of_the_department_s_announcement() -> None:
    assert vnd(Decimal("16196600000000.00"), "vi") == "16.196,6 tỷ đồng"
    assert vnd(Decimal("16196600000000.00"), "en") == "16,196.6 billion VND"
    assert (whole(127_524, "vi"), whole(Decimal(127_524), "en")) == ("127.524", "127,524")
    assert (change(-(13 * 3600 + 41 * 60), "vi"), change(-49_260.0, "en")) == (
        "−13 giờ 41 phút",
        "−13 h 41 min",
    )
    assert (percent(16_196.6 / 13_500, "vi"), percent(1.1, "en")) == ("120,0 %", "110.0 %")


def test_an_exact_amount_keeps_its_digits() -> None:
    assert exact(Decimal("-1234567.80"), "vi") == "−1.234.567,80"
    assert exact(Decimal("1254366.41"), "en") == "1,254,366.41"


@pytest.mark.parametrize(
    ("amount", "vi", "en"),
    [
        ("0", "0 đồng", "0 VND"),
        ("999999.49", "999.999 đồng", "999,999 VND"),
        ("1000000", "1,0 triệu đồng", "1.0 million VND"),
        ("1250000000", "1,3 tỷ đồng", "1.3 billion VND"),
        ("-2500000", "−2,5 triệu đồng", "−2.5 million VND"),
    ],
)
def test_amounts_in_vnd(amount: str, vi: str, en: str) -> None:
    assert (vnd(Decimal(amount), "vi"), vnd(Decimal(amount), "en")) == (vi, en)


@pytest.mark.parametrize(
    ("amount", "vi", "en"),
    [
        ("12345.60", "12.346 USD", "12,346 USD"),
        ("6543210000", "6.543,2 triệu USD", "6,543.2 million USD"),
        ("10000000000", "10,0 tỷ USD", "10.0 billion USD"),
    ],
)
def test_amounts_in_usd(amount: str, vi: str, en: str) -> None:
    assert (usd(Decimal(amount), "vi"), usd(Decimal(amount), "en")) == (vi, en)


@pytest.mark.parametrize(
    ("share", "written"),
    [
        (None, "–"),
        (0, "0.0 %"),
        (0.0004, "< 0.1 %"),
        (0.0005, "0.1 %"),
        (0.9994, "99.9 %"),
        (0.9999, "> 99.9 %"),
        (1, "100.0 %"),
        (1.2, "120.0 %"),
    ],
)
def test_a_share_that_only_looks_whole_is_told(share: float | None, written: str) -> None:
    assert percent(share, "en") == written


@pytest.mark.parametrize(
    ("seconds", "as_length", "as_change"),
    [
        (None, "–", "–"),
        (0.0, "0 s", "0 s"),
        (119.99, "0 h 01 min", "+0 h 01 min"),
        (-0.5, "−1 s", "0 s"),
        (-3659.9, "−1 h 01 min", "−1 h 00 min"),
    ],
)
def test_seconds_are_left_out_once_and_at_the_end(
    seconds: float | None, as_length: str, as_change: str
) -> None:
    assert (length(seconds, "en"), change(seconds, "en")) == (as_length, as_change)
