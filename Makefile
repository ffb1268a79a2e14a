# `make lab` and `make test` do all set-up themselves, in .venv and node_modules; a second call finds it done.

PYTHON ?= python3
NODE_MODULES := node_modules/.installed
VENV := .venv/.installed
BUNDLE := python/whyboard/static/widget.js
LABEXTENSION := .venv/share/jupyter/labextensions/whyboard/install.json

JS_SOURCES := $(shell find js/src js/style schema -type f 2>/dev/null) $(wildcard python/whyboard/catalog.json) scripts/build.mjs package.json tsconfig.json

.DEFAULT_GOAL := help
.PHONY: help setup lab test test-python test-js test-browser lint format generate wheel bench images clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV) $(LABEXTENSION) ## everything that the other targets need

lab: setup ## JupyterLab on examples/quickstart.ipynb (without a display it prints the URL)
	.venv/bin/python scripts/lab.py

test: setup chromium ## every test: lint, generated files, TypeScript, Python, browser
	.venv/bin/python scripts/test.py

test-python: setup ## Python tests without the slow ones
	.venv/bin/pytest tests/python -q -m "not slow"

test-js: $(NODE_MODULES) ## TypeScript tests
	npx vitest run

test-browser: setup chromium ## journeys through a real JupyterLab in chromium
	.venv/bin/pytest tests/browser -q

lint: setup ## ruff, pyright, import layers, biome, TypeScript types
	.venv/bin/python scripts/test.py lint

format: setup ## ruff format, biome format
	.venv/bin/ruff check --fix-only -q python tests scripts benchmarks
	.venv/bin/ruff format -q python tests scripts benchmarks
	npx biome check --write js/src tests/js

generate: setup ## write the generated files again (check them in)
	.venv/bin/python scripts/generate.py

wheel: $(BUNDLE) $(VENV) ## dist/whyboard-*.whl, which installs without node
	.venv/bin/python -m build --wheel --outdir dist .

bench: setup chromium ## the measurements of benchmarks/
	.venv/bin/python -m benchmarks

images: setup chromium ## take the pictures of docs/images again
	WHYBOARD_IMAGES=docs/images .venv/bin/pytest tests/browser/test_tour.py -q

clean: ## remove what was built, keep what was downloaded
	rm -rf dist js/lib python/whyboard/static python/whyboard/labextension $(LABEXTENSION)

.PHONY: chromium
chromium: ## a browser for the tests (through apt where that is possible)
	@scripts/chromium.sh

$(NODE_MODULES): package.json package-lock.json
	@command -v npm >/dev/null || { echo "whyboard is built with node 20 or later and npm; neither was found. Install node, then run make again."; exit 1; }
	@echo "Installing the packages of the front end (a minute or two, once) ..."
	@npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

# SKIP_JUPYTER_BUILDER: make builds the front end itself, and only when its sources change.
$(VENV): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("whyboard needs Python 3.11 or later; try make PYTHON=python3.12") if sys.version_info < (3, 11) else None'
	@test -x .venv/bin/python || { echo "Making the Python environment .venv ..."; $(PYTHON) -m venv .venv; }
	@mkdir -p python/whyboard/static python/whyboard/labextension
	@echo "Installing JupyterLab, JAX and the other Python packages (a few minutes, once) ..."
	@SKIP_JUPYTER_BUILDER=1 .venv/bin/python -m pip install -q --disable-pip-version-check -e ".[dev]"
	@touch $@

$(BUNDLE): $(NODE_MODULES) $(JS_SOURCES)
	@echo "Building the front end ..."
	@node scripts/build.mjs
	@touch $@

# A copy, not a link: pip removes what it lists, also behind a link.
$(LABEXTENSION): $(BUNDLE) $(VENV) install.json
	@rm -rf $(dir $@)
	@mkdir -p $(dir $@)
	@cp -R python/whyboard/labextension/. $(dir $@)
	@cp install.json $@
