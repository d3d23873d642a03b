"""What people read when a period is published, when something differs from it, and in the list of publications."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from clickhouse_connect.driver.client import Client

from builders import VIETNAM, event
from feeding import FILLED, Feeding, life, reach
from stores import release_monitor
from streams.cli.failure import CommandError
from streams.cli.publishing import publish_report, report_now, show_differences
from streams.core.durations import Language
from streams.core.period import Period
from streams.local.children import StoreChild
from streams.reference import load_reference
from streams.store.client import connect

pytestmark = pytest.mark.integration

MARCH, AT_27F1 = Period(2026, 3), Period(2026, 0, "27F1")
LONG_AFTER = dt.datetime(2027, 3, 1, tzinfo=dt.UTC)
TABLES = FILLED


@pytest.fixture
def feed(client: Client) -> Feeding:
    reach(client, LONG_AFTER)
    return Feeding(client)


def put_out(
    client: Client,
    period: Period = MARCH,
    figures: bytes = b"1",
    *,
    provisional: bool = False,
    lang: Language = "en",
) -> None:
    publish_report(client, period, 2025, lambda: figures, provisional, VIETNAM, lang)


def test_publishing_says_what_came_of_it(
    client: Client, feed: Feeding, capsys: pytest.CaptureFixture[str]
) -> None:
    feed(*life("a"), *life("b")[:2])
    put_out(client)
    assert capsys.readouterr() == (
        "",
        "published 2026-03, all offices: revision 1, final, 2 declarations, 1 open\n",
    )
    put_out(client)
    said = capsys.readouterr().err
    assert said.startswith("2026-03, all offices: nothing differs from revision 1, published at 20")
    assert said.endswith(": no new revision\n")
    feed(life("b")[2])
    put_out(client, figures=b"2", lang="vi")
    assert capsys.readouterr().err == (
        "đã công bố tháng 3/2026, tất cả chi cục: phiên bản 2, chính thức, 2 tờ khai, 0 chưa có quyết định\n"
        "3 khác biệt so với phiên bản 1 đã được ghi lại; 1 số liệu đã thay đổi\n"
    )


def test_why_a_period_is_not_published_is_said_in_one_line(client: Client, feed: Feeding) -> None:
    with pytest.raises(CommandError, match=r"^2026, 27F1: no declarations were registered in this period"):
        put_out(client, AT_27F1)
    feed(*life("a"))
    reach(client, dt.datetime(2026, 3, 5, tzinfo=dt.UTC), 2)
    with pytest.raises(CommandError) as refused:
        put_out(client)
    assert str(refused.value) == (
        "2026-03, all offices: the period is mature on 2026-04-30 17:00 UTC, 30 days after its end, and the store is at"
        " 2026-03-05 00:00 UTC; 0 of 1 declarations are open: wait, or publish it as provisional with --provisional"
    )
    put_out(client, provisional=True)


def test_differences_are_a_table_in_both_languages(
    client: Client, feed: Feeding, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(
        CommandError, match=r"^2026-03, all offices was not published: `report --publish` does that"
    ):
        show_differences(client, MARCH, lambda _: b"1", VIETNAM)
    feed(*life("a", channel=2), *life("b"))
    put_out(client)
    capsys.readouterr()
    show_differences(client, MARCH, lambda _: b"1", VIETNAM)
    assert capsys.readouterr().out.endswith("Nothing differs.\n")
    feed(event("CLEARED", "10:10:00", declaration_key="a", revision=1))
    feed(event("AMENDED", "09:00:00", declaration_key="a", attrs={"value_usd": 1234567.5}))
    feed(event("CHANNEL_CHANGED", "09:00:00", declaration_key="b", attrs={"channel": 3}))
    show_differences(client, MARCH, lambda _: b"1", VIETNAM)
    told = [re.split(r"  +", line.strip()) for line in capsys.readouterr().out.splitlines()]
    assert told[1] == ["Declaration", "Measure", "Published", "Now", "Cause", "Known since", "event_id"]
    assert [row[:5] for row in told[2:-2]] == [
        ["a", "Document check to release", "1 h 30 min", "1 h 40 min", "correction"],
        ["a", "Document check to release, working", "1 h 30 min", "1 h 40 min", "correction"],
        ["a", "Registration to release", "2 h 00 min", "2 h 10 min", "correction"],
        ["a", "Registration to release, working", "2 h 00 min", "2 h 10 min", "correction"],
        ["a", "Value, USD", "100.5", "1,234,567.5", "late event"],
        ["b", "Channel", "green", "red", "late event"],
        ["b", "With a document check", "no", "yes", "late event"],
    ]
    assert re.fullmatch(r"2026-\d\d-\d\d \d\d:\d\d", told[2][5])
    assert told[2][6] == "CLEARED-10:10:00-1-"
    assert told[-2:] == [["4 by correction, 3 by late event"], ["the figures are the same"]]
    show_differences(client, MARCH, lambda _: b"1", VIETNAM, "vi")
    page = capsys.readouterr().out
    assert re.search(r"Từ kiểm tra hồ sơ đến quyết định +1 giờ 30 phút +1 giờ 40 phút +sửa đổi sự kiện", page)
    assert re.search(r"Luồng +xanh +đỏ +sự kiện đến muộn", page)


def figures(client: Client, period: Period) -> bytes:
    return report_now(client, period, 2025, load_reference(None)).figures.canonical()


def test_the_list_has_every_revision_and_what_differs(tmp_path: Path) -> None:
    nothing = release_monitor("published", "--data", tmp_path, check=False)
    assert (nothing.returncode, nothing.stderr.count("\n")) == (1, 1)
    store = StoreChild(tmp_path)
    client = connect(store.writer())
    reach(client, LONG_AFTER)
    feed = Feeding(client)
    feed(*life("a"), *life("b")[:2])
    put_out(client, figures=figures(client, MARCH))
    feed(event("CLEARED", "10:10:00", declaration_key="a", revision=1))
    put_out(client, figures=figures(client, MARCH))
    put_out(client, AT_27F1, figures(client, AT_27F1))
    feed(life("b")[2])
    client.close()
    store.stop()
    told = release_monitor("published", "--data", tmp_path).stdout
    rows = [re.split(r"  +", line.strip()) for line in told.splitlines()]
    assert rows[0] == [
        "Period", "Office", "Revision", "Against", "Published at", "State", "Declarations", "Open",
        "Differences", "Figures",
    ]  # fmt: skip
    assert [[*row[:4], *row[5:]] for row in rows[1:]] == [
        ["2026", "27F1", "1", "2025", "final", "2", "1", "3 now", "5 now"],
        ["2026-03", "all offices", "1", "2025", "final", "2", "1", "2 to revision 2", "4 to revision 2"],
        ["2026-03", "all offices", "2", "2025", "final", "2", "1", "3 now", "10 now"],
    ]
    told = release_monitor("published", "--data", tmp_path, "--lang", "vi").stdout
    assert re.search(
        r"tháng 3/2026 +tất cả chi cục +2 +2025 .* chính thức +2 +1 +3 hiện nay +10 hiện nay$",
        told,
        re.MULTILINE,
    )
