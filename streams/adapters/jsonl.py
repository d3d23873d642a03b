"""JSON lines: every line that is not empty is a message and goes through as it is, broken ones too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from streams.adapters.chunks import read_chunks
from streams.adapters.lines import bounded_lines
from streams.adapters.record import Source, SourceRecord
from streams.customs.read import customs_key


class _OnlyKey(msgspec.Struct, gc=False):
    """The one field of a message that decides its partition."""

    declaration_key: str | None = None


_only_key = msgspec.json.Decoder(_OnlyKey)


def message_key(value: bytes) -> bytes | None:
    """Return the Kafka key of a message: its declaration_key, None where there is none or the message is broken."""
    try:
        key = _only_key.decode(value).declaration_key
        return key.encode() if key else None
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None


class JsonlSource(Source):
    """Reads .jsonl and .jsonl.gz as a stream; memory is bounded by the longest line that is passed on.

    `customs` says that the lines are raw messages of customs systems; only their keys are found elsewhere.
    """

    def __init__(self, path: Path, max_line_bytes: int, max_decompressed_bytes: int, customs: bool) -> None:
        super().__init__(path)
        self.customs = customs
        self._max_line_bytes = max_line_bytes
        self._max_decompressed_bytes = max_decompressed_bytes

    def __iter__(self) -> Iterator[SourceRecord]:
        r"""Give one record a line; \n and \r\n end a line, empty lines are passed over but counted."""
        self.bytes_read = 0
        key_of = customs_key if self.customs else message_key
        chunks = read_chunks(self.path, self._max_decompressed_bytes, self._at)
        for number, line in enumerate(bounded_lines(chunks, self._max_line_bytes), 1):
            value = line[:-1] if line.endswith(b"\r") else line
            if value:
                yield SourceRecord(number, key_of(value), value)

    def _at(self, position: int) -> None:
        self.bytes_read = position
