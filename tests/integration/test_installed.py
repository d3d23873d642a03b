"""The program as the image has it: built into a wheel, installed, and run far from the checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from stores import REPOSITORY
from streams.store.schema import migrations

pytestmark = pytest.mark.integration

_COPIED = ("pyproject.toml", "README.md", "streams", "schemas", "deploy/kafka")
"""What deploy/Dockerfile copies to build from."""

_CACHES = shutil.ignore_patterns("__pycache__")


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_an_installed_wheel_makes_a_store_without_the_checkout(tmp_path: Path) -> None:
    tree, wheels, installed, far = (tmp_path / name for name in ("tree", "wheels", "installed", "far"))
    far.mkdir()
    for name in _COPIED:
        source, target = REPOSITORY / name, tree / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=_CACHES)
        else:
            shutil.copy(source, target)
    pip = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
    run(
        *pip, "wheel", "--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir", wheels, tree, cwd=far
    )
    (wheel,) = wheels.glob("release_monitor-*-py3-none-any.whl")
    run(*pip, "install", "--no-deps", "--no-index", "--no-compile", "--target", installed, wheel, cwd=far)
    shutil.rmtree(tree)
    program = (sys.executable, "-m", "streams.cli.main")
    where = run(
        sys.executable, "-c", "import streams; print(streams.__file__)", cwd=far, PYTHONPATH=str(installed)
    )
    assert Path(where.strip()).is_relative_to(installed)
    assert "worker" in run(*program, "--help", cwd=far, PYTHONPATH=str(installed))
    said = run(*program, "migrate", "--data", tmp_path / "data", cwd=far, PYTHONPATH=str(installed))
    applied = [line.removeprefix("applied ") for line in said.splitlines() if line.startswith("applied ")]
    assert applied == [one.name for one in migrations()]
    assert not list(far.iterdir())
