"""The process of the windows: a Faust application of its own beside each worker, of which one has the work.

Run as `python -m streams.worker.windows_process` by a worker. What it has to say (signs of life, news for the metrics)
it writes to standard output, and it ends when standard input closes, so it never outlives the worker.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import sys
import threading
import time

import faust

from streams.kafka.publisher import Publisher
from streams.kafka.topics import PACKED, identify
from streams.metrics.news import WindowNews, encode_news
from streams.reference import load_reference
from streams.settings import Settings
from streams.store.client import connect, server_target
from streams.worker.opening import open_windows
from streams.worker.window_steps import WindowSteps
from streams.worker.windows_app import create_windows_app
from streams.worker.windows_owner import WindowsOwner

_NICE = 5
"""Folding goes first where the processor is short: windows that are late can be made up for."""


def main() -> int:
    """Run until standard input closes; exit code 1 when it can't go on."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the worker decides when it is time
    threading.Thread(target=_until_worker_is_gone, daemon=True).start()
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    os.nice(_NICE)
    settings = Settings()
    reference = load_reference(settings.reference_file)
    publisher = Publisher(settings)
    # What libraries print (Faust moves the cursor at its end) goes elsewhere: this pipe is for the worker.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)

    def tell(line: bytes) -> None:
        out.write(line)
        out.flush()

    def open_anew() -> WindowSteps:
        client = connect(server_target(settings))
        inputs = map(str, range(identify(settings, PACKED).partitions))
        return open_windows(
            client,
            reference,
            settings,
            publisher.publish,
            lambda news: tell(encode_news(news)),
            inputs=inputs,
        )

    def fatal(error: BaseException | None) -> None:
        print(f"error: windows: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
        os._exit(1)

    gc.freeze()
    owner = WindowsOwner(open_anew, lambda: tell(encode_news(WindowNews(given_up=True))))
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    app = create_windows_app(settings, owner, lambda: tell(b"1\n"), fatal)
    try:
        faust.Worker(
            app, loglevel="WARNING", redirect_stdouts=False, quiet=True, loop=loop
        ).execute_from_commandline()
    except SystemExit as end:
        return int(end.code or 0)


def _until_worker_is_gone() -> None:
    while sys.stdin.readline():
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(8)
    os._exit(0)  # stuck in a call to a broker that is gone, with nobody left to wait for


if __name__ == "__main__":
    raise SystemExit(main())
