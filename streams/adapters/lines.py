"""Lines of a byte stream in bounded memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

UTF8_BOM: Final = b"\xef\xbb\xbf"


def bounded_lines(chunks: Iterable[bytes], max_bytes: int) -> Iterator[bytes]:
    r"""Split at \n and give the lines without it; of a longer line only the first `max_bytes` are given.

    A \r before the \n stays. A UTF-8 byte order mark at the very beginning is not content and is left out.
    """
    begun = bytearray()
    first = True
    for chunk in chunks:
        pieces = chunk.split(b"\n")
        rest = pieces.pop()
        if pieces:
            if begun:
                begun += pieces[0][: max_bytes - len(begun)]
                pieces[0] = bytes(begun)
                begun = bytearray()
            if first:
                first = False
                pieces[0] = pieces[0].removeprefix(UTF8_BOM)
            for piece in pieces:
                yield piece if len(piece) <= max_bytes else piece[:max_bytes]
        begun += rest[: max_bytes - len(begun)]
    last = bytes(begun)
    if first:
        last = last.removeprefix(UTF8_BOM)
    if last:
        yield last
