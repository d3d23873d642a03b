"""The command line of the chaos run. The exit code is 0 only when every view equals the backfill."""

from __future__ import annotations

import argparse
import logging
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from clickhouse_connect.driver.exceptions import ClickHouseError
from confluent_kafka import KafkaException

from streams.kafka.load import LoadError
from streams.kafka.topics import TopicError
from streams.local.broker import BrokerError
from streams.store.client import StoreUnavailableError

from .run import run
from .schedule import Plan
from .store import ChaosError

_FAULTS = (
    BrokerError,
    ChaosError,
    ClickHouseError,
    KafkaException,
    LoadError,
    OSError,
    StoreUnavailableError,
    TopicError,
)


def main() -> int:
    """Run it once."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.chaos",
        description="Kill what can be killed while events come in, and compare every view with a backfill.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--seed", type=int, help="of the events and of the schedule; default: a new one")
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--speed", type=float, default=3_000.0, help="events fed a second")
    parser.add_argument("--kills", type=int, default=20, help="of workers and their children")
    parser.add_argument(
        "--pauses", type=int, default=2, help="SIGSTOP for longer than the session timeout, then SIGCONT"
    )
    parser.add_argument("--outage", type=float, default=60.0, help="seconds without a store; 0: none")
    parser.add_argument("--crew", default="1,3,2,1", help="how many workers, one after the other")
    parser.add_argument("--window-days", type=float, help="keep windows for so long; default: as is set")
    parser.add_argument("--most-minutes", type=float, default=30.0, help="give up after that")
    parser.add_argument("--data", type=Path, help="keep everything in this new folder")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends like Ctrl-C, in order
    plan = Plan(
        seed=random.SystemRandom().randrange(1_000_000) if options.seed is None else options.seed,
        events=options.events,
        speed=options.speed,
        kills=options.kills,
        pauses=options.pauses,
        outage_s=options.outage,
        window_days=options.window_days,
        crew=tuple(int(word) for word in options.crew.split(",")),
    )
    logging.disable(logging.WARNING)  # clients tell of a store that is away; we know
    begin = time.monotonic()

    def say(text: str) -> None:
        print(f"{time.monotonic() - begin:7.1f} s  {text}", flush=True)

    say(f"chaos with --seed {plan.seed}")
    with tempfile.TemporaryDirectory(prefix="release-monitor-chaos-") as scratch:
        folder = options.data or Path(scratch)
        try:
            folder.mkdir(parents=True, exist_ok=options.data is None)
            report = run(plan, folder.absolute(), options.most_minutes * 60, say)
        except (*_FAULTS, subprocess.TimeoutExpired) as error:
            print(f"error: seed {plan.seed}: {' '.join(str(error).split())}", file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            print("interrupted", file=sys.stderr)
            return 130
    print("\n".join(report.lines()), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
