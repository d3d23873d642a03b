"""The documentation names what the program has, all of it and nothing else, and its links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer
from pydantic import SecretStr

from stores import REPOSITORY, opened
from streams.cli.main import application
from streams.core.measure import FLAGS
from streams.core.vocabulary import INTERVAL_CODES, RejectReason
from streams.kafka.topics import SPECS
from streams.settings import Settings
from streams.simulator.generate import FAULTS
from streams.words import FINDINGS, STAGES, STATUSES, WAITING_ON

DOCS = REPOSITORY / "docs"
REFERENCE = DOCS / "reference"
SETTINGS = {f"RELEASE_MONITOR_{name.upper()}": field for name, field in Settings.model_fields.items()}
NOT_SETTINGS = {"RELEASE_MONITOR_CACHE"}
"""Read by set-up before there are settings."""

VIEW_PAGES = (
    "views.md",
    "cohorts.md",
    "analysis.md",
    "outcomes.md",
    "published.md",
)
"""The pages of the reference that have a section for each view."""

PAGES = sorted([REPOSITORY / "README.md", *DOCS.rglob("*.md")])
_FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")


def prose(page: Path) -> str:
    return _FENCED.sub("", page.read_text(encoding="utf-8"))


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in headings}


def first_cells(page: Path) -> list[str]:
    """What stands in backquotes in the first column of the tables of a page."""
    return re.findall(r"^\| `([^`]+)` \|", page.read_text(encoding="utf-8"), re.MULTILINE)


def default_of(value: object) -> str:
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_relative_links_lead_somewhere(page: Path) -> None:
    for link in _LINK.findall(prose(page)):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), link
        assert target.is_relative_to(REPOSITORY), link
        if anchor:
            assert anchor in anchors(target), link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_settings_that_are_named_exist(page: Path) -> None:
    named = set(re.findall(r"RELEASE_MONITOR_[A-Z0-9_]*[A-Z]", page.read_text(encoding="utf-8")))
    assert not named - SETTINGS.keys() - NOT_SETTINGS


def test_the_example_of_the_environment_has_every_setting_once_with_its_default() -> None:
    text = (REPOSITORY / ".env.example").read_text(encoding="utf-8")
    lines = re.findall(r"^#(RELEASE_MONITOR_\w+)=(.*)$", text, re.MULTILINE)
    assert dict(lines) == {name: default_of(field.default) for name, field in SETTINGS.items()}
    assert len(lines) == len(SETTINGS)
    assert all(line.startswith("#") or not line for line in text.splitlines())
    for name, field in SETTINGS.items():
        assert re.search(rf"^# {re.escape(str(field.description))}.*\n#{name}=", text, re.MULTILINE), name


def test_every_setting_is_in_the_reference_with_its_default() -> None:
    text = (REFERENCE / "configuration.md").read_text(encoding="utf-8")
    for name, field in SETTINGS.items():
        default = default_of(field.default)
        told = f"| `{name}` | {f'`{default}`' if default else 'empty'} | {field.description}"
        assert told in text, name


def test_the_reference_has_every_command_and_its_options() -> None:
    told = sections(REFERENCE / "commands.md")
    commands = typer.main.get_group(application()).commands
    assert told.keys() == commands.keys()
    for name, command in commands.items():
        options = {word for parameter in command.params for word in parameter.opts if word.startswith("--")}
        named = set(re.findall(r"--[a-z][a-z-]*", told[name]))
        assert options - {"--help"} == named, name


def test_the_reference_has_every_reason_topic_and_fault() -> None:
    assert first_cells(REFERENCE / "reject-reasons.md") == [reason.value for reason in RejectReason]
    assert {spec.name for spec in SPECS} <= set(first_cells(REFERENCE / "topics.md"))
    simulator = (REFERENCE / "simulator.md").read_text(encoding="utf-8")
    faults = simulator[simulator.index("## The faults") : simulator.index("**What nobody can detect**")]
    assert set(re.findall(r"^\| ([a-z_]+) \|", faults, re.MULTILINE)) - {"fault"} == FAULTS


def sections(page: Path) -> dict[str, str]:
    """The parts of a page by their headings of second order."""
    text = page.read_text(encoding="utf-8")
    return dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL))


def columns_told(section: str) -> list[str]:
    """What stands without quotes in the first column of tables, but for their heads; one cell may name several."""
    cells = re.findall(r"^\| ([a-z_0-9, ]+) \|.*\n(?!\|--)", section, re.MULTILINE)
    return [word for cell in cells for word in cell.split(", ")]


@pytest.mark.integration
def test_the_reference_has_the_columns_of_every_view_as_the_engine_tells_them(tmp_path: Path) -> None:
    """Asked of the engine, because SQL can't be read with regular expressions."""
    with opened(tmp_path) as client:
        views = dict(
            client.query(
                "SELECT table, groupArray(name) FROM system.columns WHERE database = 'release_monitor' AND table IN"
                " (SELECT name FROM system.tables WHERE database = 'release_monitor' AND engine = 'View')"
                " GROUP BY table"
            ).result_rows
        )
    told = {
        name: columns_told(text) for page in VIEW_PAGES for name, text in sections(REFERENCE / page).items()
    }
    told["events_history"] += told["events"]
    assert {name: sorted(words) for name, words in told.items() if words} == {
        name: sorted(columns) for name, columns in views.items()
    }


def test_the_reference_has_every_interval_flag_status_and_finding() -> None:
    views = sections(REFERENCE / "views.md")
    intervals, current, quality = (
        views[name] for name in ("intervals", "declarations_current", "data_quality")
    )
    assert re.findall(r"`([A-Z0-9_]+)`", quoted(intervals, "interval_code")) == list(INTERVAL_CODES)
    assert re.findall(r"^\| `(\w+)` \|", intervals, re.MULTILINE) == list(FLAGS)
    assert re.findall(r"^\| `(\w+)` \|", current, re.MULTILINE) == list(STATUSES)
    assert re.findall(r"`(\w+)`", quoted(current, "waiting_on")) == list(WAITING_ON)
    assert set(re.findall(r"^\| `(\w+)` \|", quality, re.MULTILINE)) == set(FINDINGS)


def quoted(section: str, column: str) -> str:
    """What a table says of a column."""
    row = re.search(rf"^\| {column} \|.*$", section, re.MULTILINE)
    assert row is not None, column
    return row[0]


def test_the_reference_has_every_stage_and_who_must_act_as_staff_read_them() -> None:
    text = (REFERENCE / "stages.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `(\w+)` \| (.*?) \| (.*?) \|$", text, re.MULTILINE)
    words = [*STAGES.items(), *WAITING_ON.items(), *STATUSES.items()]
    assert told == [(name, word.vi, word.en) for name, word in words]
    rows = re.findall(r"^\| [a-z, ]+ \|.*?\| (\w+) \| (\w+) \|$", text, re.MULTILINE)
    assert {stage for stage, _ in rows} - {"stage", "NULL"} == set(STAGES)
    assert {who for _, who in rows} - {"waiting_on", "NULL"} == set(WAITING_ON)


def test_decisions_are_numbered_without_a_gap_and_listed() -> None:
    pages = sorted((DOCS / "decisions").glob("[0-9]*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    listed = _LINK.findall(prose(DOCS / "decisions" / "README.md"))
    assert [page.name for page in pages] == [link for link in listed if link[0].isdigit()]
