"""The grants of both roles on the real engine: its own refusals, not ours.

The embedded engine has one user, `default`, whose rights a users.xml gives it: here those of a role, with the settings
of its profile. `owner` is who the views read as. One process for each set of rights.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration

_BEGIN = """
import sys
from pathlib import Path
sys.path.insert(0, "tests")
import clickhouse_connect
from clickhouse_connect.driver.exceptions import ClickHouseError
from streams.store import access
from streams.store.schema import Server, migrate, migrations, pending
folder = Path(sys.argv[1])
ALL = "<access_management>1</access_management>"
def opened(rights, settings, constraints=""):
    profile = "".join(f"<{name}>{value}</{name}>" for name, value in settings.items()) + constraints
    def one(name, rights, profile):
        return (f"<{name}><password></password><networks><ip>::/0</ip></networks><profile>{profile}</profile>"
                f"<quota>default</quota>{rights}</{name}>")
    (folder / "users.xml").write_text(
        f"<clickhouse><profiles><default></default><role>{profile}</role></profiles><users>"
        f"{one('owner', ALL, 'default')}{one('default', rights, 'role')}</users>"
        "<quotas><default></default></quotas></clickhouse>")
    (folder / "config.xml").write_text(
        "<clickhouse><access_control_improvements><select_from_system_db_requires_grant>false"
        "</select_from_system_db_requires_grant></access_control_improvements><user_directories><users_xml><path>"
        f"{folder}/users.xml</path></users_xml></user_directories></clickhouse>")
    return clickhouse_connect.get_client(
        interface="chdb", path=f"{folder}/engine?config-file={folder}/config.xml", query_limit=0)
def granted(grants):
    # users.xml says `GRANT what ON which`, the role is the user itself
    return "<grants>" + "".join(f"<query>GRANT {one}</query>" for one in grants) + "</grants>"
def refused(client, sql, *words):
    try:
        client.raw_query(sql)
    except ClickHouseError as error:
        assert any(word in str(error) for word in words), (sql, str(error)[:300])
    else:
        raise AssertionError(f"{sql} was let through")
"""

_OWNER = (
    _BEGIN
    + """
client = opened(ALL, {})
assert migrate(client, Server()) == [one.name for one in migrations()]
views = access.views_of(client)
kept = dict(client.query("SELECT name, engine FROM system.tables WHERE database = 'release_monitor'").result_rows)
tables = {name for name, engine in kept.items() if "View" not in engine and not name.startswith(".")}
assert tables == set(access.TABLES), tables ^ set(access.TABLES)
queries = dict(client.query("SELECT name, create_table_query FROM system.tables"
                            " WHERE database = 'release_monitor'").result_rows)
for name, engine in kept.items():
    assert "View" not in engine or "DEFINER = default SQL SECURITY DEFINER" in queries[name], (name, queries[name])
# Here the maker is `default`, whose rights are cut down in the next process: let another be it.
for name in (name for name, engine in kept.items() if "View" in engine):
    client.command(f"ALTER TABLE release_monitor.{name} MODIFY SQL SECURITY DEFINER DEFINER = owner")
assert migrate(client, Server()) == []
for statement in (*access.roles(views), *access.user("anna", access.READER_ROLE, "secret")):
    client.query("SELECT formatQuerySingleLine({q:String})", parameters={"q": statement})
(folder / "views").write_text("\\n".join(views))
client.close()
"""
)

_WRITER = (
    _BEGIN
    + """
from builders import CALENDARS, FEED, VIETNAM, channel, event
from streams.core.event import Rejected
from streams.core.pack import Pack
from streams.core.period import Period
from streams.local.refold import refold, stale_declarations
from streams.local.settling import Settling
from streams.pipeline.folder import FedPack, Folder
from streams.settings import Settings
from zoneinfo import ZoneInfo
from streams.core.outcome import decode_outcome
from streams.core.period import Period
from streams.reference import load_reference
from streams.store.clock import write_clock
from streams.store.cohorts import refresh
from streams.store.generations import generation_of
from streams.store.outcome_table import OUTCOMES, outcome_columns, stored_contents
from streams.store.published import publish
from streams.store.reference_tables import sync
from streams.store.histories import StoredHistories, stored_events
from streams.store.lookup import current_status, find_keys, view_findings
from streams.store.published import publish
from streams.store.reconciliation import accounted_positions
from streams.store.rejected import count_rejected
from streams.store.sink import ClickHouseSink
from streams.store.window_progress import read_progress, unsettle
views = (folder / "views").read_text().split()
client = opened(granted(access.writer_rights(views)), {})
assert pending(client) == [] == migrate(client, Server())
assert generation_of(client, "topic:one", 7) == 7
unsettle(client)
events = [event("REGISTERED", "08:00:00"), channel(2, "08:01:00", offset=1), event("CLEARED", "09:00:00", offset=2),
          event("REGISTERED", "11:00:00", 4, declaration_key="10000000002")]
pack = Pack("declaration-events", "id", 1_800_000_000_000_000, events, [Rejected("broken_json", "", b"x", 0, 3)])
for _ in range(2):
    ClickHouseSink(client).write(Folder(StoredHistories(client), CALENDARS).fold([FedPack(pack, FEED)]))
assert refold(client, CALENDARS) == 2 and stale_declarations(client, CALENDARS) == 0
few = dict(window_days_1h=0.1, window_days_24h=0.1, window_days_7d=0.1, window_days_30d=0.1)
Settling(client, CALENDARS, Settings(**few)).run(lambda *_: None)
assert read_progress(client).settled
reference = load_reference(None)
assert sync(client, reference) and not sync(client, reference)
write_clock(client, "feed")
assert client.query("SELECT kind FROM release_monitor.clock").result_rows == [("feed",)]
refresh(client)
assert client.query("SELECT count() FROM release_monitor.cohort_monthly").result_rows[0][0] > 0
row = decode_outcome(Path("schemas/examples/enforcement-outcome.v1/valid/every-field.json").read_bytes())
ClickHouseSink(client).write_columns([(OUTCOMES, outcome_columns([row], "file:x", 0))])
assert stored_contents(client, [(row.source, row.outcome_id)]) == [row]
assert publish(client, Period(2026, 3), 2025, lambda: b"{}", zone=ZoneInfo("Asia/Ho_Chi_Minh"), provisional=True).is_new
assert client.query("SELECT count() FROM release_monitor.publication_differences").result_rows == [(0,)]
assert accounted_positions(client, FEED, {0: (0, 10)}) == {0: 5}
assert count_rejected(client) == {"broken_json": 1}
assert find_keys(client, "10000000001") == ["10000000001"] and current_status(client, "10000000001") == "cleared"
assert len(list(stored_events(client, ["10000000001"]))) == 3 and view_findings(client, "10000000001") is not None
assert client.query("SELECT count() FROM release_monitor.windows").result_rows[0][0] > 0
made = [publish(client, Period(2026, 3), 2025, lambda: figures, zone=VIETNAM, provisional=True).is_new
        for figures in (b"1", b"1", b"2")]
assert made == [True, False, True]
for sql in ("DROP TABLE release_monitor.declarations", "TRUNCATE TABLE release_monitor.declarations",
            "ALTER TABLE release_monitor.declarations DELETE WHERE 1",
            "ALTER TABLE release_monitor.declarations ADD COLUMN x Int8",
            "CREATE TABLE release_monitor.x (x Int8) ENGINE = Memory",
            "CREATE TABLE default.x (x Int8) ENGINE = Memory",
            "DROP VIEW release_monitor.events", "INSERT INTO release_monitor.schema_migrations (number) VALUES (99)",
            "INSERT INTO release_monitor.event_position_sets (kafka_topic) VALUES ('x')",
            "SELECT * FROM release_monitor.rejected_event_log",
            "SELECT * FROM url('http://127.0.0.1:1/', 'CSV', 'a Int32')",
            "SELECT * FROM file('/etc/passwd', 'LineAsString')", "CREATE USER eve", "GRANT ALL ON *.* TO default",
            "SYSTEM STOP MERGES release_monitor.declarations", "SYSTEM SHUTDOWN"):
    refused(client, sql, "ACCESS_DENIED", "Not enough privileges")
client.close()
"""
)

_READER = (
    _BEGIN
    + """
views = (folder / "views").read_text().split()
client = opened(granted(access.reader_rights(views)), {**access.READER_SETTINGS, "max_memory_usage": 200_000_000,
                                                       "max_execution_time": 4, "max_result_bytes": 1_000_000})
for view in views:
    client.query(f"SELECT count() FROM release_monitor.{view}")
statuses = client.query("SELECT status FROM release_monitor.declarations_current ORDER BY 1").result_rows
assert statuses == [("cleared",), ("open",)]
assert client.query("SELECT count() FROM release_monitor.intervals WHERE elapsed_s > 0").result_rows == [(2,)]
for table in access.TABLES:
    refused(client, f"SELECT count() FROM release_monitor.{table}", "ACCESS_DENIED")
for sql in ("INSERT INTO release_monitor.declarations (declaration_key) VALUES ('x')",
            "DROP VIEW release_monitor.events", "CREATE TEMPORARY TABLE x (x Int8)", "SYSTEM FLUSH LOGS",
            "SELECT * FROM url('http://127.0.0.1:1/', 'CSV', 'a Int32')",
            "SELECT * FROM file('/etc/passwd', 'LineAsString')",
            "SELECT * FROM s3('http://127.0.0.1:1/bucket/x.csv', 'CSV', 'a Int32')", "CREATE USER eve",
            "SELECT * FROM remote('127.0.0.1', 'release_monitor', 'declarations')"):
    refused(client, sql, "ACCESS_DENIED", "READONLY", "Not enough privileges")
refused(client, "SELECT * FROM merge('release_monitor', '^declarations$')", "There are no tables")
for sql in ("SET max_memory_usage = 0", "SET readonly = 0", "SELECT 1 SETTINGS max_execution_time = 0",
            "SELECT 1 SETTINGS readonly = 2"):
    refused(client, sql, "READONLY")
refused(client, "SELECT groupArray(number) FROM numbers(100000000)", "MEMORY_LIMIT_EXCEEDED")
refused(client, "SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(sipHash64(number))", "TIMEOUT_EXCEEDED")
refused(client, "SELECT number FROM numbers(1000000)", "TOO_MANY_ROWS_OR_BYTES", "result")
client.close()
"""
)

_BOARD = (
    _BEGIN
    + """
views = (folder / "views").read_text().split()
between = "".join(f"<{name}><min>1</min><max>{most}</max></{name}>" for name, most in access.BOARD_LIMITS.items())
client = opened(granted(access.reader_rights(views)), {"readonly": 2, **access.BOARD_LIMITS},
                f"<constraints>{between}</constraints>")
# As the tool asks: with a time-out of its own, and settings that cost nothing.
said = {"max_execution_time": 65, "output_format_json_quote_64bit_integers": 0}
rows = client.query("SELECT count() FROM release_monitor.intervals WHERE elapsed_s > 0", settings=said).result_rows
assert rows == [(2,)]
for name, most in access.BOARD_LIMITS.items():
    refused(client, f"SELECT 1 SETTINGS {name} = {most + 1}", "SETTING_CONSTRAINT_VIOLATION")
    if name != "max_threads":  # of threads 0 is not without limit but as many as there are cores
        refused(client, f"SELECT 1 SETTINGS {name} = 0", "SETTING_CONSTRAINT_VIOLATION")
refused(client, "SELECT 1 SETTINGS readonly = 0", "READONLY")
for table in access.TABLES:
    refused(client, f"SELECT count() FROM release_monitor.{table}", "ACCESS_DENIED")
for sql in ("INSERT INTO release_monitor.declarations (declaration_key) VALUES ('x')",
            "DROP VIEW release_monitor.events", "CREATE USER eve", "SYSTEM FLUSH LOGS",
            "SELECT * FROM url('http://127.0.0.1:1/', 'CSV', 'a Int32')",
            "SELECT * FROM file('/etc/passwd', 'LineAsString')",
            "SELECT * FROM remote('127.0.0.1', 'release_monitor', 'declarations')"):
    refused(client, sql, "ACCESS_DENIED", "READONLY", "Not enough privileges")
client.close()
"""
)


def test_the_engine_grants_each_role_what_it_needs_and_nothing_else(tmp_path: Path) -> None:
    for script in (_OWNER, _WRITER, _READER, _BOARD):
        done = subprocess.run(
            [sys.executable, "-c", script, str(tmp_path)],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr[-3000:]
