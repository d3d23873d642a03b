"""A pipeline that Prometheus and Alertmanager watch, for tests: what they say, and who was told of alerts."""

from __future__ import annotations

import http.server
import json
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

Labels = dict[str, str]


class Notification(NamedTuple):
    """One alert that a webhook was told of, and when, in seconds since the epoch."""

    at: float
    status: str
    labels: Labels
    annotations: Labels


class Webhook:
    """Takes notifications on a loopback port."""

    def __init__(self) -> None:
        self.told: list[Notification] = []
        told = self.told

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                now = time.time()
                for one in body["alerts"]:
                    told.append(Notification(now, one["status"], one["labels"], one["annotations"]))
                self.send_response(200)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def firing(self, alert: str, **labels: str) -> list[Notification]:
        """Return what it was told of an alert with these labels."""
        return [
            one
            for one in self.told
            if one.status == "firing" and {"alertname": alert, **labels}.items() <= one.labels.items()
        ]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def webhook() -> Iterator[Webhook]:
    """Take notifications for as long as it runs."""
    running = Webhook()
    try:
        yield running
    finally:
        running.close()


def api(server: str, path: str, **query: str) -> Any:
    """Ask Prometheus's API."""
    with urllib.request.urlopen(
        f"{server}/api/v1/{path}?{urllib.parse.urlencode(query)}", timeout=30
    ) as answer:
        return json.load(answer)["data"]


def values(prometheus: str, expression: str) -> dict[frozenset[tuple[str, str]], float]:
    """Ask for what is so now: values by their labels."""
    return {
        frozenset(one["metric"].items()): float(one["value"][1])
        for one in api(prometheus, "query", query=expression)["result"]
    }


def first_time(prometheus: str, expression: str, since: float) -> float | None:
    """Return when an expression had a value first, in seconds since the epoch, to the second; None: never."""
    found = api(
        prometheus, "query_range", query=expression, start=f"{since}", end=f"{time.time()}", step="1s"
    )
    times = [float(at) for one in found["result"] for at, _ in one["values"]]
    return min(times, default=None)
