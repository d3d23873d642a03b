"""The schema down step by step and up again on the real engine: exact at each step, no event lost, cut off anywhere."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration

_BEGIN = """
import re, sys; from pathlib import Path
sys.path.insert(0, "tests")
from builders import CALENDARS, FEED, channel, event
from streams.core.pack import Pack
from streams.local.refold import refold, stale_declarations
from streams.pipeline.folder import FedPack, Folder
from streams.store import schema
from streams.store.client import EmbeddedStore
from streams.store.histories import StoredHistories
from streams.store.sink import ClickHouseSink
client = (store := EmbeddedStore(Path(sys.argv[1]))).writer
ours = schema.migrations()
def ask(sql):
    return client.query(sql).result_rows
def shape():
    tables = ask("SELECT name, create_table_query FROM system.tables WHERE database = 'release_monitor'"
                 " AND name != 'schema_migrations' ORDER BY name")
    columns = ask("SELECT table, name, type, position, default_expression, comment FROM system.columns"
                  " WHERE database = 'release_monitor' AND table != 'schema_migrations' ORDER BY table, position")
    return [(name, re.sub(r"UUID '[^']*' ", "", query)) for name, query in tables], columns
def fill():
    events = [event("REGISTERED", "08:00:00", 0), channel(2, "08:01:00", offset=1),
              event("DOC_CHECK_STARTED", "08:30:00", 2), event("CLEARED", "09:00:00", 3),
              event("CLEARED", "09:30:00", 4, revision=1, event_id="corrected"),
              event("REGISTERED", "08:00:00", 5, declaration_key="10000000002"),
              event("CANCELLED", "10:00:00", 6, declaration_key="10000000002")]
    pack = Pack("declaration-events", "id", 1_700_000_000_000_000, events, [])
    ClickHouseSink(client).write(Folder(StoredHistories(client), CALENDARS).fold([FedPack(pack, FEED)]))
EVENTS = ("SELECT event_id, source, declaration_key, event_type, revision, op, occurred_at, ingested_at, attrs, state,"
          " kafka_offset FROM release_monitor.events_history ORDER BY ALL")
def lengths():
    return ask("SELECT declaration_key, interval_code, elapsed_s, working_s, flags FROM release_monitor.intervals"
               " ORDER BY ALL")
"""

_EXACT = (
    _BEGIN
    + """
fresh = {}
for one in ours:
    assert schema.migrate_to(client, one.number) == ([one.name], [])
    fresh[one.number] = shape()
fill()
events, before = ask(EVENTS), lengths()
assert len(events) == 7 and ("10000000001", "REG_REL", 5400, 5400, []) in before, before
for one, below in zip(reversed(ours), [*reversed(ours[:-1]), None]):
    target = below.number if below else 0
    if below is None:
        try:
            schema.migrate_to(client, 0)
        except schema.SchemaError as error:
            assert "declaration_events (7 rows)" in str(error) and "--discard" in str(error), error
        else:
            raise AssertionError("events were thrown away")
        assert ask(EVENTS) == events
    done, undone = schema.migrate_to(client, target, discard=below is None)
    assert (done, undone) == ([], [one.name])
    if below is not None:
        assert shape() == fresh[target], one.name
        assert ask(EVENTS) == events, one.name
        assert lengths() == before, one.name
assert shape() == ([], [])
assert schema.pending(client) == [one.name for one in ours]
assert schema.migrate(client) == [one.name for one in ours]
assert shape() == fresh[ours[-1].number]
store.close()
"""
)

_UP_AGAIN = (
    _BEGIN
    + """
schema.migrate(client)
fill()
events, before = ask(EVENTS), lengths()
client.command("SYSTEM STOP MERGES release_monitor.declaration_events")  # a mutation would wait for ever
fill()
assert stale_declarations(client, CALENDARS) == 0
schema.migrate_to(client, 3)
schema.migrate(client)
assert stale_declarations(client, CALENDARS) == 2  # what came back is empty: refold has to be asked for
assert schema.migrate_to(client, 1)[1] == [one.name for one in reversed(ours[1:])]
assert schema.migrate(client) == [one.name for one in ours[1:]]
assert ask(EVENTS) == events
assert refold(client, CALENDARS) == 2
assert lengths() == before
for name in ("later", "unknown"):
    try:
        schema.migrate_to(client, {"later": 9_000, "unknown": -1}[name])
    except schema.SchemaError as error:
        assert "there is no migration" in str(error)
    else:
        raise AssertionError(name)
store.close()
"""
)

_CUT_OFF = (
    _BEGIN
    + """
class CutOffError(Exception):
    pass
class Cut:
    '''A client whose connection breaks after so many statements of a way back.'''
    def __init__(self, after):
        self.left = after
    def __getattr__(self, name):
        return getattr(client, name)
    def command(self, statement, *rest, **named):
        if not statement.startswith(("CREATE DATABASE", "CREATE TABLE IF NOT EXISTS release_monitor.schema_migrations",
                                     "ALTER TABLE release_monitor.schema_migrations ADD", "EXISTS")):
            if self.left == 0:
                raise CutOffError
            self.left -= 1
        return client.command(statement, *rest, **named)
schema.migrate(client)
fill()
events, before = ask(EVENTS), lengths()
for one, below in zip(reversed(ours[1:]), reversed(ours[:-1])):
    target = below.number
    for after in range(len(one.down.statements) + 1):
        try:
            schema.migrate_to(Cut(after), target)
        except CutOffError:
            pass
        else:
            raise AssertionError("not cut off")
        try:
            schema.migrate(client)
        except schema.SchemaError as error:
            assert f"--to {target}" in str(error), error
        else:
            raise AssertionError("a schema half taken back was taken for whole")
    assert schema.migrate_to(client, target) == ([], [one.name])
    assert ask(EVENTS) == events and lengths() == before, one.name
schema.migrate(client)
refold(client, CALENDARS)
assert ask(EVENTS) == events and lengths() == before
client.command("ALTER TABLE release_monitor.schema_migrations UPDATE down_checksum = 'x' WHERE 1"
               " SETTINGS mutations_sync = 2")
try:
    schema.migrate_to(client, 1)
except schema.SchemaError as error:
    assert "was changed after it was applied" in str(error)
else:
    raise AssertionError("a changed way back was gone")
store.close()
"""
)


@pytest.mark.parametrize("script", [_EXACT, _UP_AGAIN, _CUT_OFF], ids=["exact", "up-again", "cut-off"])
def test_down_and_up(script: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
