#!/usr/bin/env bash
# Set-up from a fresh clone: the virtual environment from requirements.lock, the project itself, and Kafka's jars.
# Every step remembers what it was made from, so a second run only compares and ends at once.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

python="${PYTHON:-python3}"
venv=.venv

say() { printf 'setup: %s\n' "$*"; }
missing() { printf 'error: %s\n' "$*" >&2; absent=1; }

# All that is missing is named before anything is done: nobody wants to learn of it one at a time.
check_tools() {
    absent=0
    local text version
    if ! command -v "$python" >/dev/null || ! "$python" -c 'pass' >/dev/null 2>&1; then
        missing "Python 3.11 or newer is missing ($python): install the Debian package python3"
    elif ! "$python" -c 'import sys; raise SystemExit(sys.version_info < (3, 11))'; then
        missing "$python is older than Python 3.11: install the Debian package python3 of Debian 12 or newer, or set PYTHON"
    elif ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        missing "Python's venv module is missing: install the Debian package python3-venv"
    fi
    if ! command -v java >/dev/null || ! text="$(java -version 2>&1)"; then
        missing "Java 17 or newer is missing: install the Debian package default-jre-headless"
    else
        version="${text#*version \"}"
        version="${version#1.}"  # Java 8 calls itself 1.8
        version="${version%%[!0-9]*}"
        if [ "${version:-0}" -lt 17 ]; then
            missing "Java ${version:-of unknown version} is too old: install the Debian package default-jre-headless"
        fi
    fi
    if ! command -v mvn >/dev/null; then
        missing "Maven (mvn) is missing: install the Debian package maven"
    fi
    [ "$absent" -eq 0 ] || exit 1
}

# same FILE STAMP: whether the step was last done from this very FILE.
same() { [ -f "$2" ] && [ "$(<"$1")" = "$(<"$2")" ]; }

check_tools

if ! same requirements.lock "$venv/requirements.lock.installed"; then
    say "creating the virtual environment in $venv"
    "$python" -m venv --clear "$venv"
    say "installing the pinned packages (about 1.3 GB, a few minutes the first time)"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input \
        --require-hashes --only-binary :all: --requirement requirements.lock
    cp requirements.lock "$venv/requirements.lock.installed"
fi

if ! same pyproject.toml "$venv/pyproject.toml.installed"; then
    say "installing release-monitor itself"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input \
        --no-deps --no-build-isolation --editable .
    cp pyproject.toml "$venv/pyproject.toml.installed"
fi

"$venv/bin/python" -m streams.local.broker fetch
