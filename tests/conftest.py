"""What holds for every test: the one Kafka of a session, no network but where a test says so, and the order of files."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from streams.local.broker import LocalBroker


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


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config) -> object:
    """Where several processes run whole files, take these from both ends of their list."""
    from two_ends import TwoEnds

    return TwoEnds(config) if config.option.dist == "loadfile" else None
