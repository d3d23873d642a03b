"""The programs of Prometheus and Alertmanager for tests, and what it means when they are missing."""

from __future__ import annotations

import os
import shutil

import pytest


def tool(*names: str) -> str:
    """Return the path of the first program that is there.

    Without it the test is skipped on a developer's machine; in continuous integration, which installs it, it fails.
    """
    for name in names:
        found = shutil.which(name)
        if found is not None:
            return found
    reason = f"{names[0]} is missing: install the Debian packages prometheus and prometheus-alertmanager"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
