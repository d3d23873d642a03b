"""Figures of a report out of the sums of its cells."""

from __future__ import annotations

from decimal import Decimal
from random import Random

import msgspec
import pytest

from reports import FACTS, LAST, MATURE_US, THIS, H, leaf, report
from streams.core.period import Period
from streams.core.report import Figures, Outcomes
from streams.core.report_facts import Facts, Worth, YearFacts


def test_an_interval_says_what_it_is_of() -> None:
    of = report().figures.total.length("REG_REL", "import")
    assert (of.this.n, of.this.population_n, of.this.open_n, of.this.cancelled_n) == (60, 64, 3, 0)
    assert of.this.coverage == 60 / 61
    assert of.this.open_share == 3 / 64
    assert (of.last.coverage, of.last.open_share) == (1.0, 0.0)
    assert report().figures.total.length("REG_REL", "export").this.cancelled_n == 2


def test_changes_raw_and_standardised_on_both_clocks() -> None:
    of = report().figures.total.length("REG_REL", "import")
    assert of.elapsed.this_mean_s == (30 * 10 + 20 * 33 + 10 * 13) * H / 60
    assert of.elapsed.raw_change_s == of.elapsed.standardised_change_s == -(20 * 7 + 10 * 7) * H / 60
    assert of.elapsed.matched_share == 1
    assert of.working.raw_change_s == -(20 * 7 + 10 * 7) * H / 60 / 4


def test_a_mix_that_moved_is_in_the_raw_change_only() -> None:
    grown = YearFacts(
        (leaf("27F1", "import", "1", 30, 9 * H), leaf("27F1", "import", "2", 60, 39 * H, 30 * H))
    )
    of = report(Facts(grown, LAST, {}, None)).figures.total.length("REG_REL", "import").elapsed
    assert of.raw_change_s is not None
    assert of.raw_change_s > 0
    assert of.standardised_change_s == -H
    assert of.matched_share == 50 / 60


def test_the_part_that_fell_more_than_the_whole_is_warned_of_with_its_causes() -> None:
    (excess,) = report().figures.total.excesses
    assert excess.direction == "import"
    assert excess.part_change_s == -8 * H
    assert excess.whole_change_s == -(20 * 7 + 10 * 7) * H / 60
    # All have both times in the part; the wait rose by an hour at both offices, and half of all are never checked.
    assert (excess.wait_s, excess.populations_s, excess.mix_s) == (-H, -3.5 * H, 0)
    assert excess.excess_s == -4.5 * H
    assert excess.greatest == "populations"


def test_without_cells_of_both_years_the_warning_has_no_causes() -> None:
    this = YearFacts((leaf("27F2", "import", "2", 1, 10 * H, 1 * H), leaf("27B1", "import", "1", 5, 20 * H)))
    (excess,) = report(Facts(this, LAST, {}, None)).figures.total.excesses
    assert (excess.wait_s, excess.populations_s, excess.mix_s, excess.greatest) == (None, None, None, None)


def test_volumes_are_exact_and_the_target_is_that_of_the_year() -> None:
    total = report().figures.total
    assert total.volume("turnover_usd", "export").this == Decimal("2500000.75")
    assert total.volume("turnover_usd").this == Decimal("8500000.75")
    assert total.volume("turnover_usd", "import").of_last == 2
    revenue = total.volume("revenue_vnd")
    assert revenue.target == Decimal("13500000000000")
    assert revenue.of_target == 16_196.6 / 13_500
    assert total.volume("revenue_vnd", "import").target is None
    assert total.volume("declarations").this == 144
    assert total.volume("declarations").of_last == 144 / 140


def test_volumes_of_an_unknown_direction_are_told_and_what_nobody_said_is_absent() -> None:
    unknown = Worth("27F1", "none", 3, None, Decimal(7))
    this = msgspec.structs.replace(THIS, worths=(*THIS.worths, unknown))
    total = report(Facts(this, LAST, {}, MATURE_US)).figures.total
    told = [
        (one.direction, one.this, one.last, one.of_last) for one in total.volumes if one.direction == "none"
    ]
    assert told == [("none", 3, 0, None), ("none", None, None, None), ("none", 7, None, None)]
    for measure in ("declarations", "revenue_vnd"):
        parts = [total.volume(measure, direction).this for direction in ("export", "import", "none")]
        assert total.volume(measure).this == sum(part for part in parts if part is not None)
    assert not [one for one in report().figures.total.volumes if one.direction == "none"]


def test_outcomes_of_every_kind_in_both_years() -> None:
    of = {one.kind: one for one in report().figures.total.outcomes}
    assert list(of) == ["post_clearance_check", "violation", "fine", "seizure"]
    assert of["fine"] == Outcomes("fine", 5, 5, Decimal("1250000000"), Decimal("990000000"))
    assert of["violation"] == Outcomes("violation", 0, 7, None, None)


def test_every_office_is_apart_unless_the_report_is_on_one() -> None:
    whole = report()
    assert [section.office for section in whole.figures.offices] == ["27B1", "27F1"]
    assert whole.figures.offices[0].length("REG_REL", "import").elapsed.raw_change_s == -7 * H
    assert whole.names["27B1"][1] == "Na Meo International Border Gate Customs Sub-department"
    one = report(Facts(THIS.of("27B1"), LAST.of("27B1"), {}, None), Period(2023, office="27B1"))
    assert one.figures.offices == ()
    assert one.figures.total == msgspec.structs.replace(whole.figures.offices[0], office="27B1")


def test_names_are_those_of_the_last_day_of_the_period() -> None:
    later = report(FACTS, Period(2026), 2025)
    assert later.names["27B1"][1] == "Na Meo International Border Gate Customs"


@pytest.mark.parametrize(
    ("watermark_us", "this", "last"),
    [
        (None, True, True),
        (MATURE_US - 1, True, False),
        (MATURE_US, False, False),
        (MATURE_US - 365 * 86_400_000_000 - 1, True, True),
        (MATURE_US - 365 * 86_400_000_000, True, False),
    ],
)
def test_a_period_is_provisional_until_all_were_followed_for_thirty_days(
    watermark_us: int | None, this: bool, last: bool
) -> None:
    found = report(Facts(THIS, LAST, {}, watermark_us))
    assert (found.this_is_provisional, found.last_is_provisional) == (this, last)
    if watermark_us == MATURE_US:
        assert found.watermark == "2024-01-31T00:00:00+07:00"


def test_the_figures_of_equal_facts_are_equal_byte_for_byte_and_can_be_read_back() -> None:
    leaves, worths = list(THIS.leaves), list(THIS.worths)
    Random(1).shuffle(leaves)
    Random(2).shuffle(worths)
    other = Facts(YearFacts(tuple(leaves), tuple(worths), THIS.enforced), LAST, FACTS.targets, None)
    canonical = report().figures.canonical()
    assert report(other).figures.canonical() == canonical
    assert msgspec.json.decode(canonical, type=Figures) == report().figures
    assert b'"figures":' + canonical in report().json()


def test_a_direction_with_nothing_has_no_means() -> None:
    of = report(Facts(YearFacts(), YearFacts(), {}, None)).figures.total
    for one in of.lengths:
        assert (one.this.n, one.this.coverage, one.this.open_share) == (0, None, None)
        assert one.elapsed.this_mean_s is None
        assert one.elapsed.raw_change_s is None
    assert of.excesses == ()
    assert of.volume("declarations").of_last is None
