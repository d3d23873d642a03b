"""What rules match and what they write: conditions, attributes, hashes, ids."""

import hashlib
import hmac
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from streams.adapters.files import open_source
from streams.adapters.mapping import Mapping, load_mapping
from streams.adapters.record import Source
from streams.core.decode import decode_event
from streams.core.event import Event, Rejected

Make = Callable[..., Mapping]
Open = Callable[..., Source]
Read = Callable[[Source], list[dict[str, Any]]]
ROOT = Path(__file__).parents[3]
TOP = "mapping: 1\nsource: SIM\ncase: c\nactivity: a\ntime: {column: t}\nevents:\n"
AT = "2024-01-01T00:00:00Z"


def rows(*texts: str, header: str = "c,a,t,x") -> str:
    return "\n".join([header, *(f"k,{text}" if text.count(",") == 2 else text for text in texts)]) + "\n"


@pytest.mark.parametrize(
    ("when", "matching"),
    [
        ("{activity: T1}", [1, 2]),
        ("{activity: {is: T1}}", [1, 2]),
        ("{activity: {one_of: [T1, U]}}", [1, 2, 4]),
        ("{activity: {prefix: T}}", [1, 2, 3]),
        ("{activity: {regex: '^T[0-9]$'}}", [1, 2]),
        ("{activity: {regex: '2'}}", [3]),
        ("{activity: {absent: true}}", [5]),
        ("{activity: {absent: false}}", [1, 2, 3, 4]),
        ("{where: [{column: x, is: p}]}", [1, 4]),
        ("{where: [{column: x, absent: true}]}", [3]),
        ("{activity: T1, where: [{column: x, one_of: [q, r]}]}", [2]),
        ("{where: [{column: x, regex: '[pq]'}, {column: a, prefix: T}]}", [1, 2]),
        ("{where: [{column: missing, absent: true, optional: true}]}", [1, 2, 3, 4, 5]),
        ("{where: [{column: missing, is: p, optional: true}]}", []),
    ],
)
def test_rules_match_by_activity_and_conditions(
    make_mapping: Make, open_log: Open, when: str, matching: list[int]
) -> None:
    mapping = make_mapping(text=f"{TOP}  - when: {when}\n    emit: [{{type: CLEARED}}]\n")
    log = rows(f"T1,{AT},p", f"T1,{AT},q", f"T12,{AT},", f"U,{AT},p", f",{AT},q")
    assert [record.line for record in open_log(log, mapping)] == matching


def test_several_rules_may_match_one_row(make_mapping: Make, open_log: Open, messages: Read) -> None:
    rule = "  - when: {{activity: {{prefix: T}}}}\n    emit: [{{type: {}, actor: {}}}]\n"
    mapping = make_mapping(text=TOP + rule.format("OGA_STARTED", "OGA") + rule.format("OGA_RESULT", "SYSTEM"))
    found = messages(open_log(rows(f"T1,{AT},p"), mapping))
    assert [(m["event_type"], m["actor"]) for m in found] == [
        ("OGA_STARTED", "OGA"),
        ("OGA_RESULT", "SYSTEM"),
    ]


@pytest.mark.parametrize(
    ("name", "attr", "text", "written", "reason"),
    [
        ("channel", "{column: x}", "2", 2, None),
        ("channel", "{column: x}", "3.0", 3, None),
        ("channel", "{column: x}", "red", "red", "wrong_type"),
        ("channel", "{column: x}", "7", 7, "invalid_value"),
        ("channel", "{column: x, values: {red: 3}}", "red", 3, None),
        ("channel", "{column: x, values: {red: 3}}", "2", 2, None),
        ("channel", "{column: x, values: {red: 3}, otherwise: drop}", "2", None, None),
        ("channel", "{column: x, values: {red: 3}, otherwise: drop, default: 1}", "2", 1, None),
        ("channel", "{column: x, default: 1}", "", 1, None),
        ("transport", "{column: x}", "9", 9, None),
        ("office", "{column: x}", "27F1", "27F1", None),
        ("office", "{column: x, first: 4}", "27F1-03", "27F1", None),
        ("office", "{column: x}", "", None, None),
        ("hs2", "{column: x, first: 2}", "0901", "09", None),
        ("hs2", "{constant: '09'}", "", "09", None),
        ("tax_vnd", "{column: x}", "1500000", 1500000, None),
        ("value_usd", "{column: x}", "12.50", 12.5, None),
        ("value_usd", "{column: x}", "1e3", 1000.0, None),
        ("value_usd", "{column: x}", "1 500", "1 500", "wrong_type"),
        ("value_usd", "{column: x}", "NaN", "NaN", "wrong_type"),
        ("value_usd", "{column: x}", "1e999", "1e999", "wrong_type"),
        ("tax_vnd", "{column: x}", "9" * 40, "9" * 40, "wrong_type"),
        ("team", "{column: x, personal: drop}", "someone", None, None),
    ],
)
def test_attributes(
    make_mapping: Make, open_log: Open, name: str, attr: str, text: str, written: object, reason: str | None
) -> None:
    mapping = make_mapping(
        text=f"{TOP}  - when: {{activity: A}}\n    emit: [{{type: CHANNEL_ASSIGNED}}]\nattrs: {{{name}: {attr}}}\n"
    )
    (record,) = open_log(rows(f"A,{AT},{text}"), mapping)
    message = json.loads(record.value)
    assert message.get("attrs") == (None if written is None else {name: written})
    verdict = decode_event(record.value)
    assert (verdict.reason if isinstance(verdict, Rejected) else None) == reason


def test_a_rule_overrides_the_attributes_and_constants_of_the_file(
    make_mapping: Make, open_log: Open, messages: Read
) -> None:
    mapping = make_mapping(
        text=TOP + "  - when: {activity: A}\n    emit:\n      - {type: REGISTERED}\n"
        "      - {type: CLEARED, clock: SYSTEM, actor: SYSTEM, occurred_precision: second, message_code: VAD1AG,"
        " attrs: {office: {constant: 27F2}}}\n"
        "attrs: {office: {constant: 27F1}, kind: {constant: A11}}\n"
        "clock: OFFICER\nactor: CUSTOMS\noccurred_precision: minute\nis_backfill: true\n"
    )
    first, second = messages(open_log(rows(f"A,{AT},"), mapping))
    names = ("clock", "actor", "occurred_precision", "message_code", "is_backfill", "attrs")
    assert [first.get(n) for n in names] == [
        "OFFICER", "CUSTOMS", "minute", None, True, {"office": "27F1", "kind": "A11"}
    ]  # fmt: skip
    assert [second.get(n) for n in names] == [
        "SYSTEM", "SYSTEM", "second", "VAD1AG", True, {"office": "27F2", "kind": "A11"}
    ]  # fmt: skip


def test_personal_columns_are_written_as_keyed_hashes_only(make_mapping: Make, open_log: Open) -> None:
    key = b"0123456789abcdef"
    rule = "  - when: {activity: A}\n    emit: [{type: CLEARED}]\n"
    text = f"{TOP}{rule}attrs: {{officer_hash: {{column: x, personal: hash}}}}\n"
    records = list(
        open_log(
            rows(f"A,{AT},Nguyễn Văn A", f"A,{AT},Nguyễn Văn A", f"A,{AT},"),
            make_mapping(text=text, hash_key=key),
        )
    )
    expected = hmac.new(key, "Nguyễn Văn A".encode(), hashlib.sha256).hexdigest()[:16]
    assert [json.loads(r.value).get("attrs") for r in records] == [{"officer_hash": expected}] * 2 + [None]
    assert not any("Nguyễn".encode() in r.value for r in records)
    other = next(iter(open_log(rows(f"A,{AT},Nguyễn Văn A"), make_mapping(text=text, hash_key=key[::-1]))))
    assert json.loads(other.value)["attrs"]["officer_hash"] != expected


def test_ids_of_the_source_are_kept_and_distinct_for_several_events_of_a_row(
    make_mapping: Make, open_log: Open, messages: Read
) -> None:
    rule = "  - when: {activity: A}\n    emit: [{type: REGISTERED}, {type: CLEARED}]\n"
    text = f"{TOP}{rule}event_id: {{column: x}}\n"
    found = messages(open_log(rows(f"A,{AT},id-1", f"A,{AT},"), make_mapping(text=text)))
    assert [m["event_id"] for m in found[:2]] == ["id-1", "id-1/2"]
    assert all(len(m["event_id"]) == 36 for m in found[2:])


def test_an_event_given_twice_under_one_id_is_one_occurrence(
    make_mapping: Make, open_log: Open, messages: Read
) -> None:
    text = f"{TOP}  - when: {{activity: A}}\n    emit: [{{type: CLEARED}}]\nevent_id: {{column: x}}\n"
    found = messages(open_log(rows(f"A,{AT},id-1", f"A,{AT},id-1", f"A,{AT},id-2"), make_mapping(text=text)))
    assert [m["occurrence_no"] for m in found] == [1, 1, 2]
    assert found[0] == found[1]


def test_fields_of_the_message_from_columns(make_mapping: Make, open_log: Open, messages: Read) -> None:
    text = (
        f"{TOP}  - when: {{activity: A}}\n    emit: [{{type: CLEARED}}]\n"
        "declaration_no: {column: c}\ndeclaration_key: {column: c, first: 11}\nsource_seq: {column: n}\n"
        "source_partition: {column: p}\nemitted_at: {column: e, zone: Asia/Ho_Chi_Minh}\n"
    )
    log = f"c,a,t,n,p,e\n101234567890,A,{AT},42,27F1,2024-01-01 07:00:05\n101234567891,A,{AT},x,,\n"
    first, second = messages(open_log(log, make_mapping(text=text)))
    assert (first["declaration_no"], first["declaration_key"]) == ("101234567890", "10123456789")
    assert (first["source_seq"], first["source_partition"]) == (42, "27F1")
    assert first["emitted_at"] == "2024-01-01T07:00:05+07:00"
    # Two numbers of one declaration: occurrences count within the declaration.
    assert (second["declaration_key"], second["occurrence_no"]) == ("10123456789", 2)
    assert second["source_seq"] == "x"
    assert "emitted_at" not in second
    assert "source_partition" not in second


def test_the_documented_example_gives_events_that_are_accepted(tmp_path: Path) -> None:
    mapping = load_mapping(ROOT / "mappings/office-journal.yaml", hash_key=b"k" * 32)
    header = (
        "ma_dong;so_to_khai;nghiep_vu;thoi_diem;trang_thai;chi_cuc;so_thu_tu;"
        "loai;ma_loai_hinh;luong;ket_qua;ma_so_thue;can_bo"
    )
    journal = [
        "1;101234567890;Tiếp nhận tờ khai;05/02/2024 08:00;xong;27F1;1;N;A11-2;;;2800001;cb1",
        "2;101234567890;Phân luồng tự động;05/02/2024 08:01;xong;27F1;2;N;A11-2;Vàng;;2800001;cb1",
        "3;101234567890;Kiểm tra hồ sơ;05/02/2024 09:00;xong;27F1;3;N;A11-2;;Đạt;2800001;cb1",
        "4;101234567890;Kiểm tra hồ sơ;05/02/2024 09:30;nháp;27F1;4;N;A11-2;;;2800001;cb1",
        "5;101234567890;Quyết định;05/02/2024 10:00;xong;27F1;5;N;A11-2;;Thông quan;2800001;cb1",
    ]
    path = tmp_path / "journal.csv"
    path.write_text("\n".join([header, *journal]) + "\n", encoding="utf-8")
    source = open_source(path, mapping)
    events = [decode_event(record.value) for record in source]
    assert [e.event_type for e in events if isinstance(e, Event)] == [
        "REGISTERED",
        "CHANNEL_ASSIGNED",
        "DOC_CHECK_STARTED",
        "DOC_CHECK_COMPLETED",
        "CLEARED",
    ]
    first, second = events[0], events[1]
    assert isinstance(first, Event)
    assert isinstance(second, Event)
    assert (first.attrs.direction, first.attrs.office, first.attrs.kind) == ("import", "27F1", "A11")
    assert (first.declaration_key, first.clock, first.precision) == ("10123456789", "SYSTEM", "minute")
    assert second.attrs.channel == 2
    assert source.filtered == 1
