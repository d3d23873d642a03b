"""The page of a report in a real browser: it is looked at as it is laid out, on a wide and on a narrow screen."""

from __future__ import annotations

import html
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from grafana.drawing.browser import BROWSER, FLAGS
from needed_programs import skip_but_not_in_ci
from reports import report
from streams.report.html import render
from streams.report.writer import Writer

pytestmark = pytest.mark.integration

LOOK = """
<script>
const tooWide = document.documentElement.scrollWidth - innerWidth;
const found = {outside: [], overlapping: [], tooWide, bars: 0, fills: []};
const apart = (a, b) => a.left >= b.right || b.left >= a.right || a.top + 3 >= b.bottom || b.top + 3 >= a.bottom;
for (const svg of document.querySelectorAll("svg")) {
  const frame = svg.getBoundingClientRect();
  const texts = [...svg.querySelectorAll("text")].map(text => [text.textContent, text.getBoundingClientRect()]);
  for (const [said, box] of texts)
    if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.bottom > frame.bottom + 1)
      found.outside.push(said);
  texts.forEach(([said, box], i) => texts.slice(i + 1).forEach(([other, beside]) => {
    if (!apart(box, beside)) found.overlapping.push([said, other]);
  }));
  for (const bar of svg.querySelectorAll("rect")) {
    found.bars += 1;
    found.fills.push(getComputedStyle(bar).fill);
  }
}
document.body.innerHTML = "";
document.body.append(Object.assign(document.createElement("pre"), {textContent: JSON.stringify(found)}));
</script>
"""


@pytest.fixture(params=["vi", "en"])
def page(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "report.html"
    path.write_text(render(Writer(report(), request.param)), encoding="utf-8")
    return path


def browse(tmp_path: Path, page: Path, *arguments: str) -> str:
    if BROWSER is None:
        skip_but_not_in_ci("chromium is missing: install the Debian package of this name")
    profile = f"--user-data-dir={tmp_path / 'profile'}"
    return subprocess.run(
        [BROWSER, *FLAGS, profile, *arguments, page.as_uri()],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    ).stdout


@pytest.mark.parametrize("width", [1040, 500])
def test_nothing_overlaps_or_leaves_its_place(tmp_path: Path, page: Path, width: int) -> None:
    page.write_text(page.read_text(encoding="utf-8").replace("</body>", f"{LOOK}</body>"), encoding="utf-8")
    dom = browse(tmp_path, page, f"--window-size={width},1400", "--dump-dom")
    told = re.search(r"<pre>(.*)</pre>", dom)
    assert told is not None, dom[-2000:]
    found: dict[str, Any] = json.loads(html.unescape(told[1]))
    assert found["outside"] == []
    assert found["overlapping"] == []
    assert found["tooWide"] <= 0
    assert found["bars"] == 8 + 3 + 5
    assert "rgb(0, 0, 0)" not in found["fills"]


def test_it_prints(tmp_path: Path, page: Path) -> None:
    printed = tmp_path / "report.pdf"
    browse(tmp_path, page, f"--print-to-pdf={printed}", "--no-pdf-header-footer")
    content = printed.read_bytes()
    assert content.startswith(b"%PDF-")
    assert 1 < len(re.findall(rb"/Type\s*/Page\b", content)) < 6
