"""Reference files: what is wrong with one is said in one line with its place, and the ones we deliver are right."""

# ruff: noqa: E501  a case is a line

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import get_args

import pytest

from stores import REPOSITORY, release_monitor
from streams.core.reference import Reference
from streams.reference import ReferenceFileError, load_reference, spec
from streams.reference.load import SHIPPED

HEAD = """reference: 1
defaults: {calendar: plain, zone: Asia/Ho_Chi_Minh}
"""
PLAIN = """calendars:
  - {name: plain, hours: {mon-fri: [07:30-11:30, 13:00-17:00]}, holidays: VN}
"""
OFFICE = """offices:
  - {code: 27F1, name: {vi: Một, en: One}}
"""
NAMED = "name: {vi: a, en: b}"


def calendars(*entries: str) -> str:
    return HEAD + "calendars:\n" + "".join(f"  - {{{entry}}}\n" for entry in entries)


def offices(*entries: str) -> str:
    return HEAD + PLAIN + "offices:\n" + "".join(f"  - {{{entry}}}\n" for entry in entries)


def hours(text: str) -> str:
    return calendars(f"name: plain, hours: {{{text}}}")


def override(*texts: str) -> str:
    return offices(f"code: 27F1, {NAMED}, overrides: [{', '.join(f'{{{text}}}' for text in texts)}]")


def targets(*entries: str) -> str:
    return HEAD + PLAIN + OFFICE + "targets:\n" + "".join(f"  - {{{entry}}}\n" for entry in entries)


def scope(*entries: str) -> str:
    return HEAD + PLAIN + "scope:\n" + "".join(f"  - {{{entry}}}\n" for entry in entries)


def stage_limits(*entries: str) -> str:
    return HEAD + PLAIN + OFFICE + "stage_limits:\n" + "".join(f"  - {{{entry}}}\n" for entry in entries)


def feed(*entries: str) -> str:
    return HEAD + PLAIN + OFFICE + "feed:\n" + "".join(f"  - {{{entry}}}\n" for entry in entries)


def yearly(*entries: str) -> str:
    return HEAD + PLAIN + OFFICE + "yearly_targets:\n" + "".join(f"  - {{{entry}}}\n" for entry in entries)


WRONG = [
    # What is no reference file at all.
    ("", "top level: Expected `object`, got `null`"),
    ("[1]", "top level: Expected `object`, got `array`"),
    ("x: [", "line 1, column 5: "),
    ("reference: 1\nreference: 1\n", "line 2, column 1: the key 'reference' is given twice"),
    (HEAD + "x: &a 1\ny: *a\n", "anchors and aliases are not used here"),
    (HEAD.replace("1", "2") + PLAIN, "reference: 2 is not one of 1"),
    (HEAD, "top level: the key 'calendars' is missing"),
    (HEAD + "calendars: []\n", "calendars: Expected `array` of length >= 1"),
    # Keys and values.
    (HEAD + PLAIN + "officers: []\n", "top level: unknown key 'officers'; the keys here are reference, defaults, "),
    (offices(f"code: 27F1, {NAMED}, zon: x"), "offices[0]: unknown key 'zon'; the keys here are valid_from, valid_to,"),
    (offices("code: 27F1"), "offices[0]: the key 'name' is missing"),
    (offices("code: 27F1, name: {vi: a}"), "offices[0].name: the key 'en' is missing"),
    (offices("code: 27F1, name: {vi: '', en: b}"), "offices[0].name.vi: Expected `str` of length >= 1, there is ''"),
    (offices(f"code: 2701, {NAMED}"), "offices[0].code: Expected `str`, got `int`, there is 2701; put it in quotes"),
    (offices(f"code: 27f1, {NAMED}"), "offices[0].code: Expected `str` matching regex '^[0-9A-Z]{4}\\\\Z', there is '27f1'"),
    (offices(f"code: 27F1, {NAMED}, valid_from: 2024-13-01"), "not readable as YAML: month must be in 1..12"),
    (offices(f"code: 27F1, {NAMED}, valid_from: soon"), "offices[0].valid_from: Invalid RFC3339 encoded date, there is 'soon'"),
    (offices(f"code: 27F1, {NAMED}, valid_from: 2024-01-01 07:00:00"), "offices[0].valid_from: Expected `date"),
    (override("hours: {mon: []}, always: maybe"), "offices[0].overrides[0].always: Expected `bool`, got `str`, there is 'maybe'"),
    # Names that lead nowhere.
    (HEAD.replace("plain", "plan") + PLAIN, "defaults.calendar: 'plan' is no calendar: there is plain; is it plain?"),
    (HEAD.replace("Asia/Ho_Chi_Minh", "Asia/Hanoi") + PLAIN, "defaults.zone: 'Asia/Hanoi' is no time zone of the IANA"),
    (HEAD.replace("Asia/Ho_Chi_Minh", "../../etc/passwd") + PLAIN, "defaults.zone: '../../etc/passwd' is no time zone"),
    (HEAD.replace("Asia/Ho_Chi_Minh", "Asia") + PLAIN, "defaults.zone: 'Asia' is no time zone"),
    (offices(f"code: 27F1, {NAMED}, zone: UTC+7"), "offices[0].zone: 'UTC+7' is no time zone"),
    (offices(f"code: 27F1, {NAMED}, calendar: gate"), "offices[0].calendar: 'gate' is no calendar: there is plain"),
    (offices(f"code: 27F1, {NAMED}, department: 27ZZ"), "offices[0].department: '27ZZ' is no office of this file: there is 27F1"),
    (offices(f"code: 27F1, {NAMED}, predecessor: 27F1"), "offices[0].predecessor: 27F1 is this office itself"),
    (targets("interval: DOC_LIMT, clock: working, limit: 2 h"), "targets[0].interval: 'DOC_LIMT' is no interval: there is REG_REL, DOC_REL,"),
    (targets("interval: DOC_LIMT, clock: working, limit: 2 h"), "; is it DOC_LIMIT?"),
    (targets("interval: INSP, clock: office, limit: 2 h"), "targets[0].clock: 'office' is not one of elapsed, working"),
    (targets("interval: INSP, clock: working, limit: 2 h, office: 27F2"), "targets[0].office: '27F2' is no office of this file: there is 27F1"),
    (targets("interval: INSP, clock: working, limit: 2 h, channel: 4"), "targets[0].channel: 4 is not one of 1, 2, 3"),
    (targets("interval: INSP, clock: working, limit: 2 h, direction: in"), "targets[0].direction: 'in' is not one of import, export"),
    # Hours.
    (hours("mon: [07:30-11:30], noon: []"), "calendars[0].hours.noon: 'noon' is no day of the week: write one of mon, tue,"),
    (hours("fri-noon: []"), "calendars[0].hours.fri-noon: 'fri-noon' is no day of the week"),
    (hours("1: []"), "calendars[0].hours.1: 1 is no day of the week"),
    (hours("fri-mon: []"), "calendars[0].hours.fri-mon: the range 'fri-mon' runs backwards: the week begins with mon"),
    (hours("mon-fri: [07:30-11:30], wed: []"), "calendars[0].hours.wed: the hours of wed are given twice"),
    (hours("mon: 07:30-11:30"), "calendars[0].hours.mon: '07:30-11:30' is no list of spans such as"),
    (hours("mon: [7:30-11:30]"), "calendars[0].hours.mon[0]: '7:30-11:30' is no span such as 07:30-11:30"),
    (hours("mon: [07:30-11:60]"), "calendars[0].hours.mon[0]: '07:30-11:60' is no span"),
    (hours("mon: [07:30-24:01]"), "calendars[0].hours.mon[0]: '07:30-24:01' is no span"),
    (hours("mon: [7]"), "calendars[0].hours.mon[0]: 7 is no span"),
    (hours("mon: [07:30-11:30, 17:00-13:00]"), "calendars[0].hours.mon[1]: '17:00-13:00' runs backwards; work past midnight"),
    (hours("mon: [07:30-07:30]"), "calendars[0].hours.mon[0]: '07:30-07:30' runs backwards"),
    (hours("mon: [07:30-11:30, 11:00-12:00]"), "calendars[0].hours.mon[1]: '11:00-12:00' begins before '07:30-11:30' ends"),
    (hours("mon: [13:00-17:00, 07:30-11:30]"), "calendars[0].hours.mon[1]: '07:30-11:30' begins before '13:00-17:00' ends"),
    (hours(""), "calendars[0].hours: no day of the week has working hours"),
    (hours("mon-sun: []"), "calendars[0].hours: no day of the week has working hours"),
    (override("hours: {}"), "offices[0].overrides[0].hours: names no day of the week; mon-sun: [] closes the office"),
    (override("hours: {mon-fri: []}"), "offices[0].overrides[0]: closes the office for ever: give it a valid_to"),
    # Holidays.
    (calendars("name: plain, hours: {mon: [08:00-12:00]}, holidays: XX"), "calendars[0].holidays: 'XX' is no country of the library"),
    (calendars("name: plain, hours: {mon: [08:00-12:00]}, holidays: HolidayBase"), "calendars[0].holidays: 'HolidayBase' is no country"),
    (
        calendars(
            "name: plain, hours: {mon: [08:00-12:00]}, valid_to: 2149-12-31, holidays: VN",
            "name: plain, hours: {mon: [08:00-12:00]}, valid_from: 2150-01-01",
        ),
        "calendars[0].holidays: there are no holidays of VN for 2149: the library has 1901 to 2100",
    ),
    (
        calendars("name: plain, hours: {mon: [08:00-12:00]}, days_off: [2026-01-02], working_days: [2026-01-02]"),
        "calendars[0].working_days: 2026-01-02 is in days_off, too",
    ),
    (
        calendars(
            "name: plain, hours: {mon: [08:00-12:00]}, valid_to: 2025-12-31, days_off: [2025-06-01, 2026-01-02]",
            "name: plain, hours: {mon: [08:00-12:00]}, valid_from: 2026-01-01",
        ),
        "calendars[0].days_off[1]: 2026-01-02 lies outside the validity, which is until 2025-12-31",
    ),
    # Validity.
    (calendars("name: plain, hours: {mon: [08:00-12:00]}, valid_from: 2025-01-01"), "calendars[0]: the calendar 'plain' says nothing of the days until 2024-12-31"),
    (calendars("name: plain, hours: {mon: [08:00-12:00]}, valid_to: 2025-01-01"), "calendars[0]: the calendar 'plain' says nothing of the days from 2025-01-02 on: leave valid_to away"),
    (
        calendars(
            "name: plain, hours: {mon: [08:00-12:00]}, valid_from: 2025-02-01",
            "name: plain, hours: {mon: [08:00-12:00]}, valid_to: 2024-12-31",
        ),
        "calendars[0]: the calendar 'plain' says nothing of the days from 2025-01-01 to 2025-01-31",
    ),
    (
        calendars("name: plain, hours: {mon: [08:00-12:00]}", "name: plain, hours: {mon: [08:00-12:00]}"),
        "calendars[1]: there is a calendar of this name already, valid at any time, in calendars[0]; valid_from and",
    ),
    (offices(f"code: 27F1, {NAMED}", f"code: 27F1, {NAMED}"), "offices[1]: there is an office of this code already, valid at any time, in offices[0]"),
    (
        offices(f"code: 27F1, {NAMED}, valid_to: 2025-03-15", f"code: 27F1, {NAMED}, valid_from: 2025-03-15"),
        "offices[1]: there is an office of this code already, valid from 2025-03-15 to 2025-03-15, in offices[0]",
    ),
    (
        offices(f"code: 27F1, {NAMED}, valid_from: 2025-03-15, valid_to: 2025-03-14"),
        "offices[0]: valid_to 2025-03-14 is before valid_from 2025-03-15",
    ),
    (
        offices(f"code: 27F1, {NAMED}, valid_to: 2025-03-14", f"code: 27F1, {NAMED}, valid_from: 2025-03-15, zone: Asia/Tokyo"),
        "offices[1].zone: 'Asia/Tokyo' differs from 'Asia/Ho_Chi_Minh', said of this office before",
    ),
    (override("hours: {sat: []}, valid_from: 2025-01-02, valid_to: 2025-01-01"), "offices[0].overrides[0]: valid_to 2025-01-01 is before"),
    (
        override("hours: {sat: []}, valid_from: 2025-01-02", "hours: {sun: []}, valid_to: 2025-01-02"),
        "offices[0].overrides[1]: an override is valid already, valid from 2025-01-02 to 2025-01-02, in offices[0].overrides[0]",
    ),
    (
        targets("interval: INSP, clock: working, limit: 8 h", "interval: INSP, clock: elapsed, limit: 9 h, valid_to: 2020-01-01"),
        "targets[1]: there is a target for the same already, valid until 2020-01-01, in targets[0]",
    ),
    (targets("interval: INSP, clock: working, limit: 8 h, valid_from: 2025-01-02, valid_to: 2025-01-01"), "targets[0]: valid_to 2025-01-01"),
    (scope("excluded_kinds: [H11]", "excluded_kinds: [H21], valid_from: 2020-01-01"), "scope[1]: a scope is valid already, valid from 2020-01-01 on, in scope[0]"),
    (scope("excluded_kinds: [H11], valid_from: 2025-01-02, valid_to: 2025-01-01"), "scope[0]: valid_to 2025-01-01 is before valid_from"),
    (scope("excluded_kinds: [h11]"), "scope[0].excluded_kinds[0]: Expected `str` matching regex"),
    (scope("excluded_message_prefixes: ['']"), "scope[0].excluded_message_prefixes[0]: Expected `str` of length >= 1"),
    # Statistics, limits of stages and silences.
    (targets("interval: INSP, clock: working, limit: 8 h, statistic: mean"), "targets[0].statistic: 'mean' is no statistic: write p50 to p99, such as p95"),
    (targets("interval: INSP, clock: working, limit: 8 h, statistic: p100"), "targets[0].statistic: 'p100' is no statistic"),
    (stage_limits("stage: storage, clock: working, limit: 8 h"), "stage_limits[0].stage: 'storage' is not one of registered, dossier, document_check,"),
    (stage_limits("stage: payment, clock: office, limit: 8 h"), "stage_limits[0].clock: 'office' is not one of elapsed, working"),
    (stage_limits("stage: payment, clock: working, limit: 8"), "stage_limits[0].limit: Expected `str`, got `int`, there is 8; put it in quotes"),
    (stage_limits("stage: payment, clock: working, limit: 2 d"), "stage_limits[0].limit: '2 d' is no length"),
    (stage_limits("stage: payment, clock: working, limit: 8 h, waiting_on: port"), "stage_limits[0].waiting_on: 'port' is not one of customs, declarant, oga, bank"),
    (stage_limits("stage: payment, clock: working, limit: 8 h, office: 27F2"), "stage_limits[0].office: '27F2' is no office of this file: there is 27F1"),
    (
        stage_limits("stage: payment, clock: working, limit: 8 h", "stage: payment, clock: elapsed, limit: 9 h, valid_to: 2020-01-01"),
        "stage_limits[1]: there is a limit for the same already, valid until 2020-01-01, in stage_limits[0]",
    ),
    (feed("office: 27F1"), "feed[0]: the key 'silence' is missing"),
    (feed("silence: often"), "feed[0].silence: 'often' is no length"),
    (feed("silence: 1 h, office: 27F2"), "feed[0].office: '27F2' is no office of this file: there is 27F1"),
    (feed("silence: 1 h", "silence: 2 h, valid_from: 2025-01-01"), "feed[1]: there is a silence for the same already, valid from 2025-01-01 on, in feed[0]"),
    # Targets of a year.
    (yearly("measure: declarations, value: 5"), "yearly_targets[0]: the key 'year' is missing"),
    (yearly("year: 2026, measure: revenue, value: 5"), "yearly_targets[0].measure: 'revenue' is not one of declarations, turnover_usd, revenue_vnd"),
    (yearly("year: 26, measure: declarations, value: 5"), "yearly_targets[0].year: Expected `int` >= 1970, there is 26"),
    (yearly("year: 2026, measure: declarations, value: 0"), "yearly_targets[0].value: Expected `int` >= 1, there is 0"),
    (yearly("year: 2026, measure: declarations, value: 13.5"), "yearly_targets[0].value: Expected `int`, got `float`, there is 13.5"),
    (yearly("year: 2026, measure: declarations, value: 5, office: 27F2"), "yearly_targets[0].office: '27F2' is no office of this file: there is 27F1"),
    (
        yearly("year: 2026, measure: declarations, value: 5, office: 27F1", "year: 2026, measure: declarations, value: 6, office: 27F1"),
        "yearly_targets[1]: there is a target of 2026 for the same already, in yearly_targets[0]",
    ),
    # Lengths.
    (targets("interval: INSP, clock: working, limit: 8"), "targets[0].limit: Expected `str`, got `int`, there is 8; put it in quotes"),
    (targets("interval: INSP, clock: working, limit: '8'"), "targets[0].limit: '8' is no length such as 2 h, 1 h 30 min"),
    (targets("interval: INSP, clock: working, limit: 2 d"), "targets[0].limit: '2 d' is no length"),
    (targets("interval: INSP, clock: working, limit: 0 h"), "targets[0].limit: '0 h' is no length"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "message"), WRONG)
def test_an_error_names_the_file_the_place_and_what_is_wrong(
    tmp_path: Path, content: str, message: str
) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ReferenceFileError, match=re.escape(message)) as caught:
        load_reference(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ReferenceFileError, match=r"none\.yaml: No such file or directory"):
        load_reference(tmp_path / "none.yaml")


def test_the_bases_of_these_files_are_right(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(
        targets(
            "interval: INSP, clock: working, limit: 1 h 2 min 3 s",
            "interval: PAY, clock: elapsed, limit: 90min",
        ),
        encoding="utf-8",
    )
    assert [(one.interval, one.clock, one.seconds) for one in load_reference(path).targets] == [
        ("INSP", "working", 3_723),
        ("PAY", "elapsed", 5_400),
    ]


def test_targets_of_a_year_are_read_and_no_row_is_made_anew_for_them(tmp_path: Path) -> None:
    path, without, other = (tmp_path / f"{name}.yaml" for name in ("own", "without", "other"))
    path.write_text(
        yearly(
            "year: 2026, measure: revenue_vnd, value: 13_500_000_000_000",
            "year: 2026, measure: revenue_vnd, value: 4, office: 27F1",
        ),
        encoding="utf-8",
    )
    without.write_text(HEAD + PLAIN + OFFICE, encoding="utf-8")
    other.write_text(HEAD + PLAIN + OFFICE.replace("One", "Two"), encoding="utf-8")
    told = load_reference(path)
    assert [(one.year, one.measure, one.office, one.value) for one in told.yearly_targets] == [
        (2026, "revenue_vnd", None, 13_500_000_000_000),
        (2026, "revenue_vnd", "27F1", 4),
    ]
    assert told.fingerprint == load_reference(without).fingerprint != load_reference(other).fingerprint
    assert load_reference(without).yearly_targets == () == load_reference(None).yearly_targets


def test_limits_are_read_and_of_them_only_those_of_stages_make_rows(tmp_path: Path) -> None:
    def told(name: str, content: str) -> Reference:
        path = tmp_path / f"{name}.yaml"
        path.write_text(content, encoding="utf-8")
        return load_reference(path)

    target = "interval: INSP, clock: working, limit: 8 h"
    plain = told("plain", targets(target))
    strict = told("strict", targets(f"{target}, statistic: p99"))
    longer = told("longer", targets(target.replace("8 h", "9 h")))
    silence = "feed: [{silence: 1 h 30 min}, {silence: 10 min, office: 27F1, valid_from: 2026-01-01}]\n"
    silent = told("silent", targets(target) + silence)
    limited = told(
        "limited", targets(target) + "stage_limits: [{stage: payment, clock: elapsed, limit: 9 h}]\n"
    )
    assert [one.targets[0].percent for one in (plain, strict)] == [95, 99]
    assert plain.fingerprint == strict.fingerprint == silent.fingerprint
    assert len({one.fingerprint for one in (plain, longer, limited)}) == 3

    new_year = int(dt.datetime(2025, 12, 31, 17, tzinfo=dt.UTC).timestamp()) * 1_000_000
    assert silent.silence_limit_of("27F1", new_year) == 600
    assert silent.silence_limit_of("27F1", new_year - 1) == silent.silence_limit_of(None, new_year) == 5_400
    assert plain.silence_limit_of("27F1", new_year) == 7_200
    found = limited.stage_limit_of("payment", "bank", "27F1", new_year)
    assert found is not None
    assert (found.clock, found.seconds) == ("elapsed", 32_400)
    assert limited.stage_limit_of("held", "customs", "27F1", new_year) is None


def test_the_shipped_file_is_that_of_the_domain() -> None:
    shipped = load_reference(None)
    assert set(shipped.offices) == {"27B1", "27F1", "27F2", "27ZZ"}
    assert {(one.interval, one.clock, one.seconds) for one in shipped.targets} == {
        ("DOC_LIMIT", "working", 7_200),
        ("INSP", "working", 28_800),
    }
    limits = {(one.stage, one.waiting_on): (one.clock, one.seconds // 3_600) for one in shipped.stage_limits}
    assert limits["document_check", "customs"] == ("working", 2)
    assert limits["inspection", "customs"] == ("working", 8)
    assert {stage for stage, _ in limits} == set(get_args(spec.OpenStage))
    noon = int(dt.datetime(2026, 3, 2, 5, tzinfo=dt.UTC).timestamp()) * 1_000_000
    for kind in ("H11", "H21", "C11", "C12", "C21", "C22"):
        assert not shipped.scope.covers(kind, False, noon)
    assert shipped.scope.covers("A11", False, noon)
    assert shipped.scope.covers("E62", False, noon)
    assert not shipped.scope.covers("A11", True, noon)
    assert [shipped.scope.is_low_value([code]) for code in ("MIC", "MEC1", "VAD1AG")] == [True, True, False]


def test_shipped_offices_have_other_names_since_2025() -> None:
    shipped = load_reference(None)
    days = [dt.datetime(2025, 3, day, 17, tzinfo=dt.UTC) for day in (13, 14)]  # midnight in Viet Nam follows
    found = [shipped.office_at("27F2", int(day.timestamp()) * 1_000_000) for day in days]
    assert [office and office.name_vi for office in found] == [
        "Chi cục Hải quan cửa khẩu cảng Nghi Sơn",
        "Hải quan cửa khẩu cảng Nghi Sơn",
    ]


def test_the_documented_example_is_right_and_uses_every_key(tmp_path: Path) -> None:
    page = (REPOSITORY / "docs/reference/reference-data.md").read_text(encoding="utf-8")
    example = re.findall(r"^```yaml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)[0]
    path = tmp_path / "own.yaml"
    path.write_text(example, encoding="utf-8")
    told = load_reference(path)
    assert (len(told.offices), len(told.calendars), len(told.targets)) == (3, 2, 4), "as the page says of it"
    keys = {key for kind in vars(spec).values() for key in getattr(kind, "__struct_fields__", ())}
    assert not {key for key in keys if f"{key}:" not in example}


def test_the_page_says_where_the_shipped_file_is() -> None:
    page = (REPOSITORY / "docs/reference/reference-data.md").read_text(encoding="utf-8")
    assert str(SHIPPED.relative_to(REPOSITORY)) in page


@pytest.mark.parametrize("command", ["worker", "local"])
def test_nothing_starts_on_a_wrong_file(command: str, tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(HEAD + PLAIN + "targets: 7\n", encoding="utf-8")
    done = release_monitor(
        command,
        check=False,
        RELEASE_MONITOR_REFERENCE_FILE=str(path),
        RELEASE_MONITOR_DATA_DIR=str(tmp_path / "data"),
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"error: {path}: targets: Expected `array`, got `int`, there is 7\n"
