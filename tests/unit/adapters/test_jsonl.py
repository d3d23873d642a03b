"""JSON lines go through as they are, in bounded memory."""

import gzip
import json
from pathlib import Path

import pytest

from streams.adapters.files import open_source
from streams.adapters.lines import bounded_lines
from streams.adapters.record import SourceError, SourceRecord


def read(path: Path, **limits: int) -> list[SourceRecord]:
    return list(open_source(path, None, **limits))


def write(tmp_path: Path, content: bytes, name: str = "events.jsonl") -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


def test_every_line_goes_through_as_it_is_with_its_number_and_key(tmp_path: Path) -> None:
    lines = [
        b'{"x": 1, "declaration_key":"a"}',
        b"{broken",
        b"",
        b'{"declaration_key": 7}',
        b"[]",
        b"   ",
        b"\xff\xfe",
    ]
    records = read(write(tmp_path, b"\n".join(lines) + b"\n"))
    assert [(r.line, r.key, r.value) for r in records] == [
        (1, b"a", lines[0]),
        (2, None, lines[1]),
        (4, None, lines[3]),
        (5, None, lines[4]),
        (6, None, lines[5]),
        (7, None, lines[6]),
    ]


@pytest.mark.parametrize(
    ("line", "key"),
    [
        (b'{"declaration_key":""}', None),
        (b'{"declaration_key":null}', None),
        (b'{"declaration_key":"\\u00e9"}', "é".encode()),
        (b'{"declaration_key":"\\ud800"}', None),
        (b'{"declaration_key":"a"} trailing', None),
        (b"[" * 100_000, None),
    ],
)
def test_key_is_known_only_from_a_sound_message(tmp_path: Path, line: bytes, key: bytes | None) -> None:
    assert [(r.key, r.value) for r in read(write(tmp_path, line))] == [(key, line)]


def test_line_ends_and_byte_order_mark_are_not_content(tmp_path: Path) -> None:
    records = read(write(tmp_path, b'\xef\xbb\xbf{"a":1}\r\n\r\n{"b":2}\r\n{"c":3}'))
    assert [(r.line, r.value) for r in records] == [(1, b'{"a":1}'), (3, b'{"b":2}'), (4, b'{"c":3}')]


def test_a_byte_order_mark_is_taken_off_only_at_the_very_beginning(tmp_path: Path) -> None:
    records = read(write(tmp_path, b'\n\xef\xbb\xbf{"a":1}\n'))
    assert records[0].value == b'\xef\xbb\xbf{"a":1}'


def test_a_huge_line_is_cut_and_the_next_ones_are_whole(tmp_path: Path) -> None:
    huge = b'{"declaration_key":"k","x":"' + b"y" * 9_000_000 + b'"}'
    records = read(write(tmp_path, b"{}\n" + huge + b"\n{}\n"))
    assert [(r.line, r.key) for r in records] == [(1, None), (2, None), (3, None)]
    assert records[1].value == huge[:7_900_000]
    assert records[2].value == b"{}"


def test_lines_do_not_depend_on_how_the_file_is_cut_into_pieces() -> None:
    content = b"\xef\xbb\xbfone\n\ntwo-is-long\r\n" + b"z" * 40 + b"\nlast"
    expected = [b"one", b"", b"two-is-long\r"[:9], b"z" * 9, b"last"]
    for size in (1, 2, 3, 5, 7, 64, 1000):
        pieces = (content[i : i + size] for i in range(0, len(content), size))
        if size >= 4:
            assert list(bounded_lines(pieces, 9)) == expected
        else:
            assert b"".join(bounded_lines(pieces, 10**6)).endswith(b"last")


def test_progress_reaches_the_size_of_the_file_and_an_iteration_can_be_repeated(tmp_path: Path) -> None:
    path = write(
        tmp_path, b"".join(json.dumps({"declaration_key": str(i)}).encode() + b"\n" for i in range(1000))
    )
    source = open_source(path, None)
    assert (source.bytes_read, source.total) == (0, None)
    assert list(source) == list(source)
    assert source.bytes_read == source.bytes_total == path.stat().st_size
    assert not source.skipped


def test_gzip_is_read_over_several_members(tmp_path: Path) -> None:
    path = write(tmp_path, gzip.compress(b"{}\n{}") + gzip.compress(b"\n[]\n"), "events.jsonl.gz")
    assert [r.value for r in read(path)] == [b"{}", b"{}", b"[]"]


def test_gzip_bomb_is_stopped_at_the_limit(tmp_path: Path) -> None:
    path = write(tmp_path, gzip.compress(b"\n" * 50_000_000), "bomb.jsonl.gz")
    with pytest.raises(SourceError, match=r"bomb\.jsonl\.gz: unfolds to more than 1000000 bytes"):
        read(path, max_decompressed_bytes=1_000_000)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"not gzip", "not a sound gzip file"),
        (gzip.compress(b"{}\n" * 1000)[:-12], "ends early"),
        (gzip.compress(b"{}\n" * 1000, mtime=0)[:-8] + b"\0" * 8, "not a sound gzip file"),
    ],
    ids=["other", "cut", "wrong sum"],
)
def test_damaged_gzip_is_said_in_one_line(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        read(write(tmp_path, content, "x.jsonl.gz"))


def test_what_cannot_be_opened_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="No such file"):
        open_source(tmp_path / "none.jsonl", None)
    with pytest.raises(SourceError, match=r"only \.jsonl"):
        open_source(write(tmp_path, b"", "events.parquet"), None)
    with pytest.raises(SourceError, match="needs a mapping"):
        open_source(write(tmp_path, b"", "events.csv"), None)


def test_an_empty_file_has_no_records(tmp_path: Path) -> None:
    assert read(write(tmp_path, b"")) == []
    assert read(write(tmp_path, b"\xef\xbb\xbf")) == []


def test_raw_customs_messages_are_known_by_their_suffix_and_go_through_as_they_are(tmp_path: Path) -> None:
    line = b'{"message_code": "VAD1AC", "declaration_no": "107452381610"}'
    for name in ("day.customs.jsonl", "DAY.CUSTOMS.JSONL"):
        source = open_source(write(tmp_path, line + b"\n{broken\n", name), None)
        assert source.customs
        assert [(r.line, r.key, r.value) for r in source] == [
            (1, b"10745238161", line),
            (2, None, b"{broken"),
        ]
    zipped = open_source(write(tmp_path, gzip.compress(line), "day.customs.jsonl.gz"), None)
    assert zipped.customs
    assert [r.value for r in zipped] == [line]
    assert not open_source(write(tmp_path, line, "customs.jsonl"), None).customs
