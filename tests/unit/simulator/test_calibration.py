"""A simulated year has the published shapes of domain, section 9, on three seeds."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest

from streams.simulator.arrivals import HOUR, ZONE
from streams.simulator.generate import lives
from streams.simulator.goods import IMPORT_SHARE
from streams.simulator.lives import CHANNELS, Life

YEARS = {1: 2023, 2: 2025, 3: 2026}


@pytest.fixture(scope="module", params=YEARS.items(), ids=lambda item: f"seed {item[0]}, {item[1]}")
def year(request: pytest.FixtureRequest) -> list[Life]:
    seed, number = request.param
    return list(lives(seed, None, dt.datetime(number, 1, 1, tzinfo=ZONE), 365))


def lengths(year: list[Life], direction: str) -> list[float]:
    """Hours from the registration to the release, ascending."""
    return sorted(
        (life.released - life.registered) / HOUR
        for life in year
        if life.goods.direction == direction and life.released is not None and life.registered is not None
    )


def quantile(ordered: list[float], share: float) -> float:
    place = share * (len(ordered) - 1)
    low = int(place)
    return ordered[low] + (ordered[min(low + 1, len(ordered) - 1)] - ordered[low]) * (place - low)


def test_release_times(year: list[Life]) -> None:
    imports, exports = lengths(year, "import"), lengths(year, "export")
    assert sum(imports) / len(imports) == pytest.approx(15.5, rel=0.1)
    assert quantile(imports, 0.5) == pytest.approx(2.1, rel=0.1)
    assert quantile(imports, 0.9) == pytest.approx(46, rel=0.1)
    assert sum(exports) / len(exports) == pytest.approx(5.5, rel=0.1)
    assert quantile(exports, 0.9) == pytest.approx(16.5, rel=0.1)
    assert quantile(exports, 0.5) < 1 / 60


def test_volume_directions_channels(year: list[Life]) -> None:
    assert len(year) == 127_524
    counts = Counter((life.goods.direction, life.channel) for life in year)
    for direction, shares in CHANNELS.items():
        of_direction = sum(counts[direction, channel] for channel in (1, 2, 3))
        for channel, share in enumerate(shares, 1):
            assert counts[direction, channel] / of_direction == pytest.approx(share, abs=0.01)
    imports = sum(count for (direction, _), count in counts.items() if direction == "import")
    assert imports / len(year) == pytest.approx(IMPORT_SHARE, abs=0.01)


def test_tax_and_its_share(year: list[Life]) -> None:
    for direction, share in (("import", 0.42), ("export", 0.04)):
        taxed = [life.goods.tax_vnd > 0 for life in year if life.goods.direction == direction]
        assert sum(taxed) / len(taxed) == pytest.approx(share, abs=0.01)


def test_money_looks_like_the_department(year: list[Life]) -> None:
    revenue: Counter[str] = Counter()
    turnover: Counter[str] = Counter()
    exports: Counter[str] = Counter()
    for life in year:
        office = life.goods.office.code
        revenue[office] += life.goods.tax_vnd
        turnover[life.goods.direction] += int(life.goods.value_usd)
        exports[office] += life.goods.direction == "export"
    assert revenue.total() == pytest.approx(16_196.6e9, rel=0.15)
    assert revenue["27F2"] > 0.7 * revenue.total()
    assert exports.most_common(1)[0][0] == "27F1"
    assert 4e9 < turnover["import"] < 14e9
    assert 3e9 < turnover["export"] < 9e9
