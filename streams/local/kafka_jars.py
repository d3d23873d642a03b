"""The jars of the local Kafka: resolved by Maven once, then kept in a cache outside the checkout.

Standard library only, because set-up fetches the jars before anything else of the project has run.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).resolve().parent.parent

# What Maven prints under every error, whatever it was.
_BOILERPLATE: Final = re.compile(r"Re-run Maven|re-run Maven|For more information|\[Help \d+\] http|^$")


class BrokerError(RuntimeError):
    """The local Kafka cannot be fetched, started or kept running; the text is one line for people."""


def java() -> str:
    """Return the path of `java`, from JAVA_HOME or PATH. Raises BrokerError when there is none."""
    home = os.environ.get("JAVA_HOME")
    found = (shutil.which("java", path=f"{home}/bin") if home else None) or shutil.which("java")
    if found is None:
        raise BrokerError("Java 17 or newer is missing: install the Debian package openjdk-17-jre-headless")
    return found


def kafka_files() -> Path:
    """Return the folder with Kafka's `pom.xml` and `log4j2.properties`, of the checkout or of the installed package."""
    installed = _PACKAGE / "_deploy" / "kafka"
    return installed if installed.is_dir() else _PACKAGE.parent / "deploy" / "kafka"


def cache_root(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the cache folder: `RELEASE_MONITOR_CACHE`, else `release-monitor` where the user's caches are."""
    if own := environ.get("RELEASE_MONITOR_CACHE"):
        return Path(own).expanduser().absolute()
    caches = environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(caches).expanduser() / "release-monitor"


def jar_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Return where the jars are, or will be. Its name holds Kafka's version and a hash of the pom."""
    pom = (kafka_files() / "pom.xml").read_bytes()
    version = re.search(rb"<kafka\.version>([0-9.]+)<", pom)
    if version is None:
        raise BrokerError("deploy/kafka/pom.xml names no kafka.version")
    digest = hashlib.sha256(pom).hexdigest()[:12]
    return cache_root(environ) / f"kafka-{version[1].decode()}-{digest}" / "lib"


def fetch(environ: Mapping[str, str] = os.environ) -> Path:
    """Make sure the jars are in the cache, and return their folder.

    The folder appears whole or not at all, so a run that was killed, or two at a time, leave nothing half done.
    Raises BrokerError when Maven is missing or cannot resolve the jars.
    """
    jars = jar_folder(environ)
    if jars.is_dir():
        return jars
    home = jars.parent
    try:
        home.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=home.parent, prefix=f"{home.name}.") as scratch:
            filled = Path(scratch) / home.name
            _copy_dependencies(filled / "lib", environ)
            try:
                filled.rename(home)
            except OSError:
                # Another run was quicker: its folder is as good as ours.
                if not jars.is_dir():
                    raise
    except OSError as error:
        raise BrokerError(f"cannot keep Kafka's jars in {home.parent}: {error}") from error
    return jars


def _copy_dependencies(target: Path, environ: Mapping[str, str]) -> None:
    maven = shutil.which("mvn", path=environ.get("PATH"))
    if maven is None:
        raise BrokerError("Maven (mvn) is missing: install the Debian package maven")
    pom = kafka_files() / "pom.xml"
    done = subprocess.run(
        [maven, "-B", "-q", "-f", str(pom), "dependency:copy-dependencies", f"-DoutputDirectory={target}"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env=dict(environ),
        check=False,
    )
    if done.returncode != 0:
        raise BrokerError(
            f"Maven could not fetch Kafka's jars: {maven_reason(done.stdout)}; "
            "check the network and Maven's settings, then run the same command again"
        )
    if not any(target.glob("kafka_*.jar")):
        raise BrokerError(f"Maven ended well but brought no Kafka: see what `mvn -f {pom}` says")


def maven_reason(output: str) -> str:
    """Return the last line of Maven's output that says what went wrong."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", output)
    lines = [line.removeprefix("[ERROR]").strip() for line in plain.splitlines()]
    telling = [line for line in lines if not _BOILERPLATE.search(line)]
    return telling[-1].removesuffix("-> [Help 1]").strip() if telling else "it gave no reason"
