"""Stores of older versions, and jobs that are cut off in the middle: nothing of the events is lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration

_BEGIN = """
import sys; from pathlib import Path
sys.path.insert(0, "tests")
from builders import CALENDARS, FEED, event
from streams.core.pack import Pack
from streams.local import refold as refolding
from streams.pipeline.folder import FedPack, Folder
from streams.store import schema
from streams.store.client import EmbeddedStore
from streams.store.histories import StoredHistories
from streams.store.sink import ClickHouseSink
client = (store := EmbeddedStore(Path(sys.argv[1]))).writer
def ask(sql):
    return client.query(sql).result_rows
"""

_MIGRATION = (
    _BEGIN
    + """
first, second = schema.migrations()[:2]
schema.migrations = lambda: [first]
schema.migrate(client)
contents = [event("REGISTERED", "08:00:00", event_id="one", note=n).canonical.decode() for n in (1, 2)]
for number, canonical in enumerate(contents):
    client.command(
        "INSERT INTO release_monitor.declaration_events (event_id, source, declaration_key, event_type, occurred_at,"
        " state, digest, canonical, version) VALUES ('one', 'SIM', '10000000001', 'REGISTERED', '2026-03-02 01:00:00',"
        f" 'effective', {number}, {{canonical:String}}, {number + 1})", parameters={"canonical": canonical})
for upto in range(1, len(second.statements)):
    for statement in second.statements[:upto]:  # cut off here, and begun anew the next time
        client.command(statement)
schema.migrations = lambda: [first, second]
schema.migrate(client)
kept = sorted(row[0] for row in ask("SELECT DISTINCT canonical FROM release_monitor.declaration_events"))
assert kept == sorted(contents), kept
assert refolding.stale_declarations(client, CALENDARS) == 0
store.close()
"""
)

_REFOLD = (
    _BEGIN
    + """
schema.migrate(client)
feed = [event("REGISTERED", "08:00:00"), event("CLEARED", "09:00:00", offset=1)]
batch = Folder(StoredHistories(client), CALENDARS).fold([FedPack(Pack("declaration-events", "", 0, feed, []), FEED)])
ClickHouseSink(client).write(batch)
client.command("TRUNCATE TABLE release_monitor.declaration_intervals")
client.command("ALTER TABLE release_monitor.declarations UPDATE fold_id = 0 WHERE 1 SETTINGS mutations_sync = 2")
write_columns = ClickHouseSink.write_columns
class CutOffError(Exception):
    pass
def cut_off(self, tables):
    write_columns(self, tables[:1])
    raise CutOffError
ClickHouseSink.write_columns = cut_off
try:
    refolding.refold(client, CALENDARS)
except CutOffError:
    pass
ClickHouseSink.write_columns = write_columns
assert refolding.stale_declarations(client, CALENDARS) == 1
said = []
assert refolding.refold_stale(client, CALENDARS, said.append) == 1
assert said[0].startswith("1 declarations were made by other rules")
assert refolding.stale_declarations(client, CALENDARS) == 0
assert ask("SELECT elapsed_s FROM release_monitor.intervals WHERE interval_code = 'REG_REL'") == [(3600,)]
store.close()
"""
)


@pytest.mark.parametrize("script", [_MIGRATION, _REFOLD], ids=["migration", "refold"])
def test_what_is_cut_off_is_begun_anew(script: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
