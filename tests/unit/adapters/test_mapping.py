"""Mapping files: what is wrong with one is said in one line with its place, before any log is read."""

import re
import typing
from collections.abc import Callable
from pathlib import Path

import pytest

from streams.adapters import spec
from streams.adapters.mapping import Mapping, MappingError, load_mapping
from streams.core import decode

Make = Callable[..., Mapping]
ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("extra", "changes", "message"),
    [
        ("colour: red\n", {}, "top level: Object contains unknown field `colour`"),
        ("attrs: {chanel: {constant: 2}}\n", {}, "attrs: Object contains unknown field `chanel`"),
        ("attrs: {office: {column: 7}}\n", {}, "attrs.office.column: Expected `str | null`, got `int` (put it in"),
        ("attrs: {office: {values: {a: b}}}\n", {}, "attrs.office: give either a constant or a column"),
        ("attrs: {office: {column: a, constant: b}}\n", {}, "attrs.office: give either a constant or a column"),
        ("attrs: {office: {constant: 27F1, default: b}}\n", {}, "attrs.office: a constant goes alone"),
        ("attrs: {office: {column: a, otherwise: drop}}\n", {}, "attrs.office: otherwise: drop goes with values"),
        ("attrs: {channel: {constant: 7}}\n", {}, "attrs.channel: every such event would be rejected: Inv"),
        ("attrs: {channel: {column: a, values: {x: red}}}\n", {}, "attrs.channel: every such event would be rejected"),
        ("attrs: {direction: {column: a, default: in}}\n", {}, "attrs.direction: every such event would be rejected"),
        ("attrs: {officer_hash: {column: who}}\n", {}, "attrs.officer_hash: stands for a person"),
        ("attrs: {trader_hash: {column: who, personal: hash}}\n", {}, "attrs.trader_hash: column 'who' holds personal"),
        ("attrs: {trader_hash: {constant: 7}}\n", {}, "attrs.trader_hash:"),
        ("source_seq: {column: n, first: 0}\n", {}, "source_seq.first: Expected `int` >= 1"),
        ("lifecycle: {column: l, keep: []}\n", {}, "lifecycle.keep: Expected `array` of length >= 1"),
        ("csv: {delimiter: ab}\n", {}, "csv.delimiter: Invalid enum value 'ab'"),
        ("", {"mapping": "2"}, "mapping: Invalid enum value 2"),
        ("", {"source": "MOON"}, "source: Invalid enum value 'MOON'"),
        ("", {"case": "[a]"}, "case: Expected `str`, got `array`"),
        ("", {"time": "{column: t, zone: Mars/Base}"}, "time: zone 'Mars/Base' is neither"),
        ("", {"time": "{column: t, zone: ../../etc/passwd}"}, "time: zone '../../etc/passwd' is neither"),
        ("", {"time": "{column: t, format: rfc}"}, "time: format 'rfc' is neither iso nor a strptime format"),
        ("", {"time": '{column: t, format: "%Q"}'}, "time: format '%Q'"),
        ("emitted_at: {column: t, zone: x}\n", {}, "emitted_at: zone 'x' is neither"),
        ("  - when: {activity: x}\n    emit: [{type: REGISTRED}]\n", {}, "events[3].emit[0].type: 'REGISTRED' is no"),
        ("  - when: {activity: x}\n    emit: [{type: REGISTRED}]\n", {}, "; is it REGISTERED?"),
        ("  - when: {activity: x}\n    emit: []\n", {}, "events[3].emit: Expected `array` of length >= 1"),
        ("  - when: {}\n    emit: [{type: CLEARED}]\n", {}, "events[3].when: give an activity or a condition"),
        ("  - when: {activity: {}}\n    emit: [{type: CLEARED}]\n", {}, "events[3].when.activity: give exactly one of"),
        ("  - when: {activity: {is: a, prefix: b}}\n    emit: [{type: CLEARED}]\n", {}, "there is is and prefix"),
        ("  - when: {activity: {regex: '('}}\n    emit: [{type: CLEARED}]\n", {}, "events[3].when.activity: regex '('"),
        ("  - when: {where: [{column: a}]}\n    emit: [{type: CLEARED}]\n", {}, "events[3].when.where[0]: give"),
        ("  - when: {activity: x}\n    emit: [{type: CLEARED, actor: ME}]\n", {}, "events[3].emit[0].actor: Inv"),
        ('attrs: {team: {constant: "\\uD800"}}\n', {}, "attrs.team: not writable as JSON"),
        ("source: SIM\n", {}, "line 14, column 1: the key 'source' is given twice"),
        ("attrs: &a {office: {constant: A}}\nx: *a\n", {}, "anchors and aliases are not used here"),
        ("x: [\n", {}, "line 15, column 1: "),
        ("x: \x00", {}, "not readable as YAML"),
        ("x: !!python/object:os.system {}\n", {}, "could not determine a constructor"),
        ("x: " + "[" * 5000, {}, "nested too deeply"),
        ("x: 2024-02-31\n", {}, "day"),
        ("# " + "x" * 300_000, {}, "is larger than 262144 bytes"),
    ],
)  # fmt: skip
def test_an_error_names_the_file_the_place_and_what_is_wrong(
    make_mapping: Make, extra: str, changes: dict[str, str], message: str
) -> None:
    with pytest.raises(MappingError, match=re.escape(message)) as caught:
        make_mapping(extra, **changes)
    assert str(caught.value).split(": ")[0].endswith("mapping.yaml")
    assert "\n" not in str(caught.value)


def test_files_that_are_not_there_or_hold_something_else(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="No such file"):
        load_mapping(tmp_path / "none.yaml")
    (tmp_path / "list.yaml").write_text("- 1\n")
    with pytest.raises(MappingError, match="top level: Expected `object`, got `array`"):
        load_mapping(tmp_path / "list.yaml")
    (tmp_path / "empty.yaml").write_text("")
    with pytest.raises(MappingError, match="top level: Expected `object`, got `null`"):
        load_mapping(tmp_path / "empty.yaml")
    (tmp_path / "latin.yaml").write_bytes(b"a: \xe9\n")
    with pytest.raises(MappingError, match="not readable as YAML"):
        load_mapping(tmp_path / "latin.yaml")


def test_short_keys_are_refused_and_keys_are_never_shown(make_mapping: Make) -> None:
    extra = "attrs: {trader_hash: {column: who, personal: hash}}\n"
    with pytest.raises(MappingError, match="less than 16 bytes") as caught:
        make_mapping(extra, hash_key=b"secret")
    mapping = make_mapping(extra, hash_key=b"secret" * 4)
    assert "secret" not in f"{caught.value}{mapping!r}{vars(mapping)}"


def test_columns_are_those_that_are_read(make_mapping: Make) -> None:
    mapping = make_mapping(
        "  - when: {where: [{column: w, is: x, optional: true}]}\n"
        "    emit: [{type: CANCELLED, attrs: {kind: {column: k}}}]\n"
        "attrs:\n"
        "  kind: {column: k, optional: true}\n"
        "  office: {column: o, optional: true}\n"
        "  team: {column: p, personal: drop}\n"
    )
    assert mapping.needed == {"case:concept:name", "concept:name", "time:timestamp", "w", "k", "o"}
    assert mapping.optional == {"w", "o"}


def test_the_words_of_the_format_are_those_of_the_decoder() -> None:
    fields = typing.get_type_hints(decode._Wire)
    assert fields["source"] == spec.Source
    assert fields["occurred_precision"] == spec.Precision
    assert fields["clock"] == spec.Clock
    assert fields["actor"] == spec.Actor | None
    known = set(decode._WireAttrs.__struct_fields__) | {"priority", "oga"}
    assert set(spec.AttrsSpec.__struct_fields__) == known


@pytest.mark.parametrize("path", sorted((ROOT / "mappings").glob("*.yaml")), ids=lambda path: path.name)
def test_every_mapping_that_is_delivered_loads(path: Path) -> None:
    assert load_mapping(path, hash_key=b"k" * 32).needed


def test_the_documented_example_is_the_delivered_one() -> None:
    page = (ROOT / "docs/reference/mapping.md").read_text(encoding="utf-8")
    assert (ROOT / "mappings/office-journal.yaml").read_text(encoding="utf-8") in page
