# Needs python3 (3.11 or later) and make, nothing else: `make demo` and `make test` set up .venv by themselves.
# Another Python gets an environment of its own: `make test PYTHON=python3.12` sets up .venv-python3.12.

PYTHON ?= python3
VENV := .venv$(if $(filter-out python3,$(PYTHON)),-$(notdir $(PYTHON)))
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable
SOURCES := symgraph tests examples tools $(wildcard benchmarks)

# Tests start some hundred processes that import symgraph: its bytecode is kept, whatever the environment says.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test test-gpu lint types format stubs bench docs clean

help: ## show this list
	@echo "symgraph: MXNet's Symbol API as a tracing compiler for JAX. Targets:"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 16

demo: $(VENV)/.demo ## train two networks on handwritten digits; writes demo-output/
	@$(BIN)/python examples/digits.py

test: lint types ## everything that must pass: lint, types, tests and doctests, on all cores
	@echo "==> pytest"
	@$(BIN)/pytest -q -n auto

test-gpu: $(VENV)/.test ## the same tests, with their arrays on the first GPU if JAX finds one
	@XLA_PYTHON_CLIENT_PREALLOCATE=false $(BIN)/pytest -q -n auto --context gpu

lint: $(VENV)/.test ## ruff: rules and format
	@echo "==> ruff check"
	@$(BIN)/ruff check .
	@echo "==> ruff format --check"
	@$(BIN)/ruff format --check .

types: $(VENV)/.test ## mypy, strict on symgraph/ir and symgraph/lower
	@echo "==> mypy"
	@$(BIN)/mypy

format: $(VENV)/.test ## rewrite the sources as ruff wants them
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

stubs: $(VENV)/.test ## write the type stubs anew, after a change of operators
	@$(BIN)/python -m tools.stubs

bench: $(VENV)/.demo ## the benchmark table
	@$(BIN)/python -m benchmarks small

# Not with --quiet: MkDocs would then not count warnings as errors.
docs: $(VENV)/.test ## the documentation site, into build/site
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build
	@echo "==> read it in a browser: $(BIN)/python -m http.server --directory build/site"

clean: ## remove .venv, caches and everything built or written by the demo
	rm -rf .venv .venv-* .cache .mypy_cache .pytest_cache .ruff_cache build dist demo-output *.egg-info
	find $(SOURCES) -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "symgraph needs Python 3.11 or later; name one: make PYTHON=python3.12 ..."; exit 1; }
	@echo "==> creating $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

# Stamps: a set-up is done again only when what it depends on has changed.
$(VENV)/.demo: pyproject.toml constraints.txt | $(BIN)/python
	@echo "==> installing symgraph, JAX and what the demo needs into $(VENV) (once)"
	@$(INSTALL) '.[demo]'
	@touch $@

$(VENV)/.test: pyproject.toml constraints.txt | $(BIN)/python
	@echo "==> installing symgraph, JAX and what the tests need into $(VENV) (once)"
	@$(INSTALL) '.[test]'
	@touch $@
