"""Settings as a person writes them."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from streams.settings import Settings


@pytest.mark.parametrize("name", ["reference_file", "kafka_ssl_ca", "clickhouse_ca"])
def test_an_empty_file_name_is_no_file(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(f"RELEASE_MONITOR_{name.upper()}", "")
    assert getattr(Settings(), name) is None
    monkeypatch.setenv(f"RELEASE_MONITOR_{name.upper()}", "own.yaml")
    assert getattr(Settings(), name) == Path("own.yaml")


@pytest.mark.parametrize("seconds", ["-1", "86401", "99999999999999"])
def test_a_bound_for_disorder_that_leads_out_of_all_years_is_refused(
    seconds: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RELEASE_MONITOR_WATERMARK_BOUND_S", seconds)
    with pytest.raises(ValidationError, match="watermark_bound_s"):
        Settings()


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder of secrets that the settings are told of, with a password in it as editors leave it."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "secrets"
    folder.mkdir()
    (folder / "release_monitor_clickhouse_password").write_text("from a file\n", encoding="utf-8")
    monkeypatch.setenv("RELEASE_MONITOR_SECRETS_DIR", str(folder))
    return folder


def test_a_secret_is_read_from_its_file(secrets: Path) -> None:
    assert Settings().clickhouse_password.get_secret_value() == "from a file"
    assert Settings().kafka_sasl_password.get_secret_value() == ""


def test_a_secret_may_be_a_link_and_its_name_in_capitals(secrets: Path) -> None:
    """As an orchestrator mounts it: the name is a link into a folder that is exchanged as a whole."""
    (secrets / "..data").mkdir()
    (secrets / "..data" / "password").write_text("linked", encoding="utf-8")
    (secrets / "RELEASE_MONITOR_KAFKA_SASL_PASSWORD").symlink_to(secrets / "..data" / "password")
    assert Settings().kafka_sasl_password.get_secret_value() == "linked"


def test_the_environment_and_the_file_env_win_over_secrets(
    secrets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (secrets.parent / ".env").write_text("RELEASE_MONITOR_CLICKHOUSE_PASSWORD=of .env\n", encoding="utf-8")
    assert Settings().clickhouse_password.get_secret_value() == "of .env"
    monkeypatch.setenv("RELEASE_MONITOR_CLICKHOUSE_PASSWORD", "of the environment")
    assert Settings().clickhouse_password.get_secret_value() == "of the environment"


def test_the_file_env_may_name_the_folder_of_secrets(secrets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RELEASE_MONITOR_SECRETS_DIR")
    assert Settings().clickhouse_password.get_secret_value() == ""
    (secrets.parent / ".env").write_text("RELEASE_MONITOR_SECRETS_DIR=secrets\n", encoding="utf-8")
    assert Settings().clickhouse_password.get_secret_value() == "from a file"


@pytest.mark.filterwarnings("error")
def test_a_folder_of_secrets_that_is_not_there_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RELEASE_MONITOR_SECRETS_DIR", str(tmp_path / "none"))
    with pytest.raises(ValidationError, match="none is not a folder"):
        Settings()
    monkeypatch.setenv("RELEASE_MONITOR_SECRETS_DIR", "")
    assert Settings().secrets_dir is None
