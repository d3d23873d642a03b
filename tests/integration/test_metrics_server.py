"""The endpoint of metrics and health, asked over a socket of its own."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from prometheus_client import CollectorRegistry, Counter, Gauge

from streams.metrics.server import MetricsServer, Verdict

pytestmark = pytest.mark.integration


@pytest.fixture
def url() -> Iterator[str]:
    registry = CollectorRegistry()
    Counter("release_events_total", "Events", ["source"], registry=registry).labels("SIM").inc(3)
    Gauge("release_watermark_timestamp_seconds", "Watermark", registry=registry).set(5)
    server = MetricsServer(
        "127.0.0.1", 0, registry, lambda: Verdict(True, ()), lambda: Verdict(False, ("sink: waiting",))
    )
    server.start()
    yield f"http://127.0.0.1:{server.port}"
    server.stop()


def read(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return bytes(answer.read()).decode()


def test_all_metrics_are_given(url: str) -> None:
    page = read(f"{url}/metrics")
    assert 'release_events_total{source="SIM"} 3.0' in page
    assert "release_watermark_timestamp_seconds 5.0" in page


@pytest.mark.parametrize("name", ["release_events_total", "release_watermark_timestamp_seconds"])
def test_only_what_is_named_is_given(url: str, name: str) -> None:
    samples = [line for line in read(f"{url}/metrics?name[]={name}").splitlines() if line[0] != "#"]
    assert samples
    assert all(sample.startswith(name) for sample in samples)


def test_health_is_told_by_status(url: str) -> None:
    assert '"ok": true' in read(f"{url}/healthz")
    with pytest.raises(urllib.error.HTTPError) as failed:
        read(f"{url}/readyz")
    assert failed.value.code == 503
    assert b"sink: waiting" in failed.value.read()


def test_other_pages_are_not_found(url: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as failed:
        read(f"{url}/")
    assert failed.value.code == 404
