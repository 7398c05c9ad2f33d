# What people and CI run. Each target sets up what it needs: a virtual environment and the npm packages.

PYTHON := .venv/bin/python
NODE_BIN := node_modules/.bin
SPEED ?= 60
.DEFAULT_GOAL := help
.PHONY: help setup demo up drop test check rules charts bench load fuzz crashes upgrade lock audit sbom package
.PHONY: bicep psrule whatif provision deploy clean

# The platform's own wheels, whatever machine packs them: CPython 3.13 on 64-bit Linux.
PACKAGES := dist/app/.python_packages/lib/site-packages
PLATFORM := --only-binary :all: --implementation cp --python-version 3.13 \
	--platform manylinux_2_28_x86_64 --platform manylinux2014_x86_64
PIP_QUIET := --quiet --disable-pip-version-check
COMPILE := .venv-supply/bin/uv pip compile --quiet --generate-hashes --no-annotate \
	--python-version 3.13 --python-platform x86_64-manylinux_2_28 --custom-compile-command 'make lock'

PARAMETERS ?= trial
DEPLOYMENT = tunedrop-$(AZURE_ENV_NAME)
PSRULE := 1.35.0
output = $$(az deployment sub show --name $(DEPLOYMENT) --query properties.outputs.$(1).value --output tsv)

help: ## say what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.ready node_modules/.ready ## install what the other targets need

demo: setup ## a dropped dataset becomes a served model, on this machine
	@$(PYTHON) -m local.demo

up: setup ## start the local stack and leave it running (SPEED=60: an hour passes in a minute)
	@$(PYTHON) -m local.stack --speed $(SPEED)

drop: setup ## drop a file into the running stack: make drop FILE=... [AS=recipe/name.jsonl]
	@$(PYTHON) -m local.drop "$(FILE)" $(if $(AS),--as "$(AS)")

# One process more than cores: what runs on the local stack waits most of the time.
test: setup ## run every test that needs no cloud
	@$(PYTHON) -m pytest -n 3 --dist loadfile

rules: setup ## write docs/rules.md anew from the list of rules and what the engine says
	@$(PYTHON) -m tests.rulebook

charts: setup ## write anew what ARCHITECTURE.md and docs/operations.md show from code and infra/
	@$(PYTHON) -m tests.docs

check: setup ## format, lint, types, layers, tests: what CI runs
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m ruff check .
	@$(NODE_BIN)/pyright
	@.venv/bin/lint-imports
	@$(MAKE) --no-print-directory test

bench: setup .venv-bench/.ready ## measure: preparation, memory, cold start, time to submission, messages a run
	@.venv-bench/bin/python -m bench.preparation
	@$(PYTHON) -m bench.blobs
	@$(PYTHON) -m bench.cold_start
	@$(PYTHON) -m bench.pipeline

load: setup ## DROPS (default 1000) within a minute, two instances: all end, memory flat, queues drain
	@$(PYTHON) -m bench.load --drops $(or $(DROPS),1000)

fuzz: setup ## try broken datasets on the engine for MINUTES (default 60); nothing may raise, or be lost
	@$(PYTHON) -m tests.fuzz --minutes $(or $(MINUTES),60)

crashes: setup ## kill -9 functions and broker at random moments of RUNS runs (default 50); nothing may be lost
	@$(PYTHON) -m local.crashes --runs $(or $(RUNS),50)

upgrade: setup ## keep runs, messages and reports of this version as fixtures: NAME=0.1.0
	@$(PYTHON) -m tests.upgrade.keep "$(NAME)"

package: setup ## dist/app and dist/app.zip: the app with its packages, as it is deployed
	@rm -rf dist/app dist/app.zip
	@mkdir -p $(PACKAGES)
	@cp -R function_app.py host.json recipes requirements.txt functions shared dist/app
	@cd dist/app/shared && rm -rf command replay tracing tunedrop.py
	@echo '# all of this is deployed, the compiled files too' >dist/app/.funcignore
	@.venv/bin/pip install $(PIP_QUIET) --no-compile --require-hashes $(PLATFORM) \
		--target $(PACKAGES) --requirement requirements.txt
	@$(PYTHON) -m compileall -q -f -j 0 --invalidation-mode unchecked-hash dist/app
	@cd dist/app && ../../$(PYTHON) -m zipfile -c ../app.zip .python_packages *

lock: .venv-supply/.ready ## make requirements*.txt, with hashes, of requirements*.in (UPGRADE=-U: of the newest)
	@$(COMPILE) $(UPGRADE) --output-file requirements.txt requirements.in
	@for name in dev bench supply; do \
		$(COMPILE) $(UPGRADE) --constraint requirements.txt \
			--output-file requirements-$$name.txt requirements-$$name.in || exit 1; \
	done

audit: .venv-supply/.ready ## look the app's packages up in the public database of vulnerabilities
	@.venv-supply/bin/pip-audit --strict --disable-pip --require-hashes --requirement requirements.txt || { \
		echo "audit: not passed: a vulnerability is listed above, or the database could not be asked" >&2; exit 1; }

sbom: setup .venv-supply/.ready .venv-app/.ready ## dist/sbom.json (CycloneDX) and dist/licences.json of what is deployed
	@mkdir -p dist
	@.venv-supply/bin/cyclonedx-py environment --output-reproducible --output-file dist/sbom.json .venv-app
	@$(PYTHON) -m tests.delivery.licences dist/licences.json

bicep: ## compile and lint infra/ with the Azure CLI's compiler
	@az bicep lint --file infra/main.bicep
	@for name in trial production; do \
		az bicep build-params --file infra/$$name.bicepparam --stdout >/dev/null || exit 1; \
	done

psrule: ## hold infra/ to the Well-Architected Framework (PSRule for Azure, in PowerShell)
	@pwsh -NoProfile -Command "Install-Module PSRule.Rules.Azure -RequiredVersion $(PSRULE) -Scope CurrentUser -Force; \
		Assert-PSRule -Module PSRule.Rules.Azure -InputPath infra/ -Format File -Outcome Fail,Error"

whatif: ## say what make provision would change
	@az deployment sub what-if --name $(DEPLOYMENT) --location "$(AZURE_LOCATION)" \
		--parameters infra/$(PARAMETERS).bicepparam

provision: ## bring Azure to what infra/ says: PARAMETERS=trial or production
	@az deployment sub create --name $(DEPLOYMENT) --location "$(AZURE_LOCATION)" \
		--parameters infra/$(PARAMETERS).bicepparam --output none

deploy: ## put dist/app.zip into the app that make provision made, and see it healthy
	@az functionapp deployment source config-zip --build-remote false --src dist/app.zip \
		--resource-group "$(call output,AZURE_RESOURCE_GROUP)" --name "$(call output,FUNCTION_APP_NAME)"
	@pages="$(call output,PAGES_URL)" && curl --fail --silent --show-error --retry 12 --retry-delay 10 \
		--retry-all-errors "$${pages%/runs}/health"

clean: ## forget the local stack's data, and what was packed
	rm -rf .local dist

.venv/.ready: requirements-dev.txt pyproject.toml
	@./.setup/python .venv
	@.venv/bin/pip install $(PIP_QUIET) --require-hashes --requirement requirements-dev.txt
	@.venv/bin/pip install $(PIP_QUIET) --no-deps --no-build-isolation --editable .
	@touch $@

.venv-app/.ready: requirements.txt
	@./.setup/python .venv-app
	@.venv-app/bin/pip install $(PIP_QUIET) --require-hashes --requirement requirements.txt
	@.venv-app/bin/pip uninstall $(PIP_QUIET) --yes pip
	@touch $@

.venv-%/.ready: requirements-%.txt
	@./.setup/python .venv-$*
	@.venv-$*/bin/pip install $(PIP_QUIET) --require-hashes --requirement requirements-$*.txt
	@touch $@

node_modules/.ready: package.json
	@./.setup/node
	@npm install --silent --no-fund --no-audit
	@touch $@
