"""What a reader may send to the store."""

from __future__ import annotations

import pytest

from streams.store.guard import refuse_parsed


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1",
        "  select count() from release_monitor.events;",
        "WITH 1 AS x SELECT x",
        "SHOW TABLES FROM release_monitor",
        "DESCRIBE TABLE release_monitor.events",
        "EXPLAIN SELECT 1",
        "EXISTS TABLE release_monitor.events",
        "-- a comment; with a semicolon\nSELECT 1",
        "/* INSERT */ SELECT ';' AS x, 'INTO OUTFILE', 'file(''x'')'",
        "(SELECT 1) UNION ALL (SELECT 2)",
        "SELECT 'it\\'s; file(1)'",
    ],
)
def test_reading_is_allowed(sql: str) -> None:
    assert refuse_parsed(sql) is None


@pytest.mark.parametrize(
    ("sql", "because"),
    [
        ("", "empty"),
        ("-- only a comment", "empty"),
        ("INSERT INTO release_monitor.declarations VALUES (1)", "INSERT"),
        ("SYSTEM FLUSH LOGS", "SYSTEM"),
        ("KILL QUERY WHERE 1", "KILL"),
        ("SET readonly = 0", "SET"),
        ("USE system", "USE"),
        ("SELECT 1; DROP TABLE x", "one statement"),
        ("SELECT 1 INTO OUTFILE '/tmp/x'", "OUTFILE"),
        ("SELECT 1 into/**/outfile '/tmp/x'", "OUTFILE"),
        ("SELECT file('/etc/passwd')", "file()"),
        ("SELECT FILE ('/etc/passwd')", "file()"),
        ("SELECT `file`('/etc/passwd')", "file()"),
        ("SELECT \"file\" ('/etc/passwd')", "file()"),
        ("SELECT * FROM url('http://127.0.0.1/')", "url()"),
        ("DESCRIBE file('/etc/passwd', 'CSV')", "file()"),
        ("EXPLAIN SELECT * FROM remote('127.0.0.1', system.one)", "remote()"),
        ("SELECT dictGet('d', 'a', 1)", "dictget()"),
        ("SELECT joinGet('j', 'a', 1)", "joinget()"),
        ("SELECT 1 AS `a\\nTableIdentifier x`", "backslash"),
        ("SELECT 'a' -- ' \n; DROP TABLE x", "one statement"),
    ],
)
def test_anything_else_is_refused_with_its_reason(sql: str, because: str) -> None:
    refusal = refuse_parsed(sql)
    assert refusal is not None
    assert because in refusal
