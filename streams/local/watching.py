"""A real Prometheus and a real Alertmanager beside a local pipeline: they scrape its workers and raise its alerts."""

from __future__ import annotations

import shutil
import time
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from streams.alerts.pace import Pace
from streams.alerts.rules import files
from streams.alerts.servers import Addresses
from streams.alerts.texts import Links
from streams.core.targets import Target
from streams.local.broker_config import LOOPBACK, free_port
from streams.local.children import ChildError, last_line
from streams.local.guarded_process import GuardedProcess

_START_TIMEOUT_S: Final = 60.0
_STOP_TIMEOUT_S: Final = 20.0
_SCRAPE: Final = "1s"
_KEPT: Final = "40d"
"""How long Prometheus keeps samples: the rules look back 29 days."""


@dataclass(frozen=True)
class Watch:
    """How a local pipeline is watched: rules so many times faster, links, and an address that is told of alerts."""

    pace: Pace
    links: Links
    webhook: str = ""


class Watching:
    """Both servers, on free loopback ports, for as long as this object runs; their files are in `data_dir`."""

    def __init__(
        self,
        data_dir: Path,
        watch: Watch,
        targets: Sequence[Target],
        metrics_urls: Sequence[str],
        say: Callable[[str], None],
    ) -> None:
        """Start them, and return when both answer. Raises ChildError, with what is missing or their last words."""
        programs = find_programs()
        ports = {"prometheus": free_port()}
        ports["alertmanager"] = free_port(avoid=ports.values())
        addresses = {name: f"{LOOPBACK}:{port}" for name, port in ports.items()}
        workers = [url.removeprefix("http://").removesuffix("/metrics") for url in metrics_urls]
        written = files(
            targets,
            watch.pace,
            watch.links,
            Addresses(workers, alertmanager=addresses["alertmanager"], webhook=watch.webhook),
            _SCRAPE,
        )
        for place, text in written.items():
            path = data_dir / place
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        self.prometheus, self.alertmanager = (
            f"http://{addresses[name]}" for name in ("prometheus", "alertmanager")
        )
        self._data_dir = data_dir
        self._processes: dict[str, GuardedProcess] = {}
        (data_dir / "logs").mkdir(exist_ok=True)
        try:
            for name, own in (
                ("alertmanager", ["--storage.path=data", "--cluster.listen-address="]),
                ("prometheus", ["--storage.tsdb.path=data", f"--storage.tsdb.retention.time={_KEPT}"]),
            ):
                say(f"{name}: starting")
                self._processes[name] = GuardedProcess(
                    [
                        programs[name],
                        f"--config.file={name}.yml",
                        f"--web.listen-address={addresses[name]}",
                        "--log.level=warn",
                        *own,
                    ],
                    folder=data_dir / name,
                    output=data_dir / "logs" / f"{name}.log",
                )
            self._wait()
        except BaseException:
            self.stop()
            raise
        say(f"prometheus: {self.prometheus}")
        say(f"alertmanager: {self.alertmanager}")

    def _wait(self) -> None:
        until = time.monotonic() + _START_TIMEOUT_S
        for name, url in (("alertmanager", self.alertmanager), ("prometheus", self.prometheus)):
            while not _ready(url):
                self.check()
                if time.monotonic() > until:
                    raise ChildError(
                        f"{name} was not ready in {_START_TIMEOUT_S:g} s: {last_line(self._data_dir, name)}"
                    )
                time.sleep(0.1)

    def check(self) -> None:
        """Raise ChildError where one of them has ended."""
        for name, process in self._processes.items():
            if process.exit_code is not None:
                raise ChildError(f"{name} ended: {last_line(self._data_dir, name)}")

    def stop(self) -> None:
        """Stop both; their data stays. Safe to call again."""
        for process in reversed(self._processes.values()):
            process.stop(_STOP_TIMEOUT_S)
        self._processes = {}


def find_programs() -> dict[str, str]:
    """Return where the programs are. Raises ChildError where one is missing, saying what to install."""
    return {
        "prometheus": _program("prometheus"),
        "alertmanager": _program("prometheus-alertmanager", "alertmanager"),
    }


def _program(*names: str) -> str:
    for name in names:
        found = shutil.which(name)
        if found is not None:
            return found
    raise ChildError(
        f"{names[0]} is missing: install the Debian packages prometheus and prometheus-alertmanager"
    )


def _ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/-/ready", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
