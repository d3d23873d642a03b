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
    "clock_kind",
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
        "SELECT now, kind FROM clock",
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
        "SHOW DATABASES",
        "SHOW FULL TABLES FROM release_monitor LIKE 'ev%' LIMIT 3",
        "SELECT arrayMap(x -> upper(x), ['a']), arrayMap(lower, ['A']), arrayReduce('sum', [1])",
        "WITH x -> x + 1 AS next SELECT next(1)",
        "SELECT countDistinct(office), uniqExactIfOrNull(office, 1), quantilesExactInclusive(0.5, 0.9)(mean_s),"
        " sum(n) FILTER (WHERE channel != 'all'), first_value(office) IGNORE NULLS FROM windows",
        "SELECT office, count() AS count, grouping(office), row_number() OVER (PARTITION BY office ORDER BY office"
        " ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM windows GROUP BY office WITH ROLLUP HAVING count > 0"
        " ORDER BY office LIMIT 1 BY office LIMIT 3 OFFSET 1",
        "SELECT 1 AS a, 2 AS b ORDER BY a WITH FILL FROM 1 TO 3 INTERPOLATE (b AS b + 1)",
        "SELECT CASE WHEN 1 THEN 2 END, EXISTS(SELECT 1), 1 = ANY(SELECT 1), untuple((1, 2)), [1][1], map('a', 1),"
        " INTERVAL 1 DAY, DATE '2026-01-01', '1'::Int8, CAST(1 AS String), 'a' LIKE 'b', trim(BOTH 'a' FROM 'b')",
        "SELECT * EXCEPT (office) REPLACE (n + 0 AS n) FROM windows",
        "SELECT COLUMNS('^n$'), w.* FROM windows AS w",
        "SELECT x FROM (SELECT [1, 2] AS y) ARRAY JOIN y AS x INTERSECT SELECT 1",
        "SELECT * FROM VALUES((1, 'a'), (2, 'b'))",
        "SELECT file FROM outcomes_history AS h WHERE file = 'x' AND h.file LIKE '%' GROUP BY file ORDER BY file",
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


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\r"])
def test_a_name_that_looks_like_lines_of_the_tree_hides_no_table(reader: Client, separator: str) -> None:
    for alias in (f"a{separator}Identifier x", f"a){separator}TableIdentifier events"):
        with pytest.raises(ClickHouseError, match=r"declarations|backslash"):
            reader.raw_query(f'SELECT count() FROM release_monitor.declarations AS "{alias}"')


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
        "SELECT * FROM `/etc/passwd`",
        "SELECT * FROM default.`/etc/passwd`",
        "SELECT aiGenerate('x', 'y')",
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


FILE_READERS = (
    "SELECT file('{}')",
    "SELECT arrayMap(file, ['{}'])",
    "SELECT arrayMap(`file`, ['{}'])",
    "SELECT arrayMap(\"file\", ['{}'])",
    "SELECT arrayMap(x -> file(x), ['{}'])",
    "SELECT arrayFilter(x -> file(x) != '', ['{}'])",
    "WITH file AS f SELECT arrayMap(f, ['{}'])",
    "WITH x -> file(x) AS f SELECT f('{}')",
    "SELECT file AS f, arrayMap(f, ['{}'])",
    "SELECT file, arrayMap(file, ['{}'])",
    "SELECT arrayMap(q.file, ['{}']) FROM (SELECT 1) AS q",
    "SELECT arrayMap(if(1, file, file), ['{}'])",
    "SELECT arrayMap((file), ['{}'])",
    "SELECT arrayMap(x -> arrayMap(file, [x]), ['{}'])",
    "SELECT mapApply((k, v) -> (k, file(v)), map('a', '{}'))",
    "SELECT arrayFold((a, x) -> file(x), ['{}'], '')",
    "SELECT * APPLY(file) FROM (SELECT '{}')",
    "SELECT * APPLY file FROM (SELECT '{}')",
    "SELECT * APPLY(x -> file(x)) FROM (SELECT '{}')",
    "SELECT COLUMNS('a') APPLY(file) FROM (SELECT '{}' AS a)",
    "SELECT q.* APPLY(file) FROM (SELECT '{}' AS a) AS q",
    "SELECT * REPLACE (file(a) AS a) FROM (SELECT '{}' AS a)",
    "SELECT y FROM values('x String, y String ALIAS file(''{}'')', '1')",
    "SELECT y FROM values(concat('x String, y String ALIAS', ' file(''{}'')'), '1')",
    "SELECT x FROM values('x String', file('{}'))",
    "SELECT * FROM format(Values, 'x String', '(file(''{}''))')",
    "SELECT a FROM (SELECT 1 AS a) ORDER BY a WITH FILL INTERPOLATE (b AS file('{}'))",
    "SELECT sum(1) OVER (ORDER BY 1 ROWS BETWEEN length(file('{}')) PRECEDING AND CURRENT ROW)",
    "SELECT 1 FROM events ARRAY JOIN [file('{}')] AS x",
    "SELECT throwIf(1, file('{}'))",
    "SHOW TABLES WHERE file('{}') != ''",
    "EXPLAIN SELECT file('{}')",
    "EXPLAIN SYNTAX SELECT arrayMap(file, ['{}'])",
    "SELECT 1 QUALIFY file('{}') != ''",
    "SELECT (SELECT file('{}'))",
    "SELECT file('{}') UNION ALL SELECT ''",
)


@pytest.mark.parametrize("form", FILE_READERS)
@pytest.mark.parametrize("who", ["reader", "program"])
def test_no_form_of_asking_for_a_file_gives_it(
    store: StoreChild, tmp_path: Path, form: str, who: str
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("never-to-be-told")
    client = connect(store.reader() if who == "reader" else store.program())
    client.database = "release_monitor"
    with pytest.raises(ClickHouseError, match=r"not allowed here|is allowed with|READONLY") as told:
        client.raw_query(form.format(secret))
    assert "never-to-be-told" not in str(told.value)
    client.close()


def test_the_name_of_a_function_in_a_parameter_is_judged(store: StoreChild, reader: Client) -> None:
    program = connect(store.program())
    for client in (reader, program):
        for name in ("file", "FILE", "dictGet", "joinGet", "a\n TableIdentifier x"):
            with pytest.raises(ClickHouseError, match=r"not allowed here|no plain name"):
                client.raw_query("SELECT arrayMap({f:Identifier}, ['/etc/hostname'])", parameters={"f": name})
        assert client.query("SELECT arrayMap({f:Identifier}, ['a'])", parameters={"f": "upper"}).result_rows
    program.close()


def test_functions_that_somebody_made_are_not_the_engines_own(store: StoreChild, reader: Client) -> None:
    writer = connect(store.writer())
    writer.command("CREATE FUNCTION peek AS x -> file(x)")
    try:
        for sql in ("SELECT peek('/etc/hostname')", "SELECT arrayMap(peek, ['/etc/hostname'])"):
            with pytest.raises(ClickHouseError, match="not a function of the engine itself"):
                reader.raw_query(sql)
        with pytest.raises(ClickHouseError, match="not a function of the engine itself"):
            reader.raw_query("WITH x -> upper(x) AS peek SELECT peek('/etc/hostname')")
    finally:
        writer.command("DROP FUNCTION peek")
        writer.close()


@pytest.mark.parametrize(
    ("sql", "because"),
    [
        ("SHOW PROCESSLIST", "of SHOW only"),
        ("SHOW CREATE TABLE declarations", "of SHOW only"),
        ("SHOW COLUMNS FROM declarations", "of SHOW only"),
        ("SHOW TABLES FROM system", "of SHOW only"),
        ("SHOW TABLES WHERE name = (SELECT toString(count()) FROM declarations)", "of SHOW only"),
        ("SHOW GRANTS", "of SHOW only"),
        ("SHOW INDEX FROM declarations", "of SHOW only"),
        ("SHOW FUNCTIONS", "of SHOW only"),
        ("SELECT 1 SETTINGS format_template_resultset = '/etc/passwd' FORMAT Template", "SETTINGS"),
        ("SELECT * FROM (SELECT 1 SETTINGS max_threads = 1)", "SETTINGS"),
        ("SELECT w.* APPLY(x -> (SELECT count() FROM declarations)) FROM windows AS w", "APPLY"),
        ("EXPLAIN TABLE OVERRIDE mysql('127.0.0.1:1', 'd', 't', 'u', 'p') COLUMNS (id Int8)", "mysql()"),
        ("SELECT hasColumnInTable('release_monitor', 'declarations', 'x')", "hascolumnintable()"),
        ("SELECT sleep(3)", "sleep()"),
        ("SELECT __getScalar('x')", "__getscalar()"),
    ],
)
def test_other_ways_round_are_refused_with_their_reason(reader: Client, sql: str, because: str) -> None:
    with pytest.raises(ClickHouseError) as told:
        reader.raw_query(sql)
    assert because in str(told.value)


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
client.READER_SETTINGS.update(max_execution_time=1, max_memory_usage=50_000_000, max_result_bytes=1_000_000)
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
