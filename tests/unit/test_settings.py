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
