"""The SQL of roles and users: what stands in it, and what never does."""

from __future__ import annotations

import re
from hashlib import sha256

import pytest

from streams.store.access import (
    READER_ROLE,
    TABLES,
    WRITER_ROLE,
    AccessError,
    reader_grants,
    roles,
    user,
    writer_grants,
)


def test_readers_are_granted_views_only() -> None:
    grants = reader_grants(["events", "windows"])
    assert grants == [
        f"GRANT SELECT ON release_monitor.events TO {READER_ROLE}",
        f"GRANT SELECT ON release_monitor.windows TO {READER_ROLE}",
    ]


def test_the_writer_may_insert_and_select_and_nothing_else() -> None:
    words = {
        word
        for grant in writer_grants(["events"])
        for word in grant.split(" ON ")[0].removeprefix("GRANT ").split(", ")
    }
    assert words == {"INSERT", "SELECT", "SYSTEM VIEWS"}
    assert "INSERT" not in TABLES["schema_migrations"]


def test_roles_begin_from_nothing_each_time() -> None:
    statements = roles(["events"])
    for role in (WRITER_ROLE, READER_ROLE):
        made, emptied = (
            statements.index(f"CREATE ROLE IF NOT EXISTS {role}"),
            statements.index(f"REVOKE ALL ON *.* FROM {role}"),
        )
        granted = [
            place for place, one in enumerate(statements) if one.startswith("GRANT") and one.endswith(role)
        ]
        assert made < emptied < min(granted)


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
