# Two commands matter: `make run` starts the studio, `make test` tests it. Each sets up what it needs.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PROMPT ?= a red boat on the sea at sunset
OUT ?= picture.png
FRONT := frontend

.PHONY: run image test check unit format assets assets-check clean

run: $(VENV)/.installed  ## Start the studio and print its address
	@$(BIN)/limner serve

image: export WORDS = $(value PROMPT)
image: $(VENV)/.installed  ## Draw one picture into a file, without a server: make image PROMPT="..." OUT=boat.png
	@$(BIN)/limner generate --out "$(OUT)" -- "$$WORDS"

test: $(VENV)/.installed-dev  ## Run the whole suite
	@$(BIN)/python -m pytest tests

check: $(VENV)/.installed-dev  ## Format, lint, types, imports and unit tests, in under a minute
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/mypy
	@$(BIN)/python -m pytest tests/unit

format: $(VENV)/.installed-dev  ## Bring the code into shape
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

assets:  ## Build the style sheet and copy the scripts; needs Node.js
	@cd $(FRONT) && npm install --no-save --no-audit --no-fund && npm run build

assets-check:  ## Fail if the committed style sheet and scripts are not what `make assets` builds
	@cd $(FRONT) && npm install --no-save --no-audit --no-fund && npm run check

$(VENV)/bin/python:
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || { \
	  rm -rf $(VENV); \
	  [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null || { \
	    echo "Python has no venv module; install it first: apt-get install python3-venv"; exit 1; }; \
	  apt-get update -qq && apt-get install -y -qq python3-venv && $(PYTHON) -m venv $(VENV); }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "pip>=25.1"

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	@echo "Installing Limner and its engines; the first time takes a few minutes."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[engines]"
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --group dev
	@touch $@

clean:  ## Remove what was installed and built here
	rm -rf $(VENV) node_modules .mypy_cache .ruff_cache .pytest_cache
