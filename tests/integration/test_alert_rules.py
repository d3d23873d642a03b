"""The rules as Prometheus itself sees them: valid, and each alert fires when it should and not in innocent cases."""

from __future__ import annotations

import os
import re
import subprocess
from collections import Counter

import pytest
import yaml

from alert_cases import backlog, feed, mix, pipeline, stuck, targets, texts
from alert_cases.case import Case
from needed_programs import tool
from streams.alerts.catalogue import ALERTS

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]

CASES: list[Case] = [
    case for part in (targets, stuck, backlog, mix, feed, pipeline, texts) for case in part.CASES
]


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What promtool says of every case, by its file: all of them in one process."""
    folder = tmp_path_factory.mktemp("rules")
    rule_files: dict[str, str] = {}
    for case in CASES:
        rules = yaml.safe_dump(case.rules(), sort_keys=False, allow_unicode=True)
        rule_file = rule_files.setdefault(rules, f"rules-{len(rule_files)}.yml")
        (folder / rule_file).write_text(rules)
        (folder / case.file_name).write_text(case.document(rule_file))
    names = [case.file_name for case in CASES]
    done = subprocess.run(
        [tool("promtool"), "test", "rules", *names],
        cwd=folder,
        env={**os.environ, "GOGC": "400"},  # a fifth faster: less collecting of garbage
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    parts = re.split(r"^Unit Testing:  (.+)\n", done.stdout, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.alert}: {case.name}")
def test_case(case: Case, verdicts: dict[str, str]) -> None:
    assert verdicts[case.file_name].strip() == "SUCCESS", verdicts[case.file_name]


def test_case_files_have_names_of_their_own() -> None:
    assert [name for name, count in Counter(case.file_name for case in CASES).items() if count > 1] == []


def test_every_alert_has_a_case_that_fires_and_an_innocent_one() -> None:
    firing = {case.alert for case in CASES if case.fires}
    innocent = {case.alert for case in CASES if not case.fires}
    assert firing == ALERTS.keys()
    assert innocent == ALERTS.keys()
