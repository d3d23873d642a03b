"""Serves /metrics, /healthz and /readyz from a thread of its own, beside the agents' event loop."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import parse_qs

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from streams.metrics.exposition import exposition


class Verdict(NamedTuple):
    """The answer of a health check: yes or no, and every reason against it."""

    ok: bool
    reasons: tuple[str, ...]


class MetricsServer:
    """The endpoint. `healthy` and `ready` are asked at every request, so no answer is older than its question.

    `/metrics?name[]=NAME` gives only the metrics named, as Prometheus's own clients do.
    """

    def __init__(
        self,
        host: str,
        port: int,
        registry: CollectorRegistry,
        healthy: Callable[[], Verdict],
        ready: Callable[[], Verdict],
        served: Callable[[int], None] = lambda _: None,
    ) -> None:
        """Bind the address; port 0 takes a free one. Raises OSError where it is taken.

        `served` is told how many series a whole answer had, once it was given.
        """

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path, _, asked = self.path.partition("?")
                if path == "/metrics":
                    names = parse_qs(asked).get("name[]", [])
                    ready()  # sets the gauge of it, which would else be as old as the last question of it
                    chosen = registry.restricted_registry(names) if names else registry
                    told = exposition(chosen)
                    self._answer(200, CONTENT_TYPE_LATEST, told.text)
                    if not names:
                        served(told.series)
                elif path in ("/healthz", "/readyz"):
                    verdict = healthy() if path == "/healthz" else ready()
                    body = json.dumps({"ok": verdict.ok, "reasons": verdict.reasons}).encode() + b"\n"
                    self._answer(200 if verdict.ok else 503, "application/json", body)
                else:
                    self._answer(404, "text/plain", b"/metrics, /healthz or /readyz\n")

            def _answer(self, status: int, kind: str, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Requests are not logged: a scrape every few seconds would bury what matters."""

        try:
            self._server = ThreadingHTTPServer((host, port), Handler)
        except OSError as error:
            raise OSError(
                f"metrics can't be served on {host}:{port} ({error.strerror}): set RELEASE_MONITOR_METRICS_PORT"
            ) from error
        self._server.daemon_threads = True

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._server.server_address[1])

    def start(self) -> None:
        """Serve until the process ends or `stop` is called."""
        threading.Thread(target=self._server.serve_forever, name="metrics", daemon=True).start()

    def stop(self) -> None:
        """Close the endpoint."""
        self._server.shutdown()
        self._server.server_close()
