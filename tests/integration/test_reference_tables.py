"""Offices and targets of a year of the reference data as views: one file, whole, that of the last run."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path
from typing import Any

import pytest
from clickhouse_connect.driver.client import Client

from stores import opened, release_monitor
from streams.core.reference import Reference
from streams.local.children import StoreChild
from streams.reference import load_reference
from streams.reference.load import SHIPPED
from streams.store.client import connect
from streams.store.reference_tables import sync

pytestmark = pytest.mark.integration

TABLES = ("reference_offices", "reference_yearly_targets")
TARGETS = """
yearly_targets:
  - {year: 2026, measure: revenue_vnd, value: 14_000_000_000_000}
  - {year: 2026, measure: declarations, value: 60_000, office: 27F1}
  - {year: 2025, measure: turnover_usd, value: 1_000_000_000_000_000_000}
"""


def own(folder: Path, text: str) -> Reference:
    path = folder / "own.yaml"
    path.write_text(text, encoding="utf-8")
    return load_reference(path)


def rows(client: Client, view: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in client.query(f"SELECT * FROM release_monitor.{view}").result_rows]


def test_the_views_show_the_file(client: Client, tmp_path: Path) -> None:
    reference = own(tmp_path, SHIPPED.read_text(encoding="utf-8") + TARGETS)
    assert sync(client, reference) == list(TABLES)
    assert rows(client, "yearly_targets") == [
        (2025, "turnover_usd", "all", 10**18),
        (2026, "declarations", "27F1", 60_000),
        (2026, "revenue_vnd", "all", 14 * 10**12),
    ]
    offices = rows(client, "offices")
    zone, there = "Asia/Ho_Chi_Minh", "Thanh Hóa"
    assert offices[:2] == [
        (
            *("27B1", None, dt.date(2025, 3, 14), "Chi cục Hải quan cửa khẩu quốc tế Na Mèo"),
            *("Na Meo International Border Gate Customs Sub-department", there, "27ZZ", None, zone),
        ),
        (
            *("27B1", dt.date(2025, 3, 15), None, "Hải quan cửa khẩu quốc tế Na Mèo"),
            *("Na Meo International Border Gate Customs", there, "27ZZ", None, zone),
        ),
    ]
    assert [row[0] for row in offices] == sorted(2 * ["27B1", "27F1", "27F2", "27ZZ"])


def test_only_what_differs_is_written(client: Client, tmp_path: Path) -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    assert sync(client, own(tmp_path, text)) == list(TABLES)
    assert sync(client, own(tmp_path, text)) == []
    assert sync(client, own(tmp_path, text + TARGETS)) == ["reference_yearly_targets"]
    assert sync(client, own(tmp_path, text + TARGETS)) == []
    assert sync(client, own(tmp_path, text.replace("cảng Nghi Sơn", "Nghi Sơn") + TARGETS)) == [
        "reference_offices"
    ]
    assert sync(client, own(tmp_path, text)) == list(TABLES)
    assert rows(client, "yearly_targets") == []
    assert len(rows(client, "offices")) == 8
    for table in TABLES:
        client.command(f"OPTIMIZE TABLE release_monitor.{table} FINAL")
    assert rows(client, "yearly_targets") == []
    assert len(rows(client, "offices")) == 8


def test_days_that_the_engine_does_not_have_are_none(client: Client, tmp_path: Path) -> None:
    text = SHIPPED.read_text(encoding="utf-8").replace(
        "valid_to: 2025-03-14", "valid_from: 1850-01-01\n    valid_to: 2025-03-14"
    )
    sync(client, own(tmp_path, text))
    assert rows(client, "offices")[0][1:3] == (None, dt.date(2025, 3, 14))


@pytest.mark.parametrize("same", [True, False])
def test_two_at_once_leave_one_file_whole(
    store: StoreChild, client: Client, tmp_path: Path, same: bool
) -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    one = own(tmp_path, text + TARGETS)
    two = one if same else own(tmp_path, text + TARGETS.replace("60_000", "70_000").replace("2025", "2024"))
    for table in TABLES:
        client.command(f"SYSTEM STOP MERGES release_monitor.{table}")
    clients = [connect(store.writer()) for _ in range(2)]
    for _ in range(5):
        for table in TABLES:
            client.command(f"TRUNCATE TABLE release_monitor.{table}")
        together = threading.Barrier(2)

        def work(of: Client, reference: Reference, together: threading.Barrier = together) -> None:
            together.wait()
            sync(of, reference)

        threads = [threading.Thread(target=work, args=pair) for pair in zip(clients, (one, two), strict=True)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        told = [
            (target.year, target.measure, target.office or "all", target.value)
            for target in one.yearly_targets
        ]
        other = [
            (target.year, target.measure, target.office or "all", target.value)
            for target in two.yearly_targets
        ]
        assert rows(client, "yearly_targets") in (sorted(told), sorted(other))
        assert len(rows(client, "offices")) == 8
    for table in TABLES:
        client.command(f"SYSTEM START MERGES release_monitor.{table}")
    for each in clients:
        each.close()


def test_migrate_and_backfill_write_them(tmp_path: Path) -> None:
    path, events, folder = tmp_path / "own.yaml", tmp_path / "none.jsonl", tmp_path / "data"
    events.write_bytes(b"")
    path.write_text(SHIPPED.read_text(encoding="utf-8") + TARGETS, encoding="utf-8")
    told = release_monitor("migrate", "--data", folder).stdout
    assert "wrote reference_offices\nwrote reference_yearly_targets\n" in told
    assert release_monitor("migrate", "--data", folder).stdout == "the schema is up to date\n"
    release_monitor("backfill", "--data", folder, events, RELEASE_MONITOR_REFERENCE_FILE=str(path))
    with opened(folder) as client:
        assert len(rows(client, "yearly_targets")) == 3
    assert "wrote reference_yearly_targets" in release_monitor("migrate", "--data", folder).stdout
    release_monitor("refold", "--data", folder, RELEASE_MONITOR_REFERENCE_FILE=str(path))
    with opened(folder) as client:
        assert len(rows(client, "yearly_targets")) == 3
