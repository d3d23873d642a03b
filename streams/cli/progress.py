"""Shows how far a long job is: a bar in a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from streams.adapters.record import Source

_EVERY_S = 5.0


@contextmanager
def progress_of(title: str, source: Source) -> Iterator[Callable[[int], None]]:
    """Show on standard error how far a file is read; yields the function to call with the number of records done."""
    with progress_over(title, "read", lambda: source.bytes_read / max(1, source.bytes_total)) as tell:
        yield tell


@contextmanager
def progress_over(title: str, done_is: str, share: Callable[[], float]) -> Iterator[Callable[[int], None]]:
    """Show on standard error how much of a job is done: `share` tells it from 0 to 1, `done_is` names it.

    Yields the function to call with the number of records done.
    """
    console = Console(file=sys.stderr)
    if console.is_terminal:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[records]:,} records"),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=console) as progress:
            task = progress.add_task(title, total=1.0, records=0)
            yield lambda done: progress.update(task, completed=share(), records=done)
        return
    last = time.monotonic()

    def tell(done: int) -> None:
        nonlocal last
        if time.monotonic() - last >= _EVERY_S:
            last = time.monotonic()
            print(f"{title}: {done:,} records, {int(100 * share())} % {done_is}", file=sys.stderr, flush=True)

    yield tell


@contextmanager
def counted(title: str, total: int) -> Iterator[Callable[[int], None]]:
    """Show on standard error how many of `total` are done; yields the function to call with their number."""
    console = Console(file=sys.stderr)
    if console.is_terminal:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed:,} of {task.total:,}"),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=console) as progress:
            task = progress.add_task(title, total=total)
            yield lambda done: progress.update(task, completed=done)
        return
    last, said, so_far = time.monotonic(), -1, 0

    def say() -> None:
        nonlocal last, said
        last, said = time.monotonic(), so_far
        print(f"{title}: {so_far:,} of {total:,}", file=sys.stderr, flush=True)

    def tell(done: int) -> None:
        nonlocal so_far
        so_far = done
        if time.monotonic() - last >= _EVERY_S:
            say()

    yield tell
    if said not in (-1, so_far):
        say()  # who has read how far it was wants to read that it is done
