"""The files of migrations: their order, their statements, their ways back."""

from __future__ import annotations

from pathlib import Path

from streams.store.migration_files import read_migrations, schema_dir, statements_of, way_back


def test_statements_end_with_a_semicolon_at_the_end_of_a_line() -> None:
    text = "-- a comment; with a semicolon;\nSELECT ';', 1;\n\nSELECT\n-- why\n    2;\n\nSELECT 3\n"
    assert statements_of(text) == ("SELECT ';', 1", "SELECT\n\n    2", "SELECT 3")


def test_a_way_back_names_what_it_loses() -> None:
    back = way_back("-- Takes back.\n-- loses: one_table, other\nDROP TABLE one_table;\n")
    assert back.loses == ("one_table", "other")
    assert back.statements == ("DROP TABLE one_table",)
    assert way_back("-- it loses: nothing\nSELECT 1;\n").loses == ()


def test_files_are_read_by_number_each_with_its_way_back(tmp_path: Path) -> None:
    for name, text in (
        ("0002_second.sql", "SELECT 2;\n"),
        ("0001_first.sql", "SELECT 1;\n"),
        ("0001_first.down.sql", "SELECT -1;\n"),
    ):
        (tmp_path / name).write_text(text)
    first, second = read_migrations(tmp_path)
    assert (first.number, first.name, first.statements) == (1, "0001_first", ("SELECT 1",))
    assert first.down is not None
    assert first.down.statements == ("SELECT -1",)
    assert first.checksum != first.down.checksum
    assert second.down is None


def test_every_migration_of_ours_has_a_way_back() -> None:
    found = read_migrations(schema_dir() / "clickhouse")
    assert [one.name for one in found if one.down is None] == []
    assert len({one.number for one in found}) == len(found)
