# One set of recipes for people and CI. `make` prints them.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.DEFAULT_GOAL := help
.PHONY: help demo dev test check format bench moments lock widget

help: ## print this
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16

demo: $(READY) ## show what Afterword does: a scripted talk, the ask, the rating, the report
	$(BIN)/afterword demo $$([ -t 1 ] || echo --once)

dev: $(READY) ## serve simulated data from ./afterword-data
	[ -e afterword-data/journal.db ] || $(BIN)/afterword simulate --sessions 20000 --data afterword-data --truth afterword-data/truth.json
	$(BIN)/afterword serve --data afterword-data

# A browser's driver keeps an event loop running in its process, so its tests have their own.
test: $(READY) ## run every test
	$(BIN)/python -m pytest -n auto -q --ignore tests/browser
	$(BIN)/python -m pytest -n auto -q tests/browser

check: $(READY) ## format, lint, types, layers
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: $(READY) ## put the code into the one format
	$(BIN)/ruff check --quiet --fix-only .
	$(BIN)/ruff format --quiet .

bench: $(READY) ## measure what bench/RESULTS.md reports (takes a while)
	@for one in bench/*.py bench/peers/*.py bench/statistics/*.py; do case $$one in bench/learn_*) continue;; esac; \
		grep -q '^if __name__' $$one || continue; \
		echo "== $$one"; $(BIN)/python $$one || exit 1; done

moments: $(READY) ## learn the closing detector from the dialogues in ../shared, and write its weights
	$(BIN)/python bench/learn_moments.py

widget: ## build what is served of the widget (needs npm)
	cd web && npm ci --silent && npm run --silent build

lock: $(READY) ## resolve requirements.lock anew
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-package afterword \
		--no-header --upgrade --extra dev --extra server pyproject.toml -o requirements.lock

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Afterword needs Python 3.11 or newer: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
