"""The door of the embedded store: the ClickHouse HTTP interface, as far as clients of tables need it, on loopback.

The engine lives in one process; workers and readers are others. They use the same client library as with a server, so
there is one code for both. Three users: the writer may do anything to the store, the program's own commands read all of
it, and the reader reads views only (see guard.py).
"""

from __future__ import annotations

import asyncio
import hmac
import json
import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from aiohttp import web
from clickhouse_connect.driver.binding import external_bind_re
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from streams.store.guard import refuse, refuse_outside
from streams.store.guard_knowledge import Knowledge
from streams.store.reading_clients import ReadingClients

WRITER: Final = "writer"
READER: Final = "reader"
PROGRAM: Final = "program"
MAX_INSERT_BYTES: Final = 256_000_000
MAX_QUERY_BYTES: Final = 262_144

_INSERT = re.compile(
    rb"\s*INSERT\s+INTO\s+(?:TABLE\s+)?(?P<table>[\w.`\"]+)\s*(?:\((?P<columns>[^)]*)\))?"
    rb"\s*(?:SETTINGS\s+[^\n]*?)?\s*FORMAT\s+(?P<format>\w+)[ \t]*(?:\r?\n|$)",
    re.IGNORECASE,
)

_READS = re.compile(r"\s*(?:SELECT|WITH|SHOW|DESC|DESCRIBE|EXPLAIN|EXISTS)\b", re.IGNORECASE)
_HEAD: Final = 100
"""Characters of a statement in which its first word stands; what follows may be many megabytes of rows."""

_FORMAT_NAME = re.compile(r"\w+", re.ASCII)


class Credentials(NamedTuple):
    """The secrets of a door."""

    writer: str
    reader: str
    program: str


class Door:
    """Serves one writing client and several reading ones: workers, readers and our own commands have their own.

    What workers ask does not wait for what they write, nor the other way round: their look at all that is open takes a
    second in a large store, and would hold up every insert for as long.
    """

    def __init__(
        self,
        writer: Client,
        writers: ReadingClients,
        readers: ReadingClients,
        programs: ReadingClients,
        credentials: Credentials,
    ) -> None:
        self._writer = writer
        self._writers = writers
        self._credentials = credentials
        self._write_lock = asyncio.Lock()
        self._readers = readers
        self._programs = programs
        self._knowledge = Knowledge()

    def app(self) -> web.Application:
        """Return the web application: `/` for queries, `/ping` for health."""
        app = web.Application(client_max_size=MAX_INSERT_BYTES)
        app.add_routes([web.get("/ping", self._ping), web.get("/", self._query), web.post("/", self._query)])
        return app

    async def _ping(self, _: web.Request) -> web.Response:
        return web.Response(text="Ok.\n")

    async def _query(self, request: web.Request) -> web.Response:
        user = self._user(request)
        if user is None:
            return _failure(403, 516, "AUTHENTICATION_FAILED", "wrong user or password")
        try:
            insert = _INSERT.match(request.query.get("query", "").encode() + b"\n")
            if user == WRITER and insert is not None:
                pieces = await _pieces(request)
                async with self._write_lock:
                    return await asyncio.to_thread(self._insert, insert, pieces, request.query)
            body, options = await _sent(request)
            query = options.get("query", "").encode()
            if user == WRITER:
                if _reads((query if query.strip() else body)[:_HEAD].decode(errors="replace")):
                    sql = _join(query, body).decode(errors="replace")
                    return await self._writers.ask(lambda client: _ask(client, sql, options))
                async with self._write_lock:
                    return await asyncio.to_thread(self._write, query, body, options)
            if len(query) + len(body) > MAX_QUERY_BYTES:
                return _failure(413, 62, "SYNTAX_ERROR", f"the query is longer than {MAX_QUERY_BYTES} bytes")
            sql = _join(query, body).decode(errors="replace")
            clients = self._programs if user == PROGRAM else self._readers
            return await clients.ask(lambda client: self._read(client, sql, options, user))
        except ClickHouseError as error:
            return _engine_failure(error)

    def _user(self, request: web.Request) -> str | None:
        name, secret = _presented(request)
        expected = self._credentials._asdict().get(name)
        if expected is None or not hmac.compare_digest(
            expected.encode(), secret.encode(errors="surrogateescape")
        ):
            return None
        return name

    def _write(self, query: bytes, body: bytes, options: Mapping[str, str]) -> web.Response:
        head = query if query.strip() else body
        insert = _INSERT.match(head)
        if insert is None:
            try:
                return _ask(self._writer, _join(query, body).decode(), options)
            finally:
                self._knowledge.forget()  # it may have made or dropped something
        return self._insert(insert, [body if query.strip() else body[insert.end() :]], options)

    def _read(self, client: Client, sql: str, options: Mapping[str, str], user: str) -> web.Response:
        client.database = database = options.get("database") or "default"
        parameters = _parameters(sql, options)
        refusal = (
            refuse_outside(client, sql, parameters, self._knowledge)
            if user == PROGRAM
            else refuse(client, sql, database, parameters, self._knowledge)
        )
        if refusal is not None:
            return _failure(403, 164, "READONLY", refusal)
        return _ask(client, sql, options)

    def _insert(
        self, insert: re.Match[bytes], pieces: Sequence[bytes], options: Mapping[str, str]
    ) -> web.Response:
        columns = insert["columns"]
        names = [name.strip().strip('`"') for name in columns.decode().split(",")] if columns else None
        table = insert["table"].decode()
        if "." not in table and options.get("database"):
            table = f"{options['database']}.{table}"
        data = (piece for piece in pieces)
        summary = self._writer.raw_insert(table, names, data, fmt=insert["format"].decode())
        told = {key: str(value) for key, value in summary.summary.items()}
        return web.Response(headers={"X-ClickHouse-Summary": json.dumps(told)})


def _ask(client: Client, sql: str, options: Mapping[str, str]) -> web.Response:
    parameters = _parameters(sql, options)
    default_format = options.get("default_format", "TabSeparated")
    if not _FORMAT_NAME.fullmatch(default_format):
        return _failure(400, 73, "UNKNOWN_FORMAT", "default_format is not the name of a format")
    explicit = re.search(r"\bFORMAT\s+(\w+)\s*;?\s*$", sql, re.IGNORECASE)
    reads = _reads(sql)
    fmt = None if explicit or not reads else default_format
    client.database = options.get("database") or "default"
    answer = client.raw_query(sql, parameters=parameters or None, fmt=fmt)
    headers = {"X-ClickHouse-Timezone": "UTC"}
    if reads:
        headers["X-ClickHouse-Format"] = explicit[1] if explicit else default_format
    return web.Response(body=answer, headers=headers)


def _reads(sql: str) -> bool:
    return _READS.match(sql) is not None


def _parameters(sql: str, options: Mapping[str, str]) -> dict[str, _AsSent]:
    """Return the parameters that the engine is to put in; none where the statement takes none.

    The driver, given parameters for a statement without `{name:Type}`, would put them in as text itself, by `%`: after
    the statement has been judged, and without quotes. So it must not be given any then.
    """
    if external_bind_re.search(sql) is None:
        return {}
    return {name[6:]: _AsSent(value) for name, value in options.items() if name.startswith("param_")}


class _AsSent:
    """A query parameter that a client has already written for the engine: passed on to the letter."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __str__(self) -> str:
        return self._text


async def _pieces(request: web.Request) -> Sequence[bytes]:
    """Return the body as it came in: copying many megabytes into one piece costs more than reading them."""
    pieces, size = list[bytes](), 0
    async for piece in request.content.iter_any():
        size += len(piece)
        if size > MAX_INSERT_BYTES:
            raise web.HTTPRequestEntityTooLarge(MAX_INSERT_BYTES, size)
        pieces.append(piece)
    return pieces


async def _sent(request: web.Request) -> tuple[bytes, Mapping[str, str]]:
    """Return the body and the options of a request; clients move long options from the address into a form.

    As ClickHouse does, a form is only what comes in parts: the other kind is the default of curl, whatever it sends.
    """
    if request.content_type != "multipart/form-data":
        return await request.read(), request.query
    form = await request.post()
    return b"", {**request.query, **{name: value for name, value in form.items() if isinstance(value, str)}}


def _join(query: bytes, body: bytes) -> bytes:
    return query + b"\n" + body if query and body else query or body


def _presented(request: web.Request) -> tuple[str, str]:
    authorization = request.headers.get("Authorization", "")
    if authorization.startswith("Basic "):
        try:
            name, _, secret = b64decode(authorization[6:], validate=True).decode().partition(":")
        except (Base64Error, UnicodeDecodeError):
            return "", ""
        return name, secret
    headers, query = request.headers, request.query
    return (
        headers.get("X-ClickHouse-User", query.get("user", "")),
        headers.get("X-ClickHouse-Key", query.get("password", "")),
    )


def _engine_failure(error: ClickHouseError) -> web.Response:
    text = str(error)
    code = re.search(r"Code: (\d+)", text)
    name = re.search(r"\(([A-Z_]+)\)\s*$", text)
    return _failure(500, int(code[1]) if code else 1000, name[1] if name else "UNKNOWN", text)


def _failure(status: int, code: int, name: str, text: str) -> web.Response:
    message = text if text.startswith("Code: ") else f"Code: {code}. DB::Exception: {text}. ({name})"
    headers: dict[str, Any] = {"X-ClickHouse-Exception-Code": str(code)}
    return web.Response(status=status, text=message + "\n", headers=headers)
