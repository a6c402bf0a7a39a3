# Two commands matter: `make demo` shows a year, `make test` proves the rest. Everything else is `mahnwerk --help`.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help setup demo test lint sim mutants fuzz faults bench docs licences clean

help:  ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/'

setup: .venv/.done  ## .venv with the `mahnwerk` command and everything the tests need

.venv/.done: pyproject.toml requirements.lock
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint requirements.lock --editable '.[local,dev]'
	@touch $@

demo: setup  ## a year of five Jobcenters through real services, with its reconciliation
	$(BIN)/mahnwerk demo

lint: setup  ## style, types, architecture, generated documents
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/mahnwerk describe --check

test: lint  ## lint, then unit, scenario, store and system tests on real Kafka and PostgreSQL
	$(BIN)/pytest

# make sim SEEDS=500 FROM=1 DAYS=24 JOBS=2 JSON=report.json; ARGS=--calm or any other option
sim: setup  ## simulated years with faults, seed by seed (SEEDS=, FROM=, DAYS=, JSON=)
	$(BIN)/python -m tests.sim $(if $(SEEDS),--seeds $(SEEDS)) $(if $(FROM),--from $(FROM)) $(if $(DAYS),--days $(DAYS)) \
	  $(if $(JOBS),--jobs $(JOBS)) $(if $(JSON),--json $(JSON)) $(ARGS)

mutants: setup  ## bugs planted in the product: the simulator must catch every one
	$(BIN)/python -m tests.sim --mutants $(if $(ONLY),--only '$(ONLY)') $(if $(JOBS),--jobs $(JOBS))

fuzz: setup  ## ten minutes of odd files and records; nothing may fail
	MAHNWERK_FUZZ_SECONDS=600 $(BIN)/pytest tests/fuzz

faults: setup  ## a quarter of an hour of kills, full disks and restored databases on real Kafka and PostgreSQL
	$(BIN)/python -m tests.faults $(FAULTS)

bench: setup  ## how fast it is, and against what: a table and bench.json (QUICK=1: two minutes, ONLY=event)
	$(BIN)/python -m tests.bench $(if $(QUICK),--quick) $(if $(ONLY),--only $(ONLY)) \
	  $(if $(GROWTH_MINUTES),--growth-minutes $(GROWTH_MINUTES))

docs: setup  ## write what is generated in docs/: events, AsyncAPI, schemas, rules
	$(BIN)/mahnwerk describe

licences: setup  ## write docs/licences.md from what is installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check pip-licenses==5.5.5
	{ printf '# Licences of the dependencies\n\nEvery package in requirements.lock; written by `make licences`. Mahnwerk itself is under the EUPL-1.2 (LICENSE).\n\n'; \
	  $(BIN)/pip-licenses --format=markdown --order=name --packages $$(cut -d= -f1 requirements.lock); } > docs/licences.md

clean:  ## remove the environment and what demo and tests left
	rm -rf .venv var .mypy_cache .pytest_cache .ruff_cache .hypothesis tests/asyncapi/node_modules
