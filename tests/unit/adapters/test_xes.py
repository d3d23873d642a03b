"""XES logs: the same messages as from CSV, and nothing a hostile file could do."""

import gzip
import json
from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import quoteattr

import pytest

from streams.adapters.mapping import Mapping
from streams.adapters.record import Source, SourceError

Make = Callable[..., Mapping]
Open = Callable[..., Source]
ROWS = [
    ("case-1", "start", "2024-01-02T08:00:00.276+07:00", "27F1", "true"),
    ("case-1", "check", "2024-01-02T09:00:00+07:00", "27F1", "false"),
    ("case-1", "lunch", "2024-01-02T09:30:00+07:00", "27F1", "true"),
    ('case-2 & "co" <é>', "start", "2024-01-02T02:30:00Z", "27B1", "true"),
    ('case-2 & "co" <é>', "done", "someday", "27B1", "true"),
]
ATTRS = "attrs: {office: {column: case:office}, team: {column: urgent}}\n"


def xes(rows: list[tuple[str, ...]] = ROWS, prefix: str = "") -> str:
    p = prefix
    parts = [
        '<?xml version="1.0" encoding="UTF-8" ?>\n<!-- a log -->\n',
        f'<{p}log xes.version="1.0" xmlns{":" + p[:-1] if p else ""}="http://www.xes-standard.org/">\n',
        f'<{p}global scope="event"><{p}string key="concept:name" value="unknown"/></{p}global>\n',
        f'<{p}string key="concept:name" value="the log"/>\n',
    ]
    for case in dict.fromkeys(row[0] for row in rows):
        office = next(row[3] for row in rows if row[0] == case)
        parts.append(f'<{p}trace><{p}string key="concept:name" value={quoteattr(case)}>')
        parts.append(f'<{p}string key="concept:name" value="nested"/></{p}string>')
        parts.append(f'<{p}string key="office" value="{office}"/>')
        for _, activity, time, _, urgent in (row for row in rows if row[0] == case):
            parts.append(
                f'<{p}event><{p}string key="concept:name" value="{activity}"/><{p}date key="time:timestamp" '
            )
            parts.append(
                f'value="{time}"/><{p}boolean key="urgent" value="{urgent}"/><{p}list key="x"><{p}values>'
            )
            parts.append(
                f'<{p}event><{p}string key="concept:name" value="done"/></{p}event></{p}values></{p}list>'
            )
            parts.append(f"</{p}event>\n")
        parts.append(f"</{p}trace>\n")
    return "".join([*parts, f"</{p}log>\n"])


def as_csv(rows: list[tuple[str, ...]] = ROWS) -> str:
    """The rows as pm4py writes them."""
    text = "case:concept:name,case:office,concept:name,time:timestamp,urgent\n"
    for case, activity, time, office, urgent in rows:
        stamp = time.replace("T", " ").replace(".276+", ".276000+").replace("Z", "+00:00")
        text += f'"{case.replace(chr(34), chr(34) * 2)}",{office},{activity},{stamp},{urgent.capitalize()}\n'
    return text


@pytest.mark.parametrize("prefix", ["", "x:"])
def test_the_same_mapping_gives_the_same_bytes_from_csv_and_xes(
    make_mapping: Make, open_log: Open, prefix: str
) -> None:
    mapping = make_mapping(ATTRS)
    from_csv = open_log(as_csv(), mapping, "log.csv")
    from_xes = open_log(xes(prefix=prefix), mapping, "log.xes")
    assert list(from_xes) == list(from_csv)
    assert from_xes.total == from_csv.total == 6
    assert from_xes.skipped == from_csv.skipped == {"lunch": 1}
    assert from_xes.bytes_read == from_xes.bytes_total
    first = json.loads(next(iter(from_xes)).value)
    assert first["attrs"] == {"office": "27F1", "team": "True"}
    assert first["occurred_at"] == "2024-01-02T08:00:00.276000+07:00"


def test_compressed_gives_the_same_bytes(make_mapping: Make, open_log: Open) -> None:
    mapping = make_mapping(ATTRS)
    plain = list(open_log(xes(), mapping, "log.xes"))
    assert list(open_log(gzip.compress(xes().encode()), mapping, "log.xes.gz")) == plain


def test_other_encodings_and_byte_order_marks(make_mapping: Make, open_log: Open) -> None:
    mapping, plain = make_mapping(ATTRS), xes()
    expected = list(open_log(plain, mapping, "log.xes"))
    for content in (
        b"\xef\xbb\xbf" + plain.encode(),
        plain.replace("UTF-8", "UTF-16").encode("utf-16"),
        plain.replace("UTF-8", "ISO-8859-1").encode("latin-1"),
        plain.replace("\n", "\r\n").encode(),
    ):
        assert list(open_log(content, mapping, "log.xes")) == expected


def test_events_without_a_trace_have_no_case(make_mapping: Make, open_log: Open) -> None:
    time = '<date key="time:timestamp" value="2024-01-01T00:00:00Z"/>'
    event = f'<event><string key="concept:name" value="check"/>{time}</event>'
    trace = f'<trace><string key="concept:name" value="c"/>{event}</trace>'
    assert [r.key for r in open_log(f"<log>{trace}{event}</log>", make_mapping(), "log.xes")] == [b"c", None]


def test_a_column_that_no_event_has_is_named(make_mapping: Make, open_log: Open) -> None:
    mapping = make_mapping("attrs: {office: {column: offise}, kind: {column: kind, optional: true}}\n")
    with pytest.raises(SourceError, match=r"log\.xes: no event has the column 'offise'$"):
        list(open_log(xes(), mapping, "log.xes"))


def test_a_log_without_events_is_empty(make_mapping: Make, open_log: Open) -> None:
    assert list(open_log("<log/>", make_mapping(), "log.xes")) == []


LAUGHS = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10 if i else "lol"}">' for i in range(10))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (f"<!DOCTYPE log [{LAUGHS}]><log><string key='x' value='&l9;'/></log>", "DOCTYPE"),
        ('<!DOCTYPE log [<!ENTITY e SYSTEM "file:///etc/hostname">]><log>&e;</log>', "DOCTYPE"),
        ('<!DOCTYPE log SYSTEM "http://127.0.0.1:9/x.dtd"><log/>', "DOCTYPE"),
        ("<log>" + "<list>" * 1000, "nested more than"),
        ("<html/>", "the outermost element is <html>"),
        ("", "not well-formed XML: no element found"),
        ("<log><trace>", "not well-formed XML"),
        ("<log>\n<trace></event></trace></log>", r"mismatched tag: line 2, column"),
        ("<log>&undefined;</log>", "undefined entity"),
        ('<?xml version="1.0" encoding="rot13"?><log/>', "not well-formed XML"),
        ('<?xml version="1.0" encoding="nonsense"?><log/>', "not well-formed XML"),
        ("case,activity\n1,2\n", "not well-formed XML"),
        (
            '<log><trace><event/><string key="concept:name" value="c"/></trace></log>',
            "trace attribute 'concept:name' comes after an event",
        ),
    ],
)
def test_hostile_and_broken_files_are_refused_in_one_line(
    make_mapping: Make, open_log: Open, content: str, message: str
) -> None:
    with pytest.raises(SourceError, match=message) as caught:
        list(open_log(content, make_mapping(), "log.xes"))
    assert str(caught.value).count("log.xes") == 1
    assert "\n" not in str(caught.value)


def test_a_huge_tag_is_refused_before_it_is_in_memory(make_mapping: Make, open_log: Open) -> None:
    content = '<log><trace><string key="concept:name" value="' + "x" * 3_000_000
    with pytest.raises(SourceError, match="a tag of more than 1000000 bytes"):
        list(open_log(content, make_mapping(), "log.xes", max_line_bytes=1_000_000))


def test_a_gzip_bomb_is_stopped_at_the_limit(make_mapping: Make, open_log: Open) -> None:
    bomb = gzip.compress(b"<log>" + b" " * 50_000_000)
    with pytest.raises(SourceError, match="unfolds to more than 5000000 bytes"):
        list(open_log(bomb, make_mapping(), "log.xes.gz", max_decompressed_bytes=5_000_000))


def test_text_between_tags_is_not_kept(make_mapping: Make, open_log: Open) -> None:
    content: Any = xes().replace("<trace>", "<trace>" + "text " * 1_000_000, 1)
    mapping = make_mapping(ATTRS)
    assert list(open_log(content, mapping, "log.xes")) == list(open_log(xes(), mapping, "plain.xes"))
