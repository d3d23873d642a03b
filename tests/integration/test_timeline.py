"""The page of a declaration against the views of the store it was made from."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from builders import message
from stores import opened, release_monitor
from streams.core.durations import written

pytestmark = pytest.mark.integration

DECLARATION = [
    message(
        "REGISTERED",
        "16:00:00",
        declaration_no="100000000010",
        attrs={"office": "27F1", "direction": "import"},
    ),
    message("CHANNEL_ASSIGNED", "16:00:03", attrs={"channel": 2}),
    message("DOC_CHECK_STARTED", "16:10:00"),
    message("CLEARED", "2026-03-03T05:41:30+07:00"),
    message("CLEARED", "2026-03-03T08:41:30+07:00", revision=1),
    message("GATE_OUT", "2026-03-03T09:00:00+07:00"),
    message("GATE_OUT", "2026-03-03T09:00:00+07:00", revision=1, op="RETRACT"),
]
OTHERS = [
    message("REGISTERED", "08:00:00", declaration_key="case-7", declaration_no="300000000020", event_id="a"),
    message("REGISTERED", "08:00:00", declaration_key="case-8", declaration_no="300000000030", event_id="b"),
    message("REGISTERED", "08:00:00", declaration_key="case-9", declaration_no="300000000030", event_id="c"),
    message("HEARTBEAT", "08:00:00", declaration_key="alive"),
    message("CLEARED", "08:00:00", declaration_key="orphan"),
    message("CLEARED", "2026-03-09T08:00:00+07:00", declaration_key="later"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("timeline")
    (folder / "feed.jsonl").write_bytes(b"\n".join([*DECLARATION, *OTHERS, b""]))
    release_monitor("backfill", folder / "feed.jsonl", "--data", folder)
    return folder


def page(folder: Path, *arguments: str) -> str:
    return release_monitor("timeline", "--data", folder, *arguments).stdout


@pytest.mark.parametrize("language", ["en", "vi"])
def test_every_interval_of_the_view_is_there_with_both_lengths(folder: Path, language: str) -> None:
    shown = page(folder, "10000000001", "--lang", language)
    with opened(folder) as client:
        stored = client.query(
            "SELECT interval_code, elapsed_s, working_s FROM release_monitor.intervals"
            " WHERE declaration_key = '10000000001'"
        ).result_rows
    assert {"REG_REL", "DOC_REL", "DOC_LIMIT", "DECIDE"} <= {code for code, *_ in stored}
    for code, *lengths in stored:
        (row,) = re.findall(rf"^{code} .*$", shown, re.MULTILINE)
        told = "  +".join("–" if one is None else written(one, language) for one in lengths)  # type: ignore[arg-type]
        assert re.search(rf"  {told}(  |$)", row), row
    assert ("16 giờ 41 phút" if language == "vi" else "16 h 41 min") in shown


def test_every_accepted_event_is_there_and_what_does_not_count_is_marked(folder: Path) -> None:
    shown = page(folder, "10000000001")
    events = shown[shown.index("\nEvents\n") : shown.index("\nMilestones\n")]
    with opened(folder) as client:
        stored = client.query(
            "SELECT event_id, state FROM release_monitor.events_history WHERE declaration_key = '10000000001'"
        ).result_rows
    assert len(stored) == len(DECLARATION)
    for event_id, state in stored:
        (row,) = (line for line in events.splitlines() if line.endswith(f"  {event_id}"))
        marked = re.search(r"replaced|retracted|takes back", row)
        assert (marked is None) == (state == "effective"), row


def test_the_store_s_own_findings_are_told_too(folder: Path) -> None:
    assert re.search(r"^retracted +event taken back +GATE_OUT-", page(folder, "10000000001"), re.MULTILINE)
    assert re.search(r"^orphan +no registration for 72 hours ", page(folder, "orphan"), re.MULTILINE)
    assert re.search(r"^none$", page(folder, "later"), re.MULTILINE)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("10000000001", "10000000001"),
        ("100000000010", "10000000001"),
        ("100000000019", "10000000001"),  # another amendment of it
        ("case-7", "case-7"),
        ("300000000020", "case-7"),
    ],
)
def test_a_declaration_goes_by_its_key_or_its_number(folder: Path, name: str, key: str) -> None:
    assert re.match(rf"Declaration +{key}\b", page(folder, name))


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["20000000001"], 1, "there is no declaration 20000000001 in the store"),
        (["' OR 1 = 1 --"], 1, "there is no declaration ' OR 1 = 1 -- in the store"),
        (["alive"], 1, "nothing but signs of life (HEARTBEAT) is stored of alive"),
        (
            ["300000000030"],
            1,
            "300000000030 is the number of several declarations, name one by its key: case-8, case-9",
        ),
        (["10000000001", "--lang", "fr"], 2, "Invalid value for '--lang'"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(folder: Path, arguments: list[str], code: int, said: str) -> None:
    done = release_monitor("timeline", "--data", folder, *arguments, check=False)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (code, "", 1)
    assert done.stderr.startswith(f"error: {said}")


def test_where_there_is_no_store_it_says_what_to_do(tmp_path: Path) -> None:
    done = release_monitor("timeline", "--data", tmp_path, "10000000001", check=False)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "there is no store in" in done.stderr
