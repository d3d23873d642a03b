"""Files of outcomes: every row is an outcome or a refusal with its place, and a wrong header is said at once."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path

import pytest

from streams.adapters.outcome_files import OutcomeFile
from streams.adapters.record import SourceError
from streams.core.event import Rejected
from streams.core.outcome import MAX_OUTCOME_BYTES, Outcome

HEADER = "outcome_id,source,occurred_on,office,kind,revision,count,amount_vnd"


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(path: Path) -> list[Outcome | Rejected]:
    return list(OutcomeFile(path))


def test_a_csv_row_is_the_outcome_that_its_json_is(tmp_path: Path) -> None:
    row = "QĐ-1,sổ XLVP,2026-03-05,27F1,fine,2,3,12500000.5"
    content = dict(zip(HEADER.split(","), row.split(","), strict=True))
    line = json.dumps({**content, "revision": 2, "count": 3, "amount_vnd": 12500000.5})
    (told,) = read(written(tmp_path, "a.csv", f"{HEADER}\n{row}\n"))
    assert read(written(tmp_path, "a.jsonl", f"{line}\n")) == [told]
    assert isinstance(told, Outcome)
    assert (told.occurred_on, told.amount_vnd) == (dt.date(2026, 3, 5), Decimal("12500000.50"))


def test_an_empty_cell_says_nothing(tmp_path: Path) -> None:
    (told,) = read(written(tmp_path, "a.csv", f"{HEADER}\n1,s,2026-03-05,27F1,fine,,,\n"))
    assert isinstance(told, Outcome)
    assert (told.revision, told.count, told.amount_vnd) == (0, 1, None)


def test_what_spreadsheets_write_around_the_rows_is_no_content(tmp_path: Path) -> None:
    rows = f'\ufeff{HEADER}\r\n"1",s,2026-03-05,27F1,fine,0,1,5\r\n\r\n2,s,2026-03-05,27F1,fine,0,1,5'
    assert [one.outcome_id for one in read(written(tmp_path, "A.CSV", rows)) if isinstance(one, Outcome)] == [
        "1",
        "2",
    ]


@pytest.mark.parametrize(
    ("row", "reason", "kept"),
    [
        ("1,s,2026-03-05,27F1,fine,0,x,5", "wrong_type", '"count":"x"'),
        ("1,s,2026-03-05,27F1,fine,0,01,5", "wrong_type", '"count":"01"'),
        ('1,s,2026-03-05,27F1,fine,0,1,"1,5"', "wrong_type", '"amount_vnd":"1,5"'),
        ("1,s,05/03/2026,27F1,fine,0,1,5", "invalid_time", '"occurred_on":"05/03/2026"'),
        (",s,2026-03-05,27F1,fine,0,1,5", "missing_field", '"revision":0,"source"'),
        ("1,s,2026-03-05,27F1", "broken_json", "1,s,2026-03-05,27F1"),
        ('1,s,2026-03-05,27F1,fine,0,1,"5"5', "broken_json", None),
        (f"{'x' * MAX_OUTCOME_BYTES},s,2026-03-05,27F1,fine,0,1,5", "oversized", None),
        (f"{'é' * 9000},s,2026-03-05,27F1,fine,0,1,5", "oversized", None),
    ],
)
def test_a_bad_row_is_refused_with_its_place_and_reading_goes_on(
    tmp_path: Path, row: str, reason: str, kept: str | None
) -> None:
    good = "2,s,2026-03-05,27F1,fine,0,1,5"
    first, refused, last = read(written(tmp_path, "a.csv", f"{HEADER}\n{good}\n{row}\n{good}\n"))
    assert first == last
    assert isinstance(refused, Rejected)
    assert (refused.reason, refused.offset) == (reason, 2)
    assert kept is None or kept in refused.payload.decode()
    assert len(refused.payload) <= MAX_OUTCOME_BYTES + 1


def test_bytes_that_are_no_utf_8_are_kept(tmp_path: Path) -> None:
    content = HEADER.encode() + b"\n1,\xff,2026-03-05,27F1,fine,0,1,5\n"
    (refused,) = read(written(tmp_path, "a.csv", content))
    assert isinstance(refused, Rejected)
    assert refused.payload == b"1,\xff,2026-03-05,27F1,fine,0,1,5"


def test_lines_are_numbered_and_long_ones_cut(tmp_path: Path) -> None:
    good = '{"outcome_id":"1","source":"s","occurred_on":"2026-03-05","office":"27F1","kind":"fine"}'
    told = read(written(tmp_path, "a.jsonl", f"{good}\r\n\n{{\n{'x' * 50_000}\n{good}"))
    assert [one.offset for one in told if isinstance(one, Rejected)] == [3, 4]
    assert [one.reason for one in told if isinstance(one, Rejected)] == ["broken_json", "oversized"]
    assert max(len(one.payload) for one in told if isinstance(one, Rejected)) == MAX_OUTCOME_BYTES + 1
    assert told[0] == told[-1]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "", "there is no header row"),
        ("a.csv", HEADER.replace("office", "offic") + "\n", "no column 'office'"),
        ("a.csv", HEADER + ",amout\n", "'amout' is no column of outcomes; they are outcome_id, source,"),
        ("a.csv", HEADER.replace(",", ";") + "\n", "no column "),
        ("a.csv", HEADER + ",count\n", "the header has the column 'count' twice"),
        ("a.txt", "", "only .csv and .jsonl are read"),
    ],
)
def test_what_is_wrong_with_the_file_is_said_at_once(
    tmp_path: Path, name: str, content: str, message: str
) -> None:
    path = written(tmp_path, name, content)
    with pytest.raises(SourceError, match=message) as caught:
        OutcomeFile(path)
    assert str(caught.value).startswith(f"{path}: ")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"none\.csv: No such file"):
        OutcomeFile(tmp_path / "none.csv")


def test_it_says_how_far_it_is(tmp_path: Path) -> None:
    file = OutcomeFile(written(tmp_path, "a.csv", f"{HEADER}\n1,s,2026-03-05,27F1,fine,0,1,5\n"))
    assert len(list(file)) == len(list(file)) == 1
    assert file.bytes_read == file.bytes_total
