"""The door of the embedded store as any HTTP client sees it, one that sends what no driver would."""

from __future__ import annotations

import threading
from base64 import b64encode
from collections.abc import Callable, Mapping
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest

from streams.local.children import StoreChild
from streams.store.client import HttpTarget, connect
from streams.store.cohorts import refresh

pytestmark = pytest.mark.integration

CURL = "application/x-www-form-urlencoded"


def send(
    target: HttpTarget, sql: str, options: Mapping[str, str] | None = None, content_type: str = "text/plain"
) -> tuple[int, str]:
    connection = HTTPConnection(target.host, target.port, timeout=60)
    secret = b64encode(f"{target.user}:{target.password}".encode()).decode()
    headers = {"Authorization": f"Basic {secret}", "Content-Type": content_type}
    connection.request("POST", "/?" + urlencode(options or {}), sql.encode(), headers)
    answer = connection.getresponse()
    told = answer.status, answer.read().decode()
    connection.close()
    return told


@pytest.fixture(params=["reader", "program"])
def target(request: pytest.FixtureRequest, store: StoreChild) -> HttpTarget:
    door: Callable[[], HttpTarget] = getattr(store, request.param)
    return door()


def test_no_parameter_is_put_into_the_text(target: HttpTarget, tmp_path: Path) -> None:
    secret, made = tmp_path / "secret", tmp_path / "made"
    secret.write_text("never-to-be-told")
    made.write_text("mine")
    for sql, value in (
        ("SELECT '%(x)s'", f"' || file('{secret}') || '"),
        ("SELECT 5 %(x)s", f"INTO OUTFILE '{made}.new'"),
        ("SELECT 5 %(x)s", f", 'x' INTO OUTFILE '{made}' TRUNCATE"),
        ("SELECT 5 %(x)s -- {y}", f"INTO OUTFILE '{made}.new'"),
        ("SELECT '{y:}', '%(x)s'", f"' || file('{secret}') || '"),
        ("SELECT '{y:String}', '%(x)s'", f"' || file('{secret}') || '"),
        ("SELECT $x$", f"file('{secret}')"),
    ):
        for names in (("x",), ("x", "y"), ("$x$",)):
            _, told = send(target, sql, {f"param_{name}": value for name in names})
            assert "never-to-be-told" not in told
    assert made.read_text() == "mine"
    assert not Path(f"{made}.new").exists()


def test_percent_signs_are_only_percent_signs(target: HttpTarget) -> None:
    for text in ("%(x)s", "%d", "50%", "%s %% %", "%(nobody)s"):
        assert send(target, f"SELECT '{text}'", {"param_x": "1"}) == (200, text + "\n")
    assert send(target, "SELECT '275' LIKE '27%'", {"param_unused": "x"}) == (200, "1\n")
    assert send(target, "SELECT '%(x)s', {x:String}", {"param_x": "' || 1"}) == (200, "%(x)s\t\\' || 1\n")


def test_the_default_format_is_a_name_and_nothing_more(target: HttpTarget, tmp_path: Path) -> None:
    for sent in (
        f"CSV INTO OUTFILE '{tmp_path}/x'",
        "CSV SETTINGS max_threads = 1",
        "CSV\nX-Other: 1",
        "",
        "CSV;",
    ):
        status, _ = send(target, "SELECT 1", {"default_format": sent})
        assert status in (400, 500)
    assert send(target, "SELECT 1 AS a", {"default_format": "JSONEachRow"}) == (200, '{"a":1}\n')
    for word in ("DESC", "DESCRIBE TABLE"):
        told = send(target, f"{word} release_monitor.events", {"default_format": "JSONEachRow"})
        assert (told[0], told[1][:9]) == (200, '{"name":"')
    assert not list(tmp_path.iterdir())


def test_settings_in_the_address_change_nothing(target: HttpTarget) -> None:
    settings = {"readonly": "0", "max_result_rows": "1", "format_template_resultset": "/etc/passwd"}
    status, told = send(target, "SELECT value FROM system.settings WHERE name = 'readonly'", settings)
    assert (status, told) == (200, "1\n")


def test_another_database_in_the_address_opens_nothing(target: HttpTarget) -> None:
    for database in ("system", "default`; DROP", "/etc", "information_schema"):
        status, told = send(target, "SELECT arrayMap(file, ['/etc/hostname'])", {"database": database})
        assert status != 200, told


def test_a_statement_may_come_as_curl_sends_it(target: HttpTarget) -> None:
    """`curl --data 'SELECT 1'` says that it sends a form."""
    assert send(target, "SELECT 1 + 1", content_type=CURL) == (200, "2\n")
    assert send(target, "SELECT 'a=b&c=%41'", content_type=CURL + "; charset=utf-8") == (200, "a=b&c=%41\n")
    assert send(target, "+ 1", {"query": "SELECT 1"}, CURL) == (200, "2\n")
    status, told = send(target, "SELECT file('/etc/hostname')", content_type=CURL)
    assert (status, "file()" in told) == (403, True)


def test_others_write_while_the_figures_of_cohorts_are_made(store: StoreChild) -> None:
    """The figures are made to take long by a view in the place of ours; a writer is answered meanwhile."""
    writer = connect(store.writer())
    writer.command("SYSTEM STOP VIEW release_monitor.cohort_refresh")
    query = str(
        writer.query(
            "SELECT as_select FROM system.tables WHERE database = 'release_monitor' AND name = 'cohort_refresh'"
        ).result_rows[0][0]
    )
    slow = f"SELECT * FROM ({query}) WHERE (SELECT count() FROM numbers(30) WHERE NOT ignore(sleepEachRow(0.1))) = 30"
    writer.command(f"ALTER TABLE release_monitor.cohort_refresh MODIFY QUERY {slow}")
    try:
        made = threading.Thread(target=refresh, args=(connect(store.writer()),))
        made.start()
        answered_while_making = 0
        while made.is_alive():
            status = writer.query("SELECT status FROM system.view_refreshes").result_rows
            answered_while_making += status == [("Running",)] and made.is_alive()
        made.join()
        assert answered_while_making > 1
    finally:
        writer.command(f"ALTER TABLE release_monitor.cohort_refresh MODIFY QUERY {query}")
        writer.close()


def test_nothing_of_an_answer_that_was_cut_off_comes_with_the_next(
    target: HttpTarget, tmp_path: Path
) -> None:
    secret, made = tmp_path / "secret", tmp_path / "made"
    secret.write_text("never-to-be-told")
    for sql in (f"SELECT file('{secret}')", f"SELECT 'x' INTO OUTFILE '{made}'", "SELECT 'mine'"):
        # More than an answer may be; its rows would be a statement that is let through, were they taken for one.
        row = "SELECT 1".ljust(2_000)
        status, _ = send(target, f"SELECT materialize('{row}') AS a FROM numbers(700000) FORMAT Native")
        assert status == 500
        answers = [send(target, sql) for _ in range(4)]
        assert answers == [answers[0]] * 4
        assert answers[0] == (200, "mine\n") or answers[0][0] == 403
        assert not made.exists()


def test_a_database_that_is_not_there_is_the_matter_of_who_named_it(store: StoreChild) -> None:
    for _ in range(6):
        assert send(store.reader(), "SELECT 1", {"database": "nope"})[0] == 500
    for door in (store.reader, store.program):
        assert [send(door(), "SELECT 1") for _ in range(4)] == [(200, "1\n")] * 4


def test_what_a_worker_asks_keeps_no_insert_waiting(store: StoreChild) -> None:
    writer = store.writer()
    long = "SELECT count() FROM numbers(3) WHERE NOT ignore(sleepEachRow(1)) SETTINGS max_block_size = 1"
    asked: list[tuple[int, str]] = []
    asking = threading.Thread(target=lambda: asked.append(send(writer, long)))
    asking.start()
    while send(
        store.program(), "SELECT count() FROM system.processes WHERE query ILIKE '%sleepEachRow%'"
    ) != (
        200,
        "2\n",
    ):
        assert not asked
    assert send(writer, "CREATE TABLE default.written (n UInt8) ENGINE = Memory")[0] == 200
    assert send(writer, "INSERT INTO default.written FORMAT TSV\n7\n")[0] == 200
    assert send(writer, "WITH 1 AS one SELECT n FROM default.written") == (200, "7\n")
    assert not asked
    asking.join()
    assert asked == [(200, "3\n")]


def test_readers_who_ask_for_long_keep_nobody_else_waiting(store: StoreChild) -> None:
    long = "SELECT count() FROM numbers(100000000000) WHERE cityHash64(number) = 1"
    ended: list[int] = []

    def ask() -> None:
        ended.append(send(store.reader(), long)[0])

    asking = [threading.Thread(target=ask) for _ in range(4)]
    for one in asking:
        one.start()
    counted = (
        "SELECT count() FROM system.processes WHERE query LIKE '%number) = 1%' AND query NOT LIKE '%LIKE%'"
    )
    while send(store.program(), counted) != (200, "2\n"):  # the other two wait for these
        assert not ended
    assert send(store.program(), "SELECT 1") == (200, "1\n")
    assert not ended
    while any(one.is_alive() for one in asking):
        send(store.writer(), "KILL QUERY WHERE query LIKE '%number) = 1%' AND query NOT LIKE '%LIKE%' SYNC")
    assert ended == [500] * 4


def test_a_password_of_other_letters_is_a_wrong_one(store: StoreChild) -> None:
    target = store.reader()
    connection = HTTPConnection(target.host, target.port, timeout=60)
    connection.putrequest("GET", "/?query=SELECT+1")
    connection.putheader("X-ClickHouse-User", "reader")
    connection.putheader("X-ClickHouse-Key", "mật khẩu".encode())
    connection.endheaders()
    assert connection.getresponse().status == 403
    connection.close()
