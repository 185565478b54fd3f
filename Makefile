# `make` alone lists the targets.

PYTHON ?= python3
PORT ?= 8000
PYTEST_ARGS ?=
BENCH_ARGS ?=
FUZZ_ARGS ?=
LOCK_ARGS ?=
export PORT

BIN := .venv/bin
WITH_POSTGRES := $(BIN)/python -m config.postgres
LOCK := $(BIN)/uv pip compile --quiet $(LOCK_ARGS) --universal --python-version 3.11 \
	--generate-hashes --custom-compile-command "make lock"

.PHONY: help demo test lint fuzz bench screenshots openapi lock

help: ## List the targets
	@sed -n 's/^\([a-z]*\):.*## /  make \1	/p' $(MAKEFILE_LIST)

demo: .venv/local ## Run Registrar with example data on PORT (8000)
	@exec $(WITH_POSTGRES) -- $(BIN)/python manage.py demo

test: .venv/test ## Run the tests, with PYTEST_ARGS
	@exec $(WITH_POSTGRES) --temporary -- $(BIN)/python -m pytest $(PYTEST_ARGS)

lint: .venv/test ## Check style, types and the direction of imports
	$(BIN)/python -m pip --quiet check
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

fuzz: .venv/test ## Attack the API with what its document allows and forbids, with FUZZ_ARGS
	@exec $(WITH_POSTGRES) --temporary -- $(BIN)/python -m tests.fuzz $(FUZZ_ARGS)

bench: export DJANGO_SETTINGS_MODULE = tests.bench.floor.settings
bench: .venv/test ## Time requests beside a plain DRF view and bare psycopg, with BENCH_ARGS
	@exec $(WITH_POSTGRES) --temporary --durable -- $(BIN)/python -m tests.bench $(BENCH_ARGS)

screenshots: export SCREENSHOTS = docs/screenshots
screenshots: .venv/test ## Take docs/screenshots anew, with Chromium and the real records
	@mkdir -p $(SCREENSHOTS)
	@exec $(WITH_POSTGRES) --temporary -- $(BIN)/python -m pytest tests/browser/test_real_pages.py

openapi: .venv/test ## Write docs/openapi.json anew, after a change of the API
	@$(BIN)/python manage.py spectacular --format openapi-json --fail-on-warn --validate \
		--file docs/openapi.json && echo >> docs/openapi.json

lock: .venv/test ## Pin requirements/*.txt anew (LOCK_ARGS=--upgrade for newer versions)
	$(LOCK) requirements/base.in -o requirements/base.txt
	$(LOCK) requirements/local.in -o requirements/local.txt -c requirements/base.txt
	$(LOCK) requirements/test.in -o requirements/test.txt -c requirements/local.txt

# Each stamp says that its requirements are installed as they were pinned. A lock is complete, so
# nothing is resolved anew: pip would take a newer release for `coverage[toml]`, and stop.
.venv/%: requirements/%.txt | $(BIN)/python
	@echo "Installing $<"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r $<
	@touch $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Registrar needs Python 3.11 \
	or newer, and $(PYTHON) is %d.%d. Name a newer one: make PYTHON=python3.12" % sys.version_info[:2])'
	@$(PYTHON) -m venv .venv
