# Everything a newcomer types. `make demo` and `make test` do all set-up themselves; see README.md.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RECEIPT ?= ../shared/data/receipt.csv
PYTEST_ARGS ?=
TEST_PROCESSES ?= 2
CHAOS_ARGS ?=

export PYTHON RECEIPT
# Tests and demo start hundreds of short Python processes, and not one of them should compile our sources anew.
export PYTHONDONTWRITEBYTECODE :=

# Whole files of tests, handed out from both ends of their list: tests/two_ends.py.
RUN_TESTS = $(BIN)/pytest --numprocesses $(TEST_PROCESSES) --dist loadfile

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-unit bench bench-memory bench-analysis board-pictures boards chaos rules lint format lock clean

help:  ## Show these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' Makefile

setup:  ## Install the pinned packages and fetch Kafka; does nothing when nothing changed
	@scripts/setup.sh

demo: setup  ## Run the whole pipeline on this machine
	@scripts/demo.sh

test: setup  ## Run every test
	@$(RUN_TESTS) $(PYTEST_ARGS)

test-unit: setup  ## Run only the tests that start nothing
	@$(RUN_TESTS) -m "not integration" $(PYTEST_ARGS)

bench: setup  ## Measure speed, freshness and recovery beside the raw limit, Faust per event and Quix Streams
	@$(BIN)/python -m benchmarks

chaos: setup  ## Kill everything at random over a million events, then compare every view with a backfill (20 minutes)
	@$(BIN)/python -m tests.chaos $(CHAOS_ARGS)

bench-memory: setup  ## Measure memory after 10 million events; takes ten minutes or so
	@$(BIN)/python -m benchmarks.memory

bench-analysis: setup  ## Measure the analysts' views on 10 million intervals; takes some minutes
	@$(BIN)/python -m benchmarks.analysis

rules: setup  ## Write the rules of Prometheus and its configuration in containers, from the shipped reference data
	@env -u RELEASE_MONITOR_REFERENCE_FILE $(BIN)/release-monitor rules --out deploy --worker worker:9464 --dns \
		--alertmanager alertmanager:9093

board-pictures: setup  ## Draw the board in the terminal anew for the docs, from a real pipeline
	@$(BIN)/python scripts/board_pictures.py

boards: setup  ## Write the Grafana boards and the alert rules of the store from their source
	@$(BIN)/python -m grafana.source

lint: setup  ## Check style, format, types and the layers of the package
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy --strict streams grafana
	@$(BIN)/lint-imports

format: setup  ## Put the code into the project's format
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

lock:  ## Pin the newest packages that pyproject.toml allows (needs uv)
	@uv pip compile --quiet --upgrade --universal --generate-hashes --no-header --python-version 3.11 \
		--group dev pyproject.toml --output-file requirements.lock
	@# What the image of the worker installs: the same numbers, without the tools of developers; and what builds its wheel.
	@uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 \
		--constraint requirements.lock pyproject.toml --output-file requirements-runtime.lock
	@echo hatchling | uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 \
		--constraint requirements.lock - --output-file requirements-build.lock
	@uv pip compile --quiet --upgrade --universal --generate-hashes --no-header --python-version 3.11 \
		--group pyproject.toml:bench --output-file requirements-bench.lock

clean:  ## Remove the environment and the caches inside this folder
	@rm -rf $(VENV) .venv-bench .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache dist build
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
