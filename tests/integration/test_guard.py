"""Hostile and honest questions through the door of readers, and in the process that has the engine itself."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from streams.local.children import StoreChild
from streams.store.client import connect

pytestmark = pytest.mark.integration

TABLES = (
    "declaration_events",
    "declarations",
    "declaration_intervals",
    "rejected_event_log",
    "release_time_windows",
    "window_progress",
    "schema_migrations",
    "event_position_sets",
)


@pytest.fixture
def reader(store: StoreChild) -> Iterator[Client]:
    client = connect(store.reader())
    client.database = "release_monitor"
    yield client
    client.close()


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT count() FROM events",
        "SELECT count() FROM release_monitor.declarations_current AS d JOIN intervals USING declaration_key",
        "WITH open AS (SELECT * FROM open_declarations) SELECT count() FROM open",
        "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT sum(n) FROM r",
        "SELECT 1 FROM windows WHERE office IN ('27F1', '27F2') AND channel NOT IN (SELECT channel FROM intervals)",
        "SELECT has(['a'], office), office IN ['27F1'] FROM windows",
        "SELECT number AS declarations FROM numbers(3) ORDER BY declarations",
        "SELECT count() FROM system.columns WHERE database = 'release_monitor'",
        "SELECT count() FROM information_schema.tables",
        "SELECT * FROM VALUES('x Int32', 1, 2)",
        "SELECT * FROM view(SELECT count() FROM events)",
        "SHOW TABLES",
        "DESCRIBE TABLE events",
        "EXPLAIN SELECT * FROM events",
        "SELECT 'declarations' AS `tên bảng (thử)`",
        "SELECT 1 FORMAT JSON",
    ],
)
def test_views_and_what_rows_are_made_of_may_be_asked(reader: Client, sql: str) -> None:
    reader.raw_query(sql)


@pytest.mark.parametrize("table", TABLES)
def test_no_table_may_be_asked(reader: Client, table: str) -> None:
    with pytest.raises(ClickHouseError, match=f"{table} is a table.*(ask |no view)"):
        reader.raw_query(f"SELECT * FROM {table}")


@pytest.mark.parametrize(
    "form",
    [
        "SELECT * FROM release_monitor.{} FINAL",
        'SELECT * FROM `release_monitor`."{}"',
        "FROM {} SELECT 1",
        "SELECT * FROM events, {} AS x",
        "SELECT * FROM (SELECT * FROM (SELECT 1 FROM {}))",
        "WITH x AS (SELECT * FROM {}) SELECT * FROM x",
        "SELECT (SELECT count() FROM {})",
        "SELECT 1 WHERE 1 IN {}",
        "SELECT 1 WHERE (1, 2) NOT IN (release_monitor.{})",
        "SELECT in(1, {})",
        "WITH {} AS q SELECT 1 WHERE 1 IN q",
        "SELECT * FROM view(SELECT * FROM {})",
        "SELECT * FROM (EXPLAIN SELECT * FROM {})",
        "EXPLAIN ESTIMATE SELECT * FROM {}",
        "DESCRIBE TABLE {}",
        "SELECT 1 UNION ALL SELECT 1 FROM {}",
        "SELECT * FROM events SEMI JOIN {} USING declaration_key",
        "SELECT 1 FROM {} FORMAT Null",
    ],
)
def test_no_table_may_be_asked_wherever_it_stands(reader: Client, form: str) -> None:
    with pytest.raises(
        ClickHouseError, match=r"declarations is a table.*ask data_quality or declarations_current"
    ):
        reader.raw_query(form.format("declarations"))


def test_a_name_in_a_parameter_is_judged_as_it_will_be_read(reader: Client) -> None:
    assert reader.query("SELECT count() FROM {t:Identifier}", parameters={"t": "events"}).result_rows
    for sql in ("SELECT * FROM {t:Identifier}", "SELECT * FROM release_monitor.{t:Identifier}"):
        with pytest.raises(ClickHouseError, match="ask events or events_history"):
            reader.query(sql, parameters={"t": "declaration_events"})


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM merge('release_monitor', '.*')",
        "SELECT * FROM merge('^declarations$')",
        "SELECT * FROM loop(release_monitor.declarations)",
        "SELECT * FROM loop('release_monitor', 'declarations')",
        "SELECT * FROM mergeTreeIndex(release_monitor, declarations)",
        "SELECT * FROM clusterAllReplicas('default', release_monitor.declarations)",
        "SELECT * FROM remote('127.0.0.1', release_monitor.declarations)",
        "SELECT * FROM dictionary('x')",
        "SELECT * FROM executable('id', 'TSV', 'x String')",
        "SELECT * FROM file('/etc/passwd', 'LineAsString')",
        "SELECT * FROM url('http://127.0.0.1:1/', 'CSV', 'a String')",
        "SELECT * FROM s3('http://127.0.0.1:1/bucket/x.csv', 'CSV', 'a String')",
        "SELECT * FROM python('x')",
        "SELECT * FROM generateRandom('x Int8')",
        "SELECT file('/etc/passwd')",
        "SELECT * FROM system.parts",
        "SELECT * FROM system.query_log",
        "SELECT * FROM system.processes",
        "SELECT 1 IN system.parts",
        "SELECT * FROM other.events",
        "SELECT 1 INTO OUTFILE '/tmp/never'",
        "INSERT INTO release_monitor.declarations (declaration_key) VALUES ('x')",
        "INSERT INTO FUNCTION file('/tmp/never', 'CSV') SELECT 1",
        "CREATE TABLE x (x Int8) ENGINE = Memory",
        "CREATE TEMPORARY TABLE x (x Int8)",
        "CREATE VIEW x AS SELECT 1",
        "ALTER TABLE declarations DELETE WHERE 1",
        "DROP VIEW events",
        "SYSTEM FLUSH LOGS",
        "SYSTEM SHUTDOWN",
        "KILL QUERY WHERE 1",
        "SET readonly = 0",
        "SELECT 1 SETTINGS readonly = 0",
        "SELECT 1 SETTINGS max_memory_usage = 0",
        "USE system",
        "BACKUP DATABASE release_monitor TO Disk('x', 'y')",
        "SELECT 1; SELECT 2",
        "SELECT 1 AS `a\\nb`",
    ],
)
def test_whatever_writes_or_looks_elsewhere_is_refused(reader: Client, sql: str) -> None:
    with pytest.raises(ClickHouseError):
        reader.raw_query(sql)


def test_another_database_of_the_session_makes_no_difference(reader: Client) -> None:
    reader.database = "system"
    for sql in ("SELECT * FROM parts", "SELECT 1 IN parts", "SELECT * FROM release_monitor.declarations"):
        with pytest.raises(ClickHouseError, match=r"not for readers|is a table"):
            reader.raw_query(sql)


def test_the_program_itself_reads_tables_and_writes_nothing(store: StoreChild) -> None:
    client = connect(store.program())
    assert client.query("SELECT count() FROM release_monitor.schema_migrations").result_rows[0][0] > 0
    for sql in ("TRUNCATE TABLE release_monitor.declarations", "SELECT file('/etc/hostname')"):
        with pytest.raises(ClickHouseError):
            client.raw_query(sql)
    client.close()


_LIMITS = """
import sys; from pathlib import Path
from clickhouse_connect.driver.exceptions import ClickHouseError
from streams.store import client
assert client.READER_LIMITS == {"max_execution_time": 60, "max_memory_usage": 2_000_000_000,
                                "max_result_bytes": 1_000_000_000}
client.READER_LIMITS.update(max_execution_time=1, max_memory_usage=50_000_000, max_result_bytes=1_000_000)
store = client.EmbeddedStore(Path(sys.argv[1]))
reader = store.reader()
for sql, word in (("SELECT groupArray(number) FROM numbers(100000000)", "MEMORY_LIMIT_EXCEEDED"),
                  ("SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(sipHash64(number))", "TIMEOUT_"),
                  ("SELECT number FROM numbers(1000000)", "RESULT"), ("SET max_execution_time = 0", "READONLY"),
                  ("SELECT 1 SETTINGS max_result_bytes = 0", "READONLY")):
    try:
        reader.raw_query(sql)
    except ClickHouseError as error:
        assert word in str(error) or word == "RESULT" and "result" in str(error), str(error)
    else:
        raise AssertionError(sql)
store.close()
"""


def test_what_costs_too_much_is_ended_by_the_engine(tmp_path: Path) -> None:
    """With small limits, so that the test itself costs little; the real ones are in READER_LIMITS."""
    done = subprocess.run(
        [sys.executable, "-c", _LIMITS, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-2000:]
