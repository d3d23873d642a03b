"""The bytes of a file in pieces, plain or gzip, with a bound on what a compressed file may unfold to."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Final

from streams.adapters.record import SourceError

_CHUNK: Final = 1 << 20


def read_chunks(path: Path, max_decompressed_bytes: int, at: Callable[[int], None]) -> Iterator[bytes]:
    """Give the content of `path` in pieces of at most 1 MiB; a name that ends in .gz is decompressed.

    `at` is told the position in the file on the disk after each piece. Raises SourceError when the file can't be
    opened or read, is not gzip although named so, ends early, or unfolds to more than `max_decompressed_bytes`.
    """
    try:
        with path.open("rb") as raw:
            if path.name.lower().endswith(".gz"):
                yield from _unfold(path, raw, max_decompressed_bytes, at)
            else:
                while piece := raw.read(_CHUNK):
                    at(raw.tell())
                    yield piece
    except (gzip.BadGzipFile, zlib.error) as error:
        raise SourceError(f"{path}: not a sound gzip file: {error}") from error
    except EOFError as error:
        raise SourceError(f"{path}: the gzip file ends early") from error
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror or error}") from error


def _unfold(path: Path, raw: IO[bytes], limit: int, at: Callable[[int], None]) -> Iterator[bytes]:
    seen = 0
    with gzip.GzipFile(fileobj=raw, mode="rb") as unfolded:
        while piece := unfolded.read1(_CHUNK):
            seen += len(piece)
            if seen > limit:
                raise SourceError(
                    f"{path}: unfolds to more than {limit} bytes, the limit for compressed files"
                )
            at(raw.tell())
            yield piece
