"""What holds for every test: one Kafka for a session, no network but where a test says so, the order of files."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from slow import TellSlow
from streams.local.broker import LocalBroker
from two_ends import pytest_xdist_make_scheduler as pytest_xdist_make_scheduler

# A machine with much else to do is no fault of a test. Hypothesis has the same for continuous integration.
settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])


class NetworkBlockedError(AssertionError):
    """A test not marked `integration` opened a connection. Not an OSError, so that no retry swallows it."""


@pytest.fixture(autouse=True)
def _no_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let only tests marked `integration` connect anywhere; Unix sockets stay open, event loops use them."""
    if request.node.get_closest_marker("integration") is not None:
        return

    def guarded(method: Any) -> Any:
        def call(self: socket.socket, address: Any) -> Any:
            if self.family != socket.AF_UNIX:
                raise NetworkBlockedError(
                    f"a unit test connects to {address}: use a fake, or mark it @pytest.mark.integration"
                )
            return method(self, address)

        return call

    monkeypatch.setattr(socket.socket, "connect", guarded(socket.socket.connect))
    monkeypatch.setattr(socket.socket, "connect_ex", guarded(socket.socket.connect_ex))


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalBroker]:
    """A real Kafka, shared by the whole session: use topics and groups with names of your own, do not stop it."""
    with LocalBroker(tmp_path_factory.mktemp("kafka")) as running:
        yield running


@pytest.fixture
def bootstrap(broker: LocalBroker) -> str:
    """The address of the session's Kafka."""
    return broker.bootstrap


def pytest_configure(config: pytest.Config) -> None:
    """Tell of slow tests at once."""
    config.pluginmanager.register(TellSlow(config))
