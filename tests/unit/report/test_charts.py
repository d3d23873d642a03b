"""The charts of a report: bars as long as what they show."""

from __future__ import annotations

import re
from typing import NamedTuple
from xml.etree import ElementTree

import pytest

from reports import LAST, H, leaf, report
from streams.core.report import Excess
from streams.core.report_facts import Facts, YearFacts
from streams.report.charts import excess_chart, lengths_chart, offices_chart
from streams.report.writer import Writer


class Bar(NamedTuple):
    kind: str
    x: float
    width: float


def drawn(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def bars(svg: str) -> list[Bar]:
    return [
        Bar(one.attrib["class"], float(one.attrib["x"]), float(one.attrib["width"]))
        for one in drawn(svg).iter("rect")
    ]


def texts(svg: str, kind: str) -> list[str]:
    return [
        "".join(one.itertext())
        for one in drawn(svg).iter("text")
        if kind in one.attrib.get("class", "").split()
    ]


WRITER = Writer(report(), "vi")


def test_the_means_of_both_years_are_drawn_to_one_scale_with_their_words() -> None:
    svg = lengths_chart(WRITER)
    assert [bar.kind for bar in bars(svg)] == ["this", "last"] * 4
    means = [
        mean
        for one in report().figures.total.lengths
        for mean in (one.elapsed.this_mean_s, one.elapsed.last_mean_s)
        if mean is not None
    ]
    scales = {round(bar.width / mean, 4) for bar, mean in zip(bars(svg), means, strict=True)}
    assert max(scales) - min(scales) < 0.0002
    assert len({bar.x for bar in bars(svg)}) == 1
    assert texts(svg, "value") == [WRITER.length(mean) for mean in means]
    assert texts(svg, "tick")[0] == "0 giờ"


def test_every_office_has_a_bar_for_each_direction_it_changed_in() -> None:
    svg = offices_chart(WRITER)
    assert [bar.kind for bar in bars(svg)] == ["import", "export", "import"]
    assert texts(svg, "value") == ["−7 giờ 00 phút", "−2 giờ 00 phút", "−2 giờ 48 phút"]
    edges = {round(bar.x + bar.width, 1) for bar in bars(svg)}
    assert len(edges) == 1  # all fell: they end at 0


def test_the_causes_lead_from_the_whole_to_the_part() -> None:
    excess = Excess("import", -8.0 * H, -3.5 * H, -4.5 * H, -1.0 * H, -5.5 * H, 2.0 * H, "populations")
    whole, wait, populations, mix, part = bars(excess_chart(WRITER, excess))
    assert [one.kind for one in (whole, wait, populations, mix, part)] == [
        "sum",
        "along",
        "along",
        "against",
        "sum",
    ]
    assert wait.x + wait.width == pytest.approx(whole.x, abs=0.2)
    assert populations.x + populations.width == pytest.approx(wait.x, abs=0.2)
    assert mix.x == pytest.approx(populations.x, abs=0.2)
    assert mix.x + mix.width == pytest.approx(part.x, abs=0.2)


@pytest.mark.parametrize("sign", [1, -1])
def test_words_beside_a_cause_that_goes_the_other_way_have_room_too(sign: int) -> None:
    """The whole and the part lie on one side of 0, a cause begins far from it and leads back almost to 0."""
    excess = Excess(
        "import",
        sign * 5 * H,
        sign * 16.5 * H,
        -sign * 11.5 * H,
        -sign * 16 * H,
        sign * 2 * H,
        sign * 2.5 * H,
        "wait",
    )
    svg = excess_chart(WRITER, excess)
    names = max(float(one.attrib["x"]) for one in drawn(svg).iter("text") if one.attrib.get("class") == "end")
    width = float(drawn(svg).attrib["viewBox"].split()[2])
    for one in drawn(svg).iter("text"):
        if "value" in one.attrib.get("class", ""):
            at, is_end = float(one.attrib["x"]), "end" in one.attrib["class"]
            assert names + 120 <= at if is_end else at <= width - 120


@pytest.mark.parametrize("hours", [0.0, 0.01, 0.3, 5, 40, 900])
def test_every_scale_has_a_few_marks_inside_the_picture(hours: float) -> None:
    this = YearFacts((leaf("27F1", "import", "1", 1, round(hours * H)),))
    svg = lengths_chart(Writer(report(Facts(this, LAST, {}, None)), "en"))
    assert 2 <= len(texts(svg, "tick")) <= 10
    _, _, width, height = map(float, drawn(svg).attrib["viewBox"].split())
    for bar in bars(svg):
        assert 0 <= bar.x <= bar.x + bar.width <= width
    assert all(0 <= float(one.attrib["y"]) <= height for one in drawn(svg).iter("text"))


def test_what_a_stranger_wrote_is_text() -> None:
    this = YearFacts((leaf("<b>&", "import", "1", 1, H),))
    svg = offices_chart(Writer(report(Facts(this, this, {}, None)), "en"))
    assert "<b>" not in svg
    assert re.search("&lt;b&gt;&amp;", svg)
