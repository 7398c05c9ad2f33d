# What people and CI run. Each target sets up what it needs: a virtual environment and the npm packages.

PYTHON := .venv/bin/python
NODE_BIN := node_modules/.bin
SPEED ?= 60
.DEFAULT_GOAL := help
.PHONY: help setup demo up drop test check rules bench fuzz crashes clean

help: ## say what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.ready node_modules/.ready ## install what the other targets need

demo: setup ## a dropped dataset becomes a served model, on this machine
	@$(PYTHON) -m local.demo

up: setup ## start the local stack and leave it running (SPEED=60: an hour passes in a minute)
	@$(PYTHON) -m local.stack --speed $(SPEED)

drop: setup ## drop a file into the running stack: make drop FILE=... [AS=recipe/name.jsonl]
	@$(PYTHON) -m local.drop "$(FILE)" $(if $(AS),--as "$(AS)")

test: setup ## run every test that needs no cloud
	@$(PYTHON) -m pytest -n 2 --dist loadfile

rules: setup ## write docs/rules.md anew from the list of rules and what the engine says
	@$(PYTHON) -m tests.rulebook

check: setup ## format, lint, types, layers, tests: what CI runs
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m ruff check .
	@$(NODE_BIN)/pyright
	@.venv/bin/lint-imports
	@$(MAKE) --no-print-directory test

bench: setup .venv-bench/.ready ## measure: preparation, memory, time to submission, messages a run
	@.venv-bench/bin/python -m bench.preparation
	@$(PYTHON) -m bench.blobs
	@$(PYTHON) -m bench.pipeline

fuzz: setup ## try broken datasets on the engine for MINUTES (default 60); nothing may raise, or be lost
	@$(PYTHON) -m tests.fuzz --minutes $(or $(MINUTES),60)

crashes: setup ## kill -9 functions and broker at random moments of RUNS runs (default 50); nothing may be lost
	@$(PYTHON) -m local.crashes --runs $(or $(RUNS),50)

clean: ## forget the local stack's data
	rm -rf .local

.venv/.ready: requirements.txt requirements-dev.txt pyproject.toml
	@./.setup/python .venv
	@.venv/bin/pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt
	@.venv/bin/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv-bench/.ready: requirements.txt requirements-bench.txt
	@./.setup/python .venv-bench
	@.venv-bench/bin/pip install --quiet --disable-pip-version-check --requirement requirements-bench.txt
	@touch $@

node_modules/.ready: package.json
	@./.setup/node
	@npm install --silent --no-fund --no-audit
	@touch $@
