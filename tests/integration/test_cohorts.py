"""When the figures of cohorts are made: after a job, on a schedule, and not in a store that is opened for a moment."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from stores import release_monitor
from streams.local.children import StoreChild
from streams.store.client import connect
from streams.store.cohorts import refresh, state_of

pytestmark = pytest.mark.integration

_BEGIN = """
import sys, time; from pathlib import Path
sys.path.insert(0, "tests")
from builders import CALENDARS, FEED, event
from streams.core.pack import Pack
from streams.pipeline.folder import FedPack, Folder
from streams.store import cohorts
from streams.store.client import EmbeddedStore
from streams.store.histories import StoredHistories
from streams.store.schema import migrate
from streams.store.sink import ClickHouseSink
client = (store := EmbeddedStore(Path(sys.argv[1]))).writer
migrate(client)
def write(key):
    pack = Pack("declaration-events", "", 0, [event("REGISTERED", "08:00:00", declaration_key=key)], [])
    ClickHouseSink(client).write(Folder(StoredHistories(client), CALENDARS).fold([FedPack(pack, FEED)]))
def counted():
    rows = client.query("SELECT population_n FROM release_monitor.cohort_monthly WHERE office = 'all' AND"
        " direction = 'all' AND channel = 'all' AND interval_code = 'REG_REL' AND clock = 'elapsed'").result_rows
    return rows[0][0] if rows else 0
def status():
    rows = client.query("SELECT status FROM system.view_refreshes WHERE view = 'cohort_refresh'").result_rows
    return rows[0][0]
def until(is_so, what):
    for _ in range(1_000):
        if is_so():
            return
        time.sleep(0.02)
    raise AssertionError(what)
"""

_REFRESH = (
    _BEGIN
    + """
write("10000000001")
assert counted() == 0
cohorts.refresh(client)
assert counted() == 1
write("10000000002")
client.command("SYSTEM REFRESH VIEW release_monitor.cohort_refresh")  # one that may have begun before the write
write("10000000003")
cohorts.refresh(client)
assert counted() == 3
cohorts.refresh(client)
assert counted() == 3
store.close()
"""
)

_RESTS = (
    _BEGIN
    + """
write("10000000001")
cohorts.refresh(client)
write("10000000002")
store.close()
client = (store := EmbeddedStore(Path(sys.argv[1]))).writer
until(lambda: status() == "Disabled", "the schedule rests in a store that has just been opened")
assert counted() == 1, "what was made before is there"
cohorts.start_schedule(client)
until(lambda: counted() == 2, "a process that stays makes them by itself")
until(lambda: status() == "Scheduled", "and will again")
names = [name for (name,) in client.query("SHOW TABLES FROM release_monitor").result_rows]
assert not [name for name in names if name.startswith(".")], names
store.close()
"""
)

_CLOSE = (
    _BEGIN
    + """
client.command("CREATE TABLE release_monitor.slow_rows (number UInt64, s UInt8) ENGINE = MergeTree ORDER BY number")
client.command("CREATE MATERIALIZED VIEW release_monitor.slow REFRESH EVERY 1 HOUR TO release_monitor.slow_rows EMPTY"
               " AS SELECT number, sleepEachRow(1) AS s FROM numbers(600) SETTINGS max_block_size = 1")
client.command("SYSTEM REFRESH VIEW release_monitor.slow")
client.command("SYSTEM START VIEW release_monitor.slow")
until(lambda: client.query("SELECT status FROM system.view_refreshes WHERE view = 'slow'").result_rows
      == [("Running",)], "it runs")
store.close()
client = (store := EmbeddedStore(Path(sys.argv[1]))).writer
write("10000000001")
cohorts.refresh(client)
assert counted() == 1
store.close()
"""
)

_SCHEDULE = (
    _BEGIN
    + """
assert cohorts.scheduled_minutes(client) == 60
assert not cohorts.set_schedule(client, 60)
for minutes in (1, 90, 1_440, 10_080, 60):
    assert cohorts.set_schedule(client, minutes)
    assert cohorts.scheduled_minutes(client) == minutes
store.close()
"""
)

_APPLIED = (
    _BEGIN
    + """
assert cohorts.scheduled_minutes(client) == 30
store.close()
"""
)


@pytest.mark.parametrize(
    "script",
    [_REFRESH, _RESTS, _CLOSE, _SCHEDULE],
    ids=["a job ends", "opened for a moment", "closed meanwhile", "schedule"],
)
def test_when_figures_are_made(script: str, tmp_path: Path) -> None:
    run(script, tmp_path)


def test_migrate_applies_the_schedule_of_the_settings(tmp_path: Path) -> None:
    for _ in range(2):
        release_monitor("migrate", "--data", tmp_path, RELEASE_MONITOR_COHORT_REFRESH_MINUTES="30")
        run(_APPLIED, tmp_path / "store")


def run(script: str, folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", script, str(folder)], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr[-3000:]


def test_how_the_figures_stand_is_told(store: StoreChild) -> None:
    with closing(connect(store.writer(), timeout_s=60)) as client:
        refresh(client)
        state = state_of(client)
    assert state.failure == ""
    assert state.computed_at is None  # there is nothing in the store that figures could be of
