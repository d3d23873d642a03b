"""The script that makes secrets: all that the compose file wants, random, kept, and not for others on this machine."""

from __future__ import annotations

import shutil
import stat
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

from compose_model import read
from deployed import COMPOSE, DEPLOY, lines_of
from streams.core.identity import MIN_KEY_BYTES

WANTED = set(read(COMPOSE).secrets)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the script in it."""
    shutil.copy(DEPLOY / "make-secrets.sh", tmp_path)
    return tmp_path


def run(folder: Path) -> list[str]:
    done = subprocess.run(
        ["sh", str(folder / "make-secrets.sh")], cwd="/", capture_output=True, text=True, check=True
    )
    assert not done.stderr
    return done.stdout.splitlines()


def test_it_makes_every_secret_of_the_compose_file_and_prints_none(folder: Path) -> None:
    said = run(folder)
    secrets = {path.name: path.read_text() for path in (folder / "secrets").iterdir()}
    assert secrets.keys() == WANTED | {"clickhouse.env"}
    assert said == [f"made deploy/secrets/{name}" for name in sorted(WANTED)]
    values = [secrets[name] for name in WANTED]
    assert len(set(values)) == len(values)
    for value in values:
        assert len(bytes.fromhex(value)) == 32
    assert len(secrets["hash_key"]) >= MIN_KEY_BYTES


def test_clickhouse_is_told_the_hash_of_the_password_of_the_owner(folder: Path) -> None:
    run(folder)
    password = (folder / "secrets" / "clickhouse_owner_password").read_bytes()
    name = "CLICKHOUSE_OWNER_PASSWORD_SHA256"
    assert lines_of(folder / "secrets" / "clickhouse.env") == {name: sha256(password).hexdigest()}
    users = (DEPLOY / "clickhouse" / "users.d" / "release-monitor.xml").read_text(encoding="utf-8")
    assert f'from_env="{name}"' in users


def test_a_second_run_changes_nothing_but_what_is_missing(folder: Path) -> None:
    run(folder)
    secrets = folder / "secrets"
    before = {path.name: path.read_text() for path in secrets.iterdir()}
    assert run(folder) == []
    assert {path.name: path.read_text() for path in secrets.iterdir()} == before
    (secrets / "hash_key").unlink()
    assert run(folder) == ["made deploy/secrets/hash_key"]


def test_a_password_of_ones_own_is_kept_and_hashed_without_its_line_feed(folder: Path) -> None:
    (folder / "secrets").mkdir()
    (folder / "secrets" / "clickhouse_owner_password").write_text("of my own\n".replace(" ", "-"))
    run(folder)
    (told,) = lines_of(folder / "secrets" / "clickhouse.env").values()
    assert told == sha256(b"of-my-own").hexdigest()


def test_only_the_owner_of_the_folder_gets_in_and_containers_can_read_their_files(folder: Path) -> None:
    run(folder)
    secrets = folder / "secrets"
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o700
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in secrets.iterdir()}
    assert modes.pop("clickhouse.env") == 0o600
    assert set(modes.values()) == {0o444}
