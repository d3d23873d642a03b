"""Programs that tests need, as those of Prometheus and Alertmanager, and what it means when they are missing."""

from __future__ import annotations

import os
import shutil
from typing import NoReturn

import pytest


def skip_but_not_in_ci(reason: str) -> NoReturn:
    """Skip a test for want of a program; fail it in continuous integration, which installs them all."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def tool(*names: str) -> str:
    """Return the path of the first program that is there.

    Without it the test is skipped on a developer's machine; in continuous integration, which installs it, it fails.
    """
    for name in names:
        found = shutil.which(name)
        if found is not None:
            return found
    reason = f"{names[0]} is missing: install the Debian packages prometheus and prometheus-alertmanager"
    skip_but_not_in_ci(reason)
