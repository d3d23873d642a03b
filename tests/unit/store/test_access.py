"""The SQL of roles and users: what stands in it, and what never does."""

from __future__ import annotations

import re
from hashlib import sha256

import pytest

from streams.store.access import (
    BOARD_LIMITS,
    BOARD_ROLE,
    READER_ROLE,
    TABLES,
    WRITER_ROLE,
    AccessError,
    reader_rights,
    roles,
    user,
    writer_rights,
)


def test_readers_are_granted_views_only() -> None:
    grants = reader_rights(["events", "windows"])
    assert grants == [
        "SELECT ON release_monitor.events",
        "SELECT ON release_monitor.windows",
    ]


def test_the_writer_may_insert_and_select_and_nothing_else() -> None:
    words = {word for grant in writer_rights(["events"]) for word in grant.split(" ON ")[0].split(", ")}
    assert words == {"INSERT", "SELECT", "SYSTEM VIEWS"}
    assert "INSERT" not in TABLES["schema_migrations"]


def test_roles_have_what_they_are_given_and_never_nothing_in_between() -> None:
    statements = roles(["events"])
    for role in (WRITER_ROLE, READER_ROLE, BOARD_ROLE):
        made = statements.index(f"CREATE ROLE IF NOT EXISTS {role}")
        assert statements[made + 1].endswith(f" TO {role} WITH REPLACE OPTION")
    assert not [one for one in statements if one.startswith("REVOKE")]


def test_readers_set_nothing_and_boards_only_their_limits_and_only_lower() -> None:
    reader, board = (one for one in roles(["events"]) if one.startswith("CREATE SETTINGS PROFILE"))
    assert "readonly = 1" in reader
    assert " MAX " not in reader
    assert board.endswith(f" TO {BOARD_ROLE}")
    said = re.findall(r"(\w+) = (\d+) MIN 1 MAX (\d+)", board)
    assert {name: int(most) for name, _, most in said} == BOARD_LIMITS
    assert all(value == most for _, value, most in said)


def test_no_password_stands_in_the_sql_only_a_salted_hash_of_it() -> None:
    text = "\n".join(user("anna", READER_ROLE, "Bí mật 1"))
    assert "Bí mật" not in text
    found = re.search(r"BY '(\w{64})' SALT '(\w{32})'", text)
    assert found is not None
    assert found[1] == sha256(("Bí mật 1" + found[2]).encode()).hexdigest()
    assert user("anna", READER_ROLE, "Bí mật 1") != user("anna", READER_ROLE, "Bí mật 1")


@pytest.mark.parametrize(("name", "password"), [("anna'; DROP", "x"), ("", "x"), ("1a", "x"), ("anna", "")])
def test_a_strange_name_or_no_password_is_refused(name: str, password: str) -> None:
    with pytest.raises(AccessError):
        user(name, READER_ROLE, password)
