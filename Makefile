# Needs python3 (3.11 or later) and make, nothing else: `make demo` and `make test` set up .venv by themselves.

PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable
SOURCES := symgraph tests examples $(wildcard benchmarks)

.DEFAULT_GOAL := help
.PHONY: help demo test test-gpu lint types format bench docs clean

help: ## show this list
	@echo "symgraph: MXNet's Symbol API as a tracing compiler for JAX. Targets:"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 16

demo: .venv/.demo ## train two networks on handwritten digits; writes demo-output/
	@$(BIN)/python examples/digits.py

test: lint types ## everything that must pass: lint, types, tests and doctests, on all cores
	@echo "==> pytest"
	@$(BIN)/pytest -q -n auto

test-gpu: .venv/.test ## the same tests, with their arrays on the first GPU if JAX finds one
	@XLA_PYTHON_CLIENT_PREALLOCATE=false $(BIN)/pytest -q -n auto --context gpu

lint: .venv/.test ## ruff: rules and format
	@echo "==> ruff check"
	@$(BIN)/ruff check .
	@echo "==> ruff format --check"
	@$(BIN)/ruff format --check .

types: .venv/.test ## mypy, strict on symgraph/ir and symgraph/lower
	@echo "==> mypy"
	@$(BIN)/mypy

format: .venv/.test ## rewrite the sources as ruff wants them
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: .venv/.demo ## the benchmark table
	@$(BIN)/python -m benchmarks small

# Not with --quiet: MkDocs would then not count warnings as errors.
docs: .venv/.test ## the documentation site, into build/site
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build
	@echo "==> read it in a browser: $(BIN)/python -m http.server --directory build/site"

clean: ## remove .venv, caches and everything built or written by the demo
	rm -rf .venv .cache .mypy_cache .pytest_cache .ruff_cache build dist demo-output *.egg-info
	find $(SOURCES) -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "symgraph needs Python 3.11 or later; name one: make PYTHON=python3.12 ..."; exit 1; }
	@echo "==> creating .venv with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }

# Stamps: a set-up is done again only when what it depends on has changed.
.venv/.demo: pyproject.toml constraints.txt | .venv/bin/python
	@echo "==> installing symgraph, JAX and what the demo needs into .venv (once)"
	@$(INSTALL) '.[demo]'
	@touch $@

.venv/.test: pyproject.toml constraints.txt | .venv/bin/python
	@echo "==> installing symgraph, JAX and what the tests need into .venv (once)"
	@$(INSTALL) '.[test]'
	@touch $@
