"""CSV logs through a mapping: order, numbers, times, and rows that can't be read."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from streams.adapters.mapping import Mapping
from streams.adapters.record import Source, SourceError
from streams.core.decode import decode_event
from streams.core.event import Event, Rejected

HEADER = ["case:concept:name", "concept:name", "time:timestamp", "note"]
Make = Callable[..., Mapping]
Open = Callable[..., Source]
Read = Callable[[Source], list[dict[str, Any]]]


def log(*rows: tuple[str, str, str], header: list[str] = HEADER) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows((*row, "n") for row in rows)
    return text.getvalue()


def test_one_row_can_become_several_events_in_the_order_of_the_rules(
    make_mapping: Make, open_log: Open, messages: Read
) -> None:
    source = open_log(log(("c1", "start", "2024-01-02 08:00:00.500000+07:00")), make_mapping())
    first, second = messages(source)
    assert {name: value for name, value in first.items() if name != "event_id"} == {
        "schema_version": 1,
        "source": "OTHER",
        "declaration_key": "c1",
        "event_type": "REGISTERED",
        "occurrence_no": 1,
        "revision": 0,
        "op": "ASSERT",
        "occurred_at": "2024-01-02T08:00:00.500000+07:00",
        "occurred_precision": "second",
        "clock": "SYSTEM",
        "is_backfill": False,
    }
    assert (second["event_type"], second["attrs"]) == ("CHANNEL_ASSIGNED", {"channel": 2})
    assert first["event_id"] != second["event_id"]
    assert source.total == 2


def test_records_carry_the_data_row_and_the_key(make_mapping: Make, open_log: Open) -> None:
    rows = [("é", "check", "2024-01-02T00:00:00Z"), ("b", "check", "2024-01-01T00:00:00Z")]
    assert [(r.line, r.key) for r in open_log(log(*rows), make_mapping())] == [(2, b"b"), (1, "é".encode())]


def test_output_is_in_order_of_the_instant_then_the_row_and_occurrences_count_within_case_and_type(
    make_mapping: Make, open_log: Open, messages: Read
) -> None:
    rows = [
        ("a", "check", "2024-01-01T12:00:00+00:00"),
        ("a", "check", "2024-01-01T12:00:00+07:00"),  # the earliest instant
        ("b", "check", "2024-01-01T12:00:00+00:00"),
        ("a", "done", "2024-01-01T12:00:00+00:00"),
        ("a", "check", "2024-01-01T19:00:00+07:00"),  # the same instant as row 1, a later row
    ]
    source = open_log(log(*rows), make_mapping())
    found = [(r.line, json.loads(r.value)["occurrence_no"]) for r in source]
    assert found == [(2, 1), (1, 2), (3, 1), (4, 1), (5, 3)]


def test_ids_are_the_same_at_every_reading_and_distinct(
    make_mapping: Make, open_log: Open, messages: Read
) -> None:
    rows = [(case, "check", f"2024-01-0{day}T00:00:00Z") for case in "ab" for day in (1, 2)]
    source = open_log(log(*rows), make_mapping())
    first, again = messages(source), messages(source)
    assert first == again
    assert len({m["event_id"] for m in first}) == 4


def test_rows_that_no_rule_matches_are_counted_by_activity(make_mapping: Make, open_log: Open) -> None:
    at = "2024-01-01T00:00:00Z"
    source = open_log(
        log(("a", "lunch", at), ("a", "check", at), ("a", "lunch", at), ("a", "", at)), make_mapping()
    )
    for _ in range(2):
        assert len(list(source)) == 1
        assert source.skipped == {"lunch": 2, "": 1}


def test_counting_skipped_activities_is_bounded(make_mapping: Make, open_log: Open) -> None:
    rows = [("a", f"{i}" + "x" * 1000, "") for i in range(3000)]
    source = open_log(log(*rows), make_mapping())
    assert list(source) == []
    assert sum(source.skipped.values()) == 3000
    assert len(source.skipped) <= 1001
    assert max(map(len, source.skipped)) <= 200


def test_lifecycle_filter_leaves_out_and_counts(make_mapping: Make, open_log: Open, messages: Read) -> None:
    mapping = make_mapping("lifecycle: {column: note, keep: [complete, done]}\n")
    text = log(header=HEADER) + "".join(
        f"a,check,2024-01-01T00:00:00Z,{word}\n" for word in ("start", "complete", "")
    )
    source = open_log(text, mapping)
    assert len(messages(source)) == 1
    assert source.filtered == 2
    assert not source.skipped


@pytest.mark.parametrize(
    ("text", "zone", "written", "reason"),
    [
        ("2024-01-02 08:00:00.123456+01:00", None, "2024-01-02T08:00:00.123456+01:00", None),
        ("2024-01-02T08:00:00Z", "Asia/Ho_Chi_Minh", "2024-01-02T08:00:00+00:00", None),
        (" 2024-01-02 08:00:00 ", "Asia/Ho_Chi_Minh", "2024-01-02T08:00:00+07:00", None),
        ("2024-01-02 08:00:00", '"+05:30"', "2024-01-02T08:00:00+05:30", None),
        ("2024-07-02 08:00:00", "Europe/Amsterdam", "2024-07-02T08:00:00+02:00", None),
        ("2024-10-27 02:30:00", "Europe/Amsterdam", "2024-10-27T02:30:00+02:00", None),
        ("2024-01-02 08:00:00", None, "2024-01-02T08:00:00", "no_offset"),
        ("yesterday", "Asia/Ho_Chi_Minh", "yesterday", "invalid_time"),
        ("0001-01-01 00:00:00", "Asia/Ho_Chi_Minh", None, "invalid_time"),
        ("9999-12-31 23:59:59", "America/New_York", None, "invalid_time"),
        ("", "Asia/Ho_Chi_Minh", None, "missing_field"),
    ],
)
def test_times_are_written_as_rfc_3339_or_left_for_the_decoder_to_reject(
    make_mapping: Make, open_log: Open, text: str, zone: str | None, written: str | None, reason: str | None
) -> None:
    column = f"{{column: time:timestamp{f', zone: {zone}' if zone else ''}}}"
    (record,) = open_log(log(("a", "check", text)), make_mapping(time=column))
    if written is not None:
        assert json.loads(record.value)["occurred_at"] == written
    verdict = decode_event(record.value)
    assert (verdict.reason if isinstance(verdict, Rejected) else None) == reason
    assert record.key == b"a"


def test_times_of_a_strptime_format(make_mapping: Make, open_log: Open, messages: Read) -> None:
    mapping = make_mapping(time='{column: time:timestamp, format: "%d/%m/%Y %H:%M", zone: Asia/Ho_Chi_Minh}')
    rows = [("a", "check", "03/02/2024 08:15"), ("a", "check", "2024-02-01T00:00:00+07:00")]
    found = [(m["occurred_at"], m["occurrence_no"]) for m in messages(open_log(log(*rows), mapping))]
    # What is not in the format has no instant: it comes last, as it stands.
    assert found == [("2024-02-03T08:15:00+07:00", 1), ("2024-02-01T00:00:00+07:00", 2)]


@pytest.mark.parametrize(("form", "text"), [("iso", "2024-02-03"), ('"%Y%m%d"', "20240203")])
def test_a_text_without_a_time_of_day_has_day_precision(
    make_mapping: Make, open_log: Open, messages: Read, form: str, text: str
) -> None:
    mapping = make_mapping(time=f"{{column: time:timestamp, format: {form}, zone: Asia/Ho_Chi_Minh}}")
    (message,) = messages(open_log(log(("a", "check", text)), mapping))
    assert message["occurred_precision"] == "day"
    assert message["occurred_at"] == "2024-02-03T00:00:00+07:00"


def test_rows_without_an_instant_come_last_in_the_order_of_rows(make_mapping: Make, open_log: Open) -> None:
    rows = [
        ("a", "check", "?"),
        ("a", "check", "2024-01-01T00:00:00Z"),
        ("a", "check", ""),
        ("a", "check", "!"),
    ]
    assert [r.line for r in open_log(log(*rows), make_mapping())] == [2, 1, 3, 4]


def test_a_row_without_a_case_is_kept_for_the_decoder_to_reject(make_mapping: Make, open_log: Open) -> None:
    (record,) = open_log(log(("", "check", "2024-01-01T00:00:00Z")), make_mapping())
    assert record.key is None
    verdict = decode_event(record.value)
    assert isinstance(verdict, Rejected)
    assert (verdict.reason, "declaration_key" in verdict.detail) == ("missing_field", True)


def test_rows_that_cannot_be_read_are_given_as_they_stand(make_mapping: Make, open_log: Open) -> None:
    good = b"a,check,2024-01-01T00:00:00Z,n"
    bad = [
        b"a,check",
        b"a,b,c,d,e",
        b"\xff\xfe,check,2024-01-01T00:00:00Z,n",
        b'a,"check"x,2024-01-01T00:00:00Z,n',
    ]
    content = b"\r\n".join([",".join(HEADER).encode(), good, *bad, b"", good]) + b"\r\n"
    source = open_log(content, make_mapping())
    records = list(source)
    assert [(r.line, r.key, r.value) for r in records[:4]] == [
        (i + 2, None, raw) for i, raw in enumerate(bad)
    ]
    assert [r.line for r in records[4:]] == [1, 6]
    assert source.total == 6
    assert all(isinstance(decode_event(r.value), Rejected) for r in records[:4])
    assert all(isinstance(decode_event(r.value), Event) for r in records[4:])


def test_quotes_with_newlines_commas_and_quotes(make_mapping: Make, open_log: Open, messages: Read) -> None:
    mapping = make_mapping("attrs: {team: {column: note}}\n")
    content = ",".join(HEADER) + '\r\n"c,1","check",2024-01-01T00:00:00Z,"two\r\nlines, ""quoted"""\r\n'
    (message,) = messages(open_log(content, mapping))
    assert message["declaration_key"] == "c,1"
    assert message["attrs"] == {"team": 'two\r\nlines, "quoted"'}


def test_an_unclosed_quote_loses_nothing(make_mapping: Make, open_log: Open) -> None:
    good = "a,check,2024-01-01T00:00:00Z,n\n"
    swallowed = 'b,check,2024-01-01T00:00:00Z,"open\n' + good * 2
    records = list(open_log(log() + good + swallowed, make_mapping()))
    assert [(r.line, r.value) for r in records[:1]] == [(2, swallowed.rstrip().encode())]
    assert [r.line for r in records[1:]] == [1]


def test_a_huge_field_is_given_as_it_stands_and_reading_goes_on(make_mapping: Make, open_log: Open) -> None:
    good = "a,check,2024-01-01T00:00:00Z,n\n"
    long = "a,check,2024-01-01T00:00:00Z," + "x" * 200_000 + "\n"
    endless = '"' + "y\n" * 200_000
    records = list(open_log(log() + long + good + endless, make_mapping()))
    assert records[0].value == long.rstrip().encode()
    assert sum(r.line == 2 for r in records) == 1
    decoded = [r for r in records if isinstance(decode_event(r.value), Event)]
    assert [r.line for r in decoded] == [2]
    kept = b"\n".join(r.value for r in records if r.line > 2)
    assert kept.count(b"y") == 200_000


def test_a_huge_line_is_cut(make_mapping: Make, open_log: Open) -> None:
    good = "a,check,2024-01-01T00:00:00Z,n\n"
    records = list(open_log(log() + "a," * 1_000_000 + "\n" + good, make_mapping(), max_line_bytes=100_000))
    assert (records[0].line, len(records[0].value)) == (1, 100_000)
    assert records[1].line == 2


def test_byte_order_mark_and_delimiter(make_mapping: Make, open_log: Open, messages: Read) -> None:
    content = "\ufeff" + ";".join(HEADER) + "\n" + "a;check;2024-01-01T00:00:00Z;x,y\n"
    (message,) = messages(open_log(content, make_mapping('csv: {delimiter: ";"}\n')))
    assert message["declaration_key"] == "a"


def test_other_encodings(make_mapping: Make, open_log: Open, messages: Read) -> None:
    mapping = make_mapping("attrs: {team: {column: note}}\ncsv: {encoding: windows-1252}\n")
    content = ",".join(HEADER).encode() + b"\na,check,2024-01-01T00:00:00Z,caf\xe9\n"
    assert messages(open_log(content, mapping))[0]["attrs"] == {"team": "café"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "there is no header"),
        (
            b"a,b\n1,2\n",
            r"no column 'case:concept:name', 'concept:name', 'time:timestamp'; the header has 'a', 'b'",
        ),
        (b"concept:name,case:concept:name,time:timestamp,concept:name\n", "'concept:name' twice"),
        ("case:concept:name,concept:name".encode("utf-16"), "UTF-16"),
        (b'"never closed\n', "the header can't be read"),
    ],
)
def test_a_wrong_header_is_said_when_the_file_is_opened(
    make_mapping: Make, open_log: Open, content: bytes, message: str
) -> None:
    with pytest.raises(SourceError, match=message) as caught:
        open_log(content, make_mapping())
    assert "log.csv" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_optional_column_may_be_missing(make_mapping: Make, open_log: Open, messages: Read) -> None:
    mapping = make_mapping(
        "attrs: {office: {column: where, optional: true}, kind: {column: k, optional: true, default: A11}}\n"
    )
    assert messages(open_log(log(("a", "check", "2024-01-01T00:00:00Z")), mapping))[0]["attrs"] == {
        "kind": "A11"
    }


def test_the_number_of_events_in_memory_is_bounded(make_mapping: Make, open_log: Open) -> None:
    rows = [("a", "check", "2024-01-01T00:00:00Z")] * 11
    with pytest.raises(SourceError, match="more than 10 events"):
        list(open_log(log(*rows), make_mapping(), max_events=10))
