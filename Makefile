# What a developer does here. Every target sets up what it needs; `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help setup run demo test check bench chaos chaos-sees browser pages contracts vendor sdk-js

PYTHON := .venv/bin/python
PIP := $(PYTHON) -m pip install -qq --disable-pip-version-check --no-warn-script-location --root-user-action=ignore
BASE := $(shell command -v python3.11 || command -v python3)

help: ## Say what each target does
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/.installed ## Make .venv with everything, tests and tools included; sdk/js too, where there is Node
	@if command -v npm > /dev/null; then $(MAKE) --silent sdk-js; else echo "Without Node 20.19 or newer, with npm, sdk/js is left out"; fi

run: .venv/.runnable ## Start everything on this machine and say where
	@exec $(PYTHON) run.py

demo: .venv/.installed ## Show three signals on their way to fifty followers on every exchange, in a temporary instance
	@$(PYTHON) -m tests.journeys.demo

test: .venv/.installed ## Run all tests
	@$(PYTHON) -m pytest -q -n 2 --dist loadfile --max-worker-restart=0

check: .venv/.installed contracts/node_modules/.compared vendor/node_modules/.compared sdk/js/node_modules/.checked ## Check style, types, import rules, compiled contracts, vendored files and the JavaScript SDK
	@$(PYTHON) -m ruff check --quiet .
	@$(PYTHON) -m ruff format --quiet --check . || { echo "these files are not formatted: run .venv/bin/ruff format ."; exit 1; }
	@$(PYTHON) -m mypy
	@$(PYTHON) -m mypy --config-file sdk/python/pyproject.toml
	@.venv/bin/lint-imports --no-logo
	@$(PYTHON) -m tests.checks
	@$(PYTHON) -m mysignals.web.public_v1.openapi --check

pages: .venv/.installed ## Write docs/errors.md, exchanges.md, lifecycle.md and openapi.json out of the tables and views
	@$(PYTHON) -m mysignals.exchanges.error_page
	@$(PYTHON) -m mysignals.exchanges.abilities_page
	@$(PYTHON) -m mysignals.domain.lifecycle_page > docs/lifecycle.md
	@$(PYTHON) -m mysignals.web.public_v1.openapi

contracts: contracts/node_modules/.installed ## Compile contracts/ into what is committed in contracts/build
	@cd contracts && node build.mjs

vendor: vendor/node_modules/.installed ## Copy what pages need of pinned npm packages into static/vendor, which is committed
	@cd vendor && node copy.mjs

sdk-js: sdk/js/dist/index.js ## Build the JavaScript SDK into sdk/js/dist

bench: .venv/.installed ## Measure the pipeline with thousands of followers
	@$(PYTHON) -m tests.bench

chaos: .venv/.installed ## Kill and disturb everything while signals are on their way, then compare all books: make chaos SEEDS=1-20
	@$(PYTHON) -m tests.chaos --seeds $(or $(SEEDS),$(SEED),1) --followers $(or $(FOLLOWERS),60) --signals $(or $(SIGNALS),6) \
		--seconds $(or $(SECONDS),30) $(if $(REPORT),--report $(REPORT)) $(if $(KEEP),--keep $(KEEP))

browser: .venv/.installed vendor/node_modules/.installed /usr/bin/chromium ## Go through all pages with Chromium; SHOTS=1 renews docs/screenshots
	@MYSIGNALS_BROWSER=1 SHOTS=$(SHOTS) $(PYTHON) -m pytest -q -p no:cacheprovider --timeout 300 tests/browser

/usr/bin/chromium:
	@echo "Installing Chromium by apt-get"; apt-get -qq update && apt-get -qq install -y chromium > /dev/null

chaos-sees: .venv/.installed ## Take one guarantee after the other from the workers: a storm has to find each within three seeds
	@$(PYTHON) -m tests.chaos.sees

.venv/bin/python:
	@$(BASE) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; $(BASE) is older"; exit 1; }
	@echo "Setting up .venv. The first time this takes a minute or two."
	@$(BASE) -m venv .venv || { rm -rf .venv; exit 1; }

.venv/.runnable: requirements.txt requirements-embedded.txt | .venv/bin/python
	@$(PIP) -r requirements.txt -r requirements-embedded.txt
	@touch $@

.venv/.installed: requirements-dev.txt requirements-oracle.txt sdk/python/pyproject.toml .venv/.runnable
	@$(PIP) -r requirements-dev.txt
	@$(PIP) --no-deps -r requirements-oracle.txt
	@touch $@

contracts/node_modules/.installed: contracts/package.json contracts/package-lock.json
	@command -v npm > /dev/null || { echo "contracts/ needs Node 20 or newer, with npm"; exit 1; }
	@cd contracts && npm ci --silent --no-audit --no-fund
	@touch $@

contracts/node_modules/.compared: contracts/node_modules/.installed contracts/build.mjs $(wildcard contracts/*.sol contracts/trials/*.sol contracts/build/*.json contracts/trials/build/*.json)
	@cd contracts && node build.mjs --check
	@touch $@

# Without scripts: none of these packages has to run anything, and one would report its installation to its makers.
vendor/node_modules/.installed: vendor/package.json vendor/package-lock.json
	@command -v npm > /dev/null || { echo "vendor/ needs Node 20 or newer, with npm"; exit 1; }
	@cd vendor && npm ci --silent --no-audit --no-fund --ignore-scripts
	@touch $@

vendor/node_modules/.compared: vendor/node_modules/.installed vendor/copy.mjs $(shell find static/vendor -type f 2> /dev/null)
	@cd vendor && node copy.mjs --check
	@touch $@

sdk/js/node_modules/.installed: sdk/js/package.json sdk/js/package-lock.json
	@command -v npm > /dev/null || { echo "sdk/js needs Node 20.19 or newer, with npm"; exit 1; }
	@cd sdk/js && npm ci --silent --no-audit --no-fund --ignore-scripts
	@touch $@

sdk/js/dist/index.js: sdk/js/node_modules/.installed $(wildcard sdk/js/tsconfig*.json sdk/js/src/*.ts)
	@cd sdk/js && npm run --silent build
	@touch $@

sdk/js/node_modules/.checked: sdk/js/node_modules/.installed $(wildcard sdk/js/*.json sdk/js/src/*.ts sdk/js/test/*)
	@cd sdk/js && npm run --silent check
	@touch $@
