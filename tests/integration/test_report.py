"""The report on two years whose differences are known, through the real engine."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from stores import REPOSITORY, release_monitor
from two_years import Cell, Moved, Told, TwoYears, two_years

pytestmark = pytest.mark.integration

HOUR = 3600
LATER_S = 30 * HOUR
FIRST = dt.date(2022, 2, 28)


def shift_s(cell: Cell) -> int:
    """By how much the release of a cell comes later in the second year: every cell gets faster, each by its own."""
    return -(2 * cell.channel + {"27B1": 1, "27F1": 2, "27F2": 3}[cell.office]) * HOUR - cell.channel * 11


def moved(cell: Cell) -> Moved:
    """What waits longest grows most: red and yellow declarations are there several times."""
    return Moved(600 * cell.channel, shift_s(cell), {1: 1, 2: 4, 3: 6}[cell.channel])


REFERENCE = (
    (REPOSITORY / "streams" / "reference" / "vn-27.yaml").read_text(encoding="utf-8")
    + """
yearly_targets:
  - {year: 2023, measure: revenue_vnd, value: 100_000_000_000}
  - {year: 2023, measure: declarations, value: 40, office: 27F1}
  - {year: 2022, measure: turnover_usd, value: 1}
"""
)
OUTCOMES = """outcome_id,source,revision,op,occurred_on,office,kind,count,amount_vnd
a,register,0,ASSERT,2023-03-01,27F1,fine,3,1000000.50
a,register,1,ASSERT,2023-03-01,27F1,fine,2,900000.25
b,register,0,ASSERT,2023-12-31,27B1,fine,1,100000
c,register,0,ASSERT,2023-04-01,27B1,seizure,1,
d,register,0,ASSERT,2023-04-01,27B1,violation,9,
d,register,1,RETRACT,2023-04-01,27B1,violation,9,
e,register,0,ASSERT,2022-01-01,27F1,fine,5,
f,register,0,ASSERT,2024-01-01,27F1,fine,7,1
"""


@pytest.fixture(scope="module")
def years() -> TwoYears:
    return two_years(3, 500, FIRST, 40, moved, later_s=LATER_S)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, years: TwoYears) -> Path:
    folder = tmp_path_factory.mktemp("report")
    (folder / "feed.jsonl").write_bytes(b"\n".join([*years.messages, b""]))
    (folder / "reference.yaml").write_text(REFERENCE, encoding="utf-8")
    (folder / "outcomes.csv").write_text(OUTCOMES, encoding="utf-8")
    reference = str(folder / "reference.yaml")
    release_monitor(
        "backfill", folder / "feed.jsonl", "--data", folder, RELEASE_MONITOR_REFERENCE_FILE=reference
    )
    release_monitor("outcomes", folder / "outcomes.csv", "--data", folder)
    return folder


def figures(folder: Path, *arguments: str) -> dict[str, Any]:
    told = release_monitor(
        "report", "--data", folder, "--year", "2023", "--against", "2022", "--format", "json", *arguments
    )
    found: dict[str, Any] = json.loads(told.stdout, parse_float=Decimal)
    return found


@pytest.fixture(scope="module")
def found(folder: Path) -> dict[str, Any]:
    return figures(folder)


def mean(lengths: Iterable[int | None]) -> Fraction:
    measured = [length for length in lengths if length is not None]
    return Fraction(sum(measured), len(measured))


def changes(
    length: Callable[[Told], int | None], last: list[Told], this: list[Told]
) -> tuple[Fraction, Fraction]:
    """The raw change of the mean, and the one at last year's mix, in plain Python."""
    by_cell: dict[Cell, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for place, year in enumerate((last, this)):
        for told in year:
            measured = length(told)
            if measured is not None:
                by_cell[told.cell][place].append(measured)
    matched = [(old, new) for old, new in by_cell.values() if old and new]
    weight = sum(len(old) for old, _ in matched)
    standardised = sum(len(old) * (mean(new) - mean(old)) for old, new in matched) / weight
    return mean(map(length, this)) - mean(map(length, last)), standardised


def length_of(section: dict[str, Any], interval: str, direction: str) -> dict[str, Any]:
    of: dict[str, Any] = next(
        one for one in section["lengths"] if (one["interval"], one["direction"]) == (interval, direction)
    )
    return of


def of_direction(year: list[Told], direction: str) -> list[Told]:
    return [told for told in year if told.cell.direction == direction]


@pytest.mark.parametrize("direction", ["export", "import"])
@pytest.mark.parametrize("interval", ["REG_REL", "DOC_REL"])
def test_the_changes_are_those_that_were_made(
    found: dict[str, Any], years: TwoYears, interval: str, direction: str
) -> None:
    last, this = of_direction(years.last, direction), of_direction(years.this, direction)
    told = length_of(found["figures"]["total"], interval, direction)
    raw, standardised = changes(lambda one: one.whole_s if interval == "REG_REL" else one.part_s, last, this)
    assert float(told["elapsed"]["raw_change_s"]) == pytest.approx(float(raw), abs=1e-6)
    assert float(told["elapsed"]["standardised_change_s"]) == pytest.approx(float(standardised), abs=1e-6)
    if interval == "REG_REL":  # made so: the mean shift of last year's declarations, to the second
        released = [one for one in last if one.released is not None]
        made = Fraction(sum(shift_s(one.cell) for one in released), len(released))
        assert abs(made - standardised) < 1
    population = [one for one in this if interval == "REG_REL" or one.cell.channel > 1]
    assert told["this"]["population_n"] == len(population)
    assert told["this"]["open_n"] == sum(one.released is None for one in population)


def test_the_raw_change_misleads_and_the_standardised_one_does_not(found: dict[str, Any]) -> None:
    """Every cell got faster by three hours and more; the mean of all imports says that they got slower."""
    of = length_of(found["figures"]["total"], "REG_REL", "import")["elapsed"]
    assert of["raw_change_s"] > 0 > of["standardised_change_s"]
    assert of["standardised_change_s"] < -3 * HOUR
    assert of["matched_share"] == 1


def test_each_office_is_compared_with_itself(found: dict[str, Any], years: TwoYears) -> None:
    offices = {section["office"]: section for section in found["figures"]["offices"]}
    assert offices.keys() == {told.cell.office for told in years.last}
    for office, section in offices.items():
        last, this = (
            [told for told in of_direction(year, "import") if told.cell.office == office]
            for year in (years.last, years.this)
        )
        raw, standardised = changes(lambda one: one.whole_s, last, this)
        of = length_of(section, "REG_REL", "import")["elapsed"]
        assert float(of["raw_change_s"]) == pytest.approx(float(raw), abs=1e-6)
        assert float(of["standardised_change_s"]) == pytest.approx(float(standardised), abs=1e-6)


def test_volumes_are_exact_sums(found: dict[str, Any], years: TwoYears) -> None:
    volumes = {(one["measure"], one["direction"]): one for one in found["figures"]["total"]["volumes"]}
    for place, year in (("last", years.last), ("this", years.this)):
        assert volumes["declarations", "all"][place] == len(year)
        for direction in ("export", "import"):
            value = sum(Decimal(str(told.value_usd)) for told in of_direction(year, direction))
            assert volumes["turnover_usd", direction][place] == value
        assert volumes["revenue_vnd", "all"][place] == sum(Decimal(str(told.tax_vnd)) for told in year)


def test_outcomes_are_those_that_count_and_fell_into_the_period(folder: Path, found: dict[str, Any]) -> None:
    def told(of: dict[str, Any]) -> dict[str, list[Any]]:
        return {
            one["kind"]: [one["this_count"], one["last_count"], one["this_vnd"], one["last_vnd"]]
            for one in of["figures"]["total"]["outcomes"]
        }

    assert told(found) == {
        "post_clearance_check": [0, 0, None, None],
        "violation": [0, 0, None, None],
        "fine": [3, 5, Decimal("1000000.25"), None],
        "seizure": [1, 0, None, None],
    }
    assert told(figures(folder, "--office", "27B1"))["fine"] == [1, 0, Decimal(100000), None]


def test_targets_are_those_of_the_year_and_of_the_office(folder: Path, found: dict[str, Any]) -> None:
    def told(of: dict[str, Any]) -> dict[str, Any]:
        volumes = of["figures"]["total"]["volumes"]
        return {one["measure"]: one for one in volumes if one["target"] is not None}

    assert told(found).keys() == {"revenue_vnd"}
    revenue = told(found)["revenue_vnd"]
    assert revenue["of_target"] == pytest.approx(revenue["this"] / 100_000_000_000)
    assert told(figures(folder, "--office", "27F1"))["declarations"]["target"] == 40


def test_one_office_or_one_month_is_a_part_of_it(
    folder: Path, found: dict[str, Any], years: TwoYears
) -> None:
    one = figures(folder, "--office", "27F1")
    (section,) = (one for one in found["figures"]["offices"] if one["office"] == "27F1")
    assert one["figures"]["total"]["lengths"] == section["lengths"]
    assert one["figures"]["offices"] == []
    march = figures(folder, "--month", "3")["figures"]["total"]
    assert length_of(march, "REG_REL", "import")["this"]["population_n"] == sum(
        told.registered.month == 3 for told in of_direction(years.this, "import")
    )


def test_the_period_is_provisional_until_thirty_days_have_passed(folder: Path, found: dict[str, Any]) -> None:
    assert (found["this_is_provisional"], found["last_is_provisional"]) == (True, False)
    assert figures(folder, "--month", "2")["this_is_provisional"] is False


def test_the_page_is_told_in_both_languages(folder: Path) -> None:
    both = ("report", "--data", folder, "--year", "2023", "--against", "2022")
    assert release_monitor(*both).stdout.startswith("# Release times of 2023\n")
    assert release_monitor(*both, "--lang", "vi").stdout.startswith("# Thời gian giải phóng hàng năm 2023\n")
    page = release_monitor(*both, "--lang", "vi", "--format", "html").stdout
    assert page.startswith("<!doctype html>\n")
    assert "tăng" in page


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--year", "2023", "--against", "2023"), "--against 2023 is the year of the report itself"),
        (("--year", "1900", "--against", "2023"), "the year 1900 is not one of 1970 to 2148"),
        (("--year", "2023", "--against", "2200"), "the year 2200 is not one of 1970 to 2148"),
        (("--year", "2020", "--against", "2019"), "no declaration registered in 2020: nothing to report"),
        (("--year", "2023", "--against", "2022", "--month", "9"), "registered in 9/2023: nothing"),
        (("--year", "2023", "--against", "2022", "--office", "XXXX"), "registered in 2023 at XXXX: nothing"),
    ],
)
def test_what_can_t_be_reported_is_said_in_one_line(
    folder: Path, arguments: tuple[str, ...], words: str
) -> None:
    done = release_monitor("report", "--data", folder, *arguments, check=False)
    assert done.returncode == 1
    assert words in done.stderr
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""
